"""What people do with reports of scanners: upload, explain, import, give up, take back, assign hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.scans import opened
from plumbline.kernel.scans.formats.csv_table import digest_of, heads_of
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.services import keep_unchecked, open_file
from plumbline.office.inspections.models import Inspection, ScanImport, ScanMapping
from plumbline.office.inspections.services.scan_jobs import enqueue, interrupted
from plumbline.office.lib.uploads import FILES_A_FORM
from plumbline.office.units.assets import AssetError
from plumbline.office.units.models import Asset, Unit
from plumbline.office.units.services.assets import save_asset

State, Stage = ScanImport.State, ScanImport.Stage
_ENDED = (Inspection.State.DONE, Inspection.State.CANCELLED)
#: where the worker may begin again
_AGAIN = (State.FAILED,)


class ScanError(PlumblineError):
    """What was asked for does not fit the state of the import."""


def upload_limit() -> int:
    """Largest report as it is uploaded, in bytes: as much as one form may carry. It may be packed."""
    return FILES_A_FORM * settings.PLUMBLINE_UPLOAD_LIMIT


def upload(
    *,
    file: File,
    actor: User,
    now: datetime,
    inspection: Inspection | None = None,
    unit: Unit | None = None,
    target: str = "",
) -> ScanImport:
    """Keep a report and queue its reading. What is wrong with it, its page says.

    Raises:
        ScanError: the inspection has ended.
        ContentRefused: empty, or larger than an upload may be.
    """
    if inspection is not None and inspection.state in _ENDED:
        raise ScanError(
            _("检查“%(name)s”已结束，不能再导入扫描报告") % {"name": inspection.number},
            advice=_("如确需补充，请先由工作人员重新打开检查。"),
        )
    with transaction.atomic():
        kept = keep_unchecked(file, user=actor, limit=upload_limit())
        scan = ScanImport.objects.create(
            file=kept, inspection=inspection, unit=inspection.unit if inspection else unit, target=target,
            uploaded_by=actor, uploaded_at=now, acting=actor, step=_("排队中"),
        )  # fmt: skip
        record(
            actor=actor,
            action="scans.upload",
            target=scan,
            detail={"file": kept.name, "size": kept.size, "sm3": kept.digest},
        )
        enqueue(scan)
    return scan


def explain_columns(
    *,
    scan: ScanImport,
    columns: Mapping[str, str],
    severities: Mapping[str, str],
    name: str,
    actor: User,
) -> ScanImport:
    """Say what the columns of a .csv are, keep it for the next file of the kind, and read on.

    Raises:
        ScanError: it does not wait for that, or another kind of file has the name.
    """
    with transaction.atomic():
        locked = _locked(scan)
        if locked.state not in (State.MAPPING, State.READY) or locked.tool != "csv":
            raise ScanError(_("这次导入“%(state)s”，不需要指定列") % {"state": locked.get_state_display()})
        with open_file(locked.file) as packed, opened(packed) as stream:
            heads = digest_of(heads_of(stream))
        taken = ScanMapping.objects.filter(name=name).exclude(heads=heads).first()
        if taken is not None:
            raise ScanError(_("名称“%(name)s”已用于另一种表格") % {"name": name}, advice=_("请换一个名称。"))
        mapping, _new = ScanMapping.objects.update_or_create(
            heads=heads,
            defaults={"name": name, "columns": dict(columns), "severities": dict(severities)},
        )
        locked.mapping = mapping
        record(actor=actor, action="scans.columns", target=locked, detail={"name": name})
        return _start(locked, Stage.READ, actor)


def confirm(*, scan: ScanImport, options: Mapping[str, bool], actor: User) -> ScanImport:
    """Import what was looked at.

    Args:
        options: "info": informational results too; "close": close what is gone; "confirmed": nobody
            needs to confirm the findings any more, for those who may confirm.

    Raises:
        ScanError: it does not wait for a decision.
    """
    with transaction.atomic():
        locked = _locked(scan)
        if locked.state != State.READY:
            raise ScanError(
                _("这次导入“%(state)s”，不能确认") % {"state": locked.get_state_display()},
                advice=_("请刷新页面，查看最新进展。"),
            )
        chosen = {key: bool(options.get(key)) for key in ("info", "close", "confirmed")}
        chosen["confirmed"] = chosen["confirmed"] and actor.may("findings.handle")
        locked.options = chosen
        return _start(locked, Stage.IMPORT, actor)


def again(*, scan: ScanImport, actor: User, now: datetime | None = None) -> ScanImport:
    """Start the step that failed or was interrupted anew.

    Raises:
        ScanError: it is under way, or done.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = _locked(scan)
        if locked.state not in _AGAIN and not interrupted(locked, now=now):
            raise ScanError(_("这次导入“%(state)s”，不能重新开始") % {"state": locked.get_state_display()})
        record(actor=actor, action="scans.again", target=locked, detail={"file": locked.file.name})
        return _start(locked, Stage(locked.stage), actor)


