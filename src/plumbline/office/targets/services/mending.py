"""Mending a draft by hand: every change keeps what was there and why, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import DocumentError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import (
    CategoryTotal,
    Correction,
    Indicator,
    PlanFinding,
    PlanVersion,
    Project,
)
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.fields import Subject, fields_of
from plumbline.office.targets.services.recheck import recheck
from plumbline.office.targets.services.rows import refuse_oversize
from plumbline.office.targets.services.versions import lock_draft


def mend(
    *,
    subject: Subject,
    values: Mapping[str, str],
    reason: str,
    revision: int,
    actor: User,
    now: datetime,
    finding: PlanFinding | None = None,
    settle: frozenset[str] = frozenset(),
) -> list[Correction]:
    """Change values of one row of a draft. A mended value counts for all places that state it.

    Args:
        subject: the row, of a draft.
        values: new texts by field name, as `fields` names them; unchanged ones are left alone.
        revision: of the version when the form was opened.
        settle: fields whose present value is declared right although the document contradicts itself.

    Raises:
        Frozen, Conflict: see `versions.lock_draft`.
        PlanError: no reason, nothing changed, or a value cannot be read.
    """
    because = needed(reason)
    with transaction.atomic():
        version = lock_draft(version_of(subject), revision=revision)
        row = type(subject)._default_manager.select_for_update().get(pk=subject.pk)
        made = [
            change
            for name in fields_of(row)
            if name in values
            and (change := _change(row, name, new=values[name].strip(), settled=name in settle))
        ]
        if not made:
            raise PlanError(_("没有改动任何内容"), advice=_("如确认现值无误，请勾选“以此为准”。"))
        fit(row)
        row.save()
        save_changes(made, version=version, reason=because, actor=actor, finding=finding)
        recheck(version=version, actor=actor, now=now)
    return made


def undo(*, correction: Correction, revision: int, actor: User, now: datetime) -> None:
    """Put back what a correction changed; the correction stays in the record.

    Raises:
        Frozen, Conflict: see `versions.lock_draft`.
        PlanError: it was undone already, or a later correction of the same value stands.
    """
    from plumbline.office.targets.services.structure import restore

    with transaction.atomic():
        version = lock_draft(correction.version, revision=revision)
        locked = Correction.objects.select_for_update().get(pk=correction.pk)
        if locked.state != Correction.State.APPLIED:
            raise PlanError(_("这项更正已经撤销"))
        _refuse_while_later(locked)
        if locked.kind == Correction.Kind.CHANGED and "rows" not in locked.snapshot:
            _put_back(locked)
        else:
            restore(locked)
        locked.state, locked.undone_by, locked.undone_at = Correction.State.UNDONE, actor, now
        locked.save(update_fields=["state", "undone_by", "undone_at"])
        bump(version)
        record(
            actor=actor,
            action="plans.undo",
            target=version,
            detail={"object": locked.label, "field": locked.field, "old": locked.new, "new": locked.old},
        )
        recheck(version=version, actor=actor, now=now)


def needed(reason: str) -> str:
    """The reason without spaces around it.

    Raises:
        PlanError: there is none.
    """
    if not reason.strip():
        raise PlanError(_("没有填写理由"), advice=_("请写明为何更正，理由与原值一并保留。"))
    return reason.strip()


def version_of(subject: Subject) -> PlanVersion:
    """The version that a row belongs to."""
    if isinstance(subject, PlanVersion):
        return subject
    return subject.project.version if isinstance(subject, Indicator) else subject.version


def fit(row: Any) -> None:
    """Refuse values that no column holds.

    Raises:
        PlanError: with the field and its limit.
    """
    try:
        refuse_oversize(row)
    except DocumentError as error:
        raise PlanError(error.what) from error


def bump(version: PlanVersion) -> None:
    """Raise the revision of a locked version."""
    version.revision += 1
    version.save(update_fields=["revision"])


def save_changes(
    made: list[Correction],
    *,
    version: PlanVersion,
    reason: str,
    actor: User,
    finding: PlanFinding | None = None,
) -> None:
    """Keep corrections that were made together, under one new revision and with one audit record."""
    bump(version)
    for change in made:
        change.version, change.revision, change.reason = version, version.revision, reason
        change.made_by, change.finding = actor, finding
        change.save()
    record(
        actor=actor,
        action="plans.mend",
        target=version,
        detail={
            "object": made[0].label,
            "reason": reason,
            **{change.field: {"old": change.old, "new": change.new} for change in made},
        },
    )


def _change(row: Subject, name: str, *, new: str, settled: bool) -> Correction | None:
    field = fields_of(row)[name]
    old = field.get(row)
    field.set(row, new)
    written = field.get(row)
    was = name in row_mended(row)
    if written == old and (was or not settled):
        return None
    if not was:
        row_mended(row).append(name)
    return Correction(
        **about(row),
        field=f"total.{row.ordinal}.{name}" if isinstance(row, CategoryTotal) else name,
        old=old,
        new=written,
        snapshot={"mended": was},
    )


def row_mended(row: Any) -> list[str]:
    """The list of a row's mended fields."""
    mended: list[str] = row.mended
    return mended


