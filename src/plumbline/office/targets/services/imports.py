"""A plan document becomes a version: read, checked, and written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.plans import archive
from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.reading import plan_of, read_source
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.targets.models import ImportJob, Plan, PlanFinding, PlanVersion
from plumbline.office.targets.services.checkpoints import set_up
from plumbline.office.targets.services.errors import PlanError, Undecided
from plumbline.office.targets.services.identity import Lines
from plumbline.office.targets.services.rows import write_rows
from plumbline.office.targets.services.unit_match import create_unit, match_unit
from plumbline.office.targets.services.versions import close, lock_live, next_number
from plumbline.office.units.models import Unit

Progress = Callable[[str, int], None]
State = PlanVersion.State
YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person decided about an import, where the document alone does not decide.

    Attributes:
        unit: whose plan it is; None to find it by the document's name, alias or code.
        new_unit: create the unit that the document names, if there is none.
        year: where the document names none.
        replace: give up the draft that exists.
        draft: `mark` of the draft that was asked about; another one is asked about anew. "" for any.
        reason: why an approved plan is adjusted, or a draft replaced.
    """

    unit: Unit | None = None
    new_unit: bool = False
    year: int | None = None
    replace: bool = False
    reason: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was read, checked and packed for the archive; nothing is written yet."""

    document: PlanDocument
    findings: Sequence[Finding]
    packed: bytes


def _silent(step: str, percent: int) -> None:
    """Progress that nobody watches."""


def prepare(*, name: str, data: bytes, progress: Progress = _silent) -> Prepared:
    """Read and check a document.

    Raises:
        DocumentError: it cannot be read, or is no plan; with what, where and advice.
    """
    progress(_("读取文件"), 5)
    source = read_source(name, data)
    progress(_("识别表式"), 30)
    document = plan_of(source)
    progress(_("提取项目与指标"), 50)
    if not document.projects:
        raise PlanError(
            _("文件里没有找到任何项目"), where=name, advice=_("请确认上传的是完整的绩效目标文件。")
        )
    progress(_("校核"), 60)
    findings = check(document)
    progress(_("保存"), 80)
    return Prepared(document, findings, archive.dump(document))


def import_plan(
    *,
    name: str,
    data: bytes,
    unit: Unit | None,
    actor: User,
    now: datetime,
    stored: StoredFile | None = None,
    progress: Progress = _silent,
    decisions: Decisions | None = None,
) -> PlanVersion:
    """Read, check and write a plan document: everything or nothing.

    Args:
        unit: whose plan it is; None to find it by the document's name, alias or code.
        stored: the kept upload that `data` came from, if there is one.
        decisions: what else a person decided; `unit` above goes first.

    Raises:
        DocumentError: the document cannot be read.
        Undecided: a person must decide something first.
    """
    prepared = prepare(name=name, data=data, progress=progress)
    given = decisions or Decisions()
    chosen = replace(given, unit=unit or given.unit)
    return write(prepared=prepared, decisions=chosen, actor=actor, now=now, stored=stored)


def write(
    *,
    prepared: Prepared,
    decisions: Decisions,
    actor: User,
    now: datetime,
    stored: StoredFile | None = None,
    job: ImportJob | None = None,
) -> PlanVersion:
    """Write a prepared document as a draft version, in one transaction.

    Args:
        job: the job that asks; it must not have been started again meanwhile.

    Raises:
        Undecided: a person must decide something first.
        PlanError: the job was started again, or a value does not fit.
    """
    with transaction.atomic():
        if job is not None:
            _still_ours(job)
        plan = _plan(prepared.document, decisions, actor)
        previous, reason = _make_room(plan, decisions, actor, now, prepared.document.source.name)
        version = _version(plan, prepared.document, actor=actor, reason=reason, stored=stored)
        if previous is not None and previous.state == State.APPROVED:
            version.based_on = previous
            version.save(update_fields=["based_on"])
        lines = Lines(plan, previous=previous)
        write_rows(version=version, document=prepared.document, packed=prepared.packed, lines=lines)
        write_findings(version, prepared.findings)
        set_up(plan=plan, version=version)
        record(actor=actor, action="plans.import", target=version, detail=_summary(version, prepared, reason))
    return version


def _still_ours(job: ImportJob) -> None:
    now = ImportJob.objects.select_for_update().get(pk=job.pk)
    if now.attempt != job.attempt or now.state != ImportJob.State.RUNNING:
        raise PlanError(_("这次导入已被重新开始或取消"), advice=_("请查看较新的一次。"))


def _plan(document: PlanDocument, decisions: Decisions, actor: User) -> Plan:
    unit = decisions.unit or match_unit(document.organisation)
    year = decisions.year or document.year
    if unit is None and not decisions.new_unit:
        raise Undecided(
            _("文件中的单位“%(name)s”还没有登记") % {"name": document.organisation.name},
            question="unit",
            advice=_("请选择已登记的单位，或确认新建。"),
        )
    if year is None or year not in YEARS:
        raise Undecided(_("文件里没有写明年度"), question="year", advice=_("请填写这份绩效目标所属的年度。"))
    if unit is None:
        unit = create_unit(document.organisation, actor=actor)
    plan, _created = Plan.objects.get_or_create(unit=unit, year=year, defaults={"created_by": actor})
    return plan


def _make_room(
    plan: Plan, decisions: Decisions, actor: User, now: datetime, name: str
) -> tuple[PlanVersion | None, str]:
    """The version that the new one continues, and the reason; a draft in the way is given up."""
    approved, draft = lock_live(plan)
    reason = decisions.reason.strip()
    if draft is not None and not (decisions.replace and decisions.draft in ("", mark(draft))):
        raise Undecided(
            _("%(unit)s %(year)d 年度已有一份核对中的绩效目标（第 %(number)d 版）")
            % {"unit": plan.unit, "year": plan.year, "number": draft.number},
            question="replace",
            draft=mark(draft),
            advice=_("可以用这份文件替换它（原稿作废但保留），或取消导入。"),
        )
    if approved is not None and not reason:
        raise Undecided(
            _("%(unit)s %(year)d 年度的绩效目标已经批准，这份文件将作为调整稿")
            % {"unit": plan.unit, "year": plan.year},
            question="reason",
            advice=_("请填写调整事由。"),
        )
    if draft is not None:
        close(
            draft,
            state=State.DISCARDED,
            reason=reason or _("由新导入的“%(name)s”替换") % {"name": name},
            actor=actor,
            now=now,
        )
    previous = approved or draft or plan.versions.order_by("-number").first()
    return previous, reason or _("导入“%(name)s”") % {"name": name}


def mark(draft: PlanVersion) -> str:
    """Tells a draft as it stands from another draft, and from itself after a later mending."""
    return f"{draft.pk}.{draft.revision}"


def _version(
    plan: Plan, document: PlanDocument, *, actor: User, reason: str, stored: StoredFile | None
) -> PlanVersion:
    organisation = document.organisation
    return PlanVersion.objects.create(
        plan=plan,
        number=next_number(plan),
        reason=reason,
        source=stored,
        source_format=document.source.format,
        layout=document.layout,
        source_notes=list(document.source.notes),
        form=document.form,
        organisation_name=organisation.name[:200],
        organisation_aliases=[alias.value for alias in organisation.aliases],
        organisation_code=(organisation.code or "")[:40],
        created_by=actor,
    )


def write_findings(version: PlanVersion, findings: Sequence[Finding]) -> None:
    """Write the findings of the first check, all of them open."""
    PlanFinding.objects.bulk_create((finding_row(version, finding) for finding in findings), batch_size=500)


def finding_row(version: PlanVersion, finding: Finding) -> PlanFinding:
    """A finding as a row that is not saved yet."""
    return PlanFinding(
        version=version,
        rule=finding.rule,
        severity=finding.severity,
        lines=list(finding.lines),
        where=list(finding.where),
        message=finding.message,
        advice=finding.advice,
    )


def _summary(version: PlanVersion, prepared: Prepared, reason: str) -> dict[str, object]:
    document = prepared.document
    return {
        "file": document.source.name,
        "sm3": version.source.digest if version.source else "",
        "version": version.number,
        "reason": reason,
        "projects": len(document.projects),
        "indicators": sum(len(project.indicators) for project in document.projects),
        "findings": dict(Counter(finding.severity for finding in prepared.findings)),
    }