def cancel(*, scan: ScanImport, actor: User) -> ScanImport:
    """Give up an import that waits or failed before anything was imported; the file stays.

    Raises:
        ScanError: it is under way, or done.
    """
    with transaction.atomic():
        locked = _locked(scan)
        waits = locked.state in (State.READY, State.MAPPING, State.FAILED)
        if not waits or locked.hits.exists():
            raise ScanError(
                _("这次导入“%(state)s”，不能放弃") % {"state": locked.get_state_display()},
                advice=_("已导入的请用“撤销导入”。"),
            )
        locked.state, locked.step = State.CANCELLED, ""
        locked.save(update_fields=["state", "step"])
        record(actor=actor, action="scans.cancel", target=locked, detail={"file": locked.file.name})
        return locked


def withdraw(*, scan: ScanImport, reason: str, actor: User) -> ScanImport:
    """Take an import back: its unconfirmed findings are dismissed, what it closed is open again.

    Raises:
        ScanError: it is not done, or no reason is given.
    """
    with transaction.atomic():
        locked = _locked(scan)
        if not can_withdraw(locked):
            raise ScanError(_("只有已导入的报告可以撤销"), advice=_("请刷新页面，查看最新进展。"))
        if not reason.strip():
            raise ScanError(_("没有填写撤销原因"), advice=_("请写明原因后再提交。"))
        locked.withdrawn_reason = reason.strip()
        return _start(locked, Stage.WITHDRAW, actor)


def can_withdraw(scan: ScanImport) -> bool:
    """Whether there is something to take back: a later step may have failed meanwhile."""
    return scan.state == State.DONE or (scan.state == State.FAILED and scan.hits.exists())


def assign_hosts(*, scan: ScanImport, hosts: Sequence[str], unit: Unit, actor: User) -> tuple[int, list[str]]:
    """Register hosts that matched nothing as assets of a unit, and match the report again.

    Returns:
        How many were registered, and for each that could not be why.

    Raises:
        ScanError: nothing is chosen, or the report is under way.
    """
    with transaction.atomic():
        locked = _locked(scan)
        if locked.state not in (State.READY, State.DONE):
            raise ScanError(_("报告正在处理"), advice=_("请稍候再试。"))
        own = locked.inspection.unit if locked.inspection else locked.unit
        if own is not None and own.pk != unit.pk:
            raise ScanError(_("这份报告属于“%(unit)s”，不能登记到其他单位") % {"unit": own})
        known = set(locked.unmatched_hosts.filter(host__in=list(hosts)).values_list("host", flat=True))
        if not known:
            raise ScanError(_("没有选择主机"), advice=_("请先勾选要登记的主机。"))
        registered, refused = 0, []
        for host in sorted(known):
            try:
                with transaction.atomic():
                    save_asset(_asset(host, unit, locked), actor=actor)
            except AssetError as error:
                refused.append(f"{host}：{error.sentence}")
            else:
                registered += 1
        if registered:
            _start(locked, Stage.READ if locked.state == State.READY else Stage.IMPORT, actor)
    return registered, refused


def delete_mapping(*, mapping: ScanMapping, actor: User) -> None:
    """Forget what the columns of a kind of .csv are; the next such file asks again."""
    with transaction.atomic():
        ScanImport.objects.filter(mapping=mapping).update(mapping=None)
        record(actor=actor, action="scans.mapping_delete", target=mapping, detail={"name": mapping.name})
        mapping.delete()


def _asset(host: str, unit: Unit, scan: ScanImport) -> Asset:
    is_address = ":" in host or host.replace(".", "").isdigit()
    kind = Asset.Kind.IP if is_address else Asset.Kind.DOMAIN
    note = _("由扫描报告“%(name)s”登记") % {"name": scan.file.name}
    return Asset(unit=unit, kind=kind, value=host, note=note)


def _start(locked: ScanImport, stage: Stage, actor: User) -> ScanImport:
    locked.state, locked.stage, locked.step, locked.percent = State.QUEUED, stage, _("排队中"), 0
    locked.problem = locked.problem_advice = ""
    locked.acting, locked.finished_at = actor, None
    # Whoever still works on the earlier attempt finds that it is no longer his.
    locked.attempt += 1
    locked.save()
    enqueue(locked)
    return locked


def _locked(scan: ScanImport) -> ScanImport:
    return ScanImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=scan.pk)