def about(row: Subject) -> dict[str, Any]:
    """What a correction says of the thing it is about."""
    if isinstance(row, Indicator):
        label = f"{row.project.name} / {row}"
        return {
            "project_line_id": row.project.line_id,
            "indicator_line_id": row.line_id,
            "label": label[:300],
        }
    if isinstance(row, Project):
        return {"project_line_id": row.line_id, "label": row.name[:300]}
    return {"label": row.name[:300] if isinstance(row, CategoryTotal) else row.organisation_name[:300]}


def _refuse_while_later(correction: Correction) -> None:
    """A value is put back in the reverse order of its changes."""
    later = correction.version.corrections.filter(state=Correction.State.APPLIED, pk__gt=correction.pk)
    if correction.kind == Correction.Kind.CHANGED:
        same = later.filter(
            field=correction.field,
            project_line=correction.project_line_id,
            indicator_line=correction.indicator_line_id,
        )
        removed = later.filter(kind=Correction.Kind.REMOVED, project_line=correction.project_line_id)
        if correction.indicator_line_id:
            removed = removed.filter(indicator_line__in=[correction.indicator_line_id]) | removed.filter(
                indicator_line=None
            )
        else:
            removed = removed.filter(indicator_line=None)
        blocking = (same | removed) if correction.project_line_id else same
    elif correction.indicator_line_id:
        blocking = later.filter(indicator_line=correction.indicator_line_id)
    else:
        blocking = later.filter(project_line=correction.project_line_id)
    newest = blocking.order_by("-pk").first()
    if newest is not None:
        raise PlanError(
            _("在它之后还有别的更正"), where=newest.label, advice=_("请先撤销较新的更正，再撤销这一项。")
        )


def _put_back(correction: Correction) -> None:
    row = subject_of(correction)
    name = correction.field.rpartition(".")[2]
    fields_of(row)[name].set(row, correction.old)
    if not correction.snapshot.get("mended") and name in row_mended(row):
        row_mended(row).remove(name)
    row.save()


def subject_of(correction: Correction) -> Subject:
    """The row that a correction changed.

    Raises:
        PlanError: it was removed since.
    """
    version = correction.version
    row: Subject | None
    if correction.indicator_line_id:
        row = Indicator.objects.filter(project__version=version, line=correction.indicator_line_id).first()
    elif correction.project_line_id:
        row = Project.objects.filter(version=version, line=correction.project_line_id).first()
    elif correction.field.startswith("total."):
        row = version.totals.filter(ordinal=int(correction.field.split(".")[1])).first()
    else:
        row = PlanVersion.objects.get(pk=version.pk)
    if row is None:
        raise PlanError(_("更正的对象已被删除"), where=correction.label)
    return row
