"""Versions of a plan: a new draft, an adjustment of an approved one, a draft given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.models import (
    CategoryTotal,
    Fund,
    Goal,
    Indicator,
    Plan,
    PlanArchive,
    PlanFinding,
    PlanVersion,
    Project,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.services.errors import Conflict, Frozen, PlanError
from plumbline.office.targets.services.source_lines import copy_lines

BATCH = 500
State = PlanVersion.State


def next_number(plan: Plan) -> int:
    """The number of the plan's next version."""
    return (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def lock_live(plan: Plan) -> tuple[PlanVersion | None, PlanVersion | None]:
    """The approved version and the draft of a plan, each None where there is none; both and the plan
    are locked until the transaction ends, so that nobody approves or mends one meanwhile."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    rows = plan.versions.select_for_update().filter(state__in=(State.APPROVED, State.DRAFT)).order_by("pk")
    live = {row.state: row for row in rows}
    return live.get(State.APPROVED), live.get(State.DRAFT)


def lock_draft(version: PlanVersion, *, revision: int | None = None) -> PlanVersion:
    """The version, locked until the transaction ends, if it may still be edited.

    Args:
        revision: the one that the form was opened on; None where nothing could be overwritten.

    Raises:
        Frozen: it is no draft any more.
        Conflict: somebody changed it since.
    """
    locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if not locked.editable:
        raise Frozen(
            _("第 %(number)d 版“%(state)s”，不能再修改")
            % {"number": locked.number, "state": locked.get_state_display()},
            advice=_("需要变动时，请在“版本”页建立调整稿。"),
        )
    if revision is not None and revision != locked.revision:
        since = locked.corrections.filter(revision__gt=revision).select_related("made_by")
        raise Conflict(revision=locked.revision, changes=list(since))
    return locked


def adjust(*, plan: Plan, reason: str, actor: User) -> PlanVersion:
    """A draft copied from the approved version; its projects and indicators keep their lines.

    Raises:
        PlanError: no reason, no approved version, or a draft that is not finished.
    """
    reason = reason.strip()
    if not reason:
        raise PlanError(_("没有填写调整事由"), advice=_("请写明为何调整，事由会保留在版本记录中。"))
    with transaction.atomic():
        approved, unfinished = lock_live(plan)
        if approved is None:
            raise PlanError(_("还没有已批准的版本，无需调整"), advice=_("核对中的版本可以直接更正。"))
        if unfinished is not None:
            raise PlanError(_("已有一份核对中的版本"), advice=_("请先批准或作废那一份。"))
        draft = _copy(approved, number=next_number(plan), reason=reason, actor=actor)
        record(actor=actor, action="plans.adjust", target=draft, detail={"reason": reason})
    return draft


def discard(*, version: PlanVersion, reason: str, actor: User, now: datetime) -> PlanVersion:
    """Give up a draft; it is kept for the record.

    Raises:
        Frozen: it is no draft.
        PlanError: no reason.
    """
    if not reason.strip():
        raise PlanError(_("没有填写作废理由"), advice=_("请写明为何作废，理由会保留在版本记录中。"))
    with transaction.atomic():
        draft = lock_draft(version)
        close(draft, state=State.DISCARDED, reason=reason.strip(), actor=actor, now=now)
        record(actor=actor, action="plans.discard", target=draft, detail={"reason": reason.strip()})
    return draft


def close(version: PlanVersion, *, state: str, reason: str, actor: User, now: datetime) -> None:
    """Set a version's last state and who set it, in the caller's transaction."""
    version.state, version.closed_reason = state, reason
    version.closed_by, version.closed_at = actor, now
    version.save(update_fields=["state", "closed_reason", "closed_by", "closed_at"])


def _copy(approved: PlanVersion, *, number: int, reason: str, actor: User) -> PlanVersion:
    draft = PlanVersion.objects.create(
        plan=approved.plan,
        number=number,
        reason=reason,
        based_on=approved,
        created_by=actor,
        **{
            name: getattr(approved, name)
            for name in (
                "source",
                "source_format",
                "layout",
                "source_notes",
                "form",
                "organisation_name",
                "organisation_aliases",
                "organisation_code",
                "mended",
            )
        },
    )
    for model in (PlanArchive, CategoryTotal, Goal, PlanFinding):
        _clone(list(model.objects.filter(version=approved)), version=draft)
    copy_lines(of=approved, to=draft)
    projects = list(Project.objects.filter(version=approved))
    olds = [project.pk for project in projects]
    new = dict(zip(olds, _clone(projects, version=draft), strict=True))
    for model in (Statement, Fund, SpendPoint, Indicator):
        rows = list(model.objects.filter(project__version=approved))
        for row in rows:
            row.project = new[row.project_id]
        _clone(rows)
    return draft


def _clone(rows: Sequence[Model], **changes: Any) -> list[Any]:
    """Insert copies of the rows with some attributes changed; the given objects become the copies."""
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
    return type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH) if rows else []
