"""What is done to information systems."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.models import System, Unit
from plumbline.office.units.protection import demanded_due

FIELDS = (
    "unit", "name", "kind", "state", "purpose", "url", "operator", "level", "filing_number", "filed_on",
    "assessed_on", "assessed_by", "assessment_due_on", "critical", "protected_by", "note",
)  # fmt: skip
#: what only the office decides, with the protecting department
OFFICE_FIELDS = ("critical", "protected_by")


class SystemRefused(PlumblineError):
    """A system cannot be saved or turned that way."""


@transaction.atomic
def save_system(system: System, *, actor: User, revision: int | None = None) -> System:
    """Register or change a system; a save that changes nothing is not recorded.

    Where a rule demands an assessment and nobody gave the next day, the rule's day is kept.

    Args:
        revision: the one that was looked at; None where there was no form.

    Raises:
        Outdated: somebody else saved it since.
        SystemRefused: the unit is no longer in use, or the critical flag is not the person's to change.
    """
    unit = demand_usable(system.unit_id)
    is_new = system.pk is None
    before: dict[str, object] = {}
    saved = System(unit=unit)
    if not is_new:
        saved = System.objects.select_for_update(of=("self",)).select_related("unit").get(pk=system.pk)
        demand_current(saved, revision=revision)
        before = snapshot(saved, *FIELDS)
        system.revision = saved.revision + 1
    if not actor.may("units.edit") and any(
        getattr(saved, name) != getattr(system, name) for name in OFFICE_FIELDS
    ):
        raise SystemRefused(
            _("关键信息基础设施由网信办登记。"), where=system.name, advice=_("请联系网信办工作人员修改。")
        )
    settle(system)
    changed = changes(before, snapshot(system, *FIELDS))
    if is_new:  # what nobody filled in is no change
        changed = {field: values for field, values in changed.items() if values["new"] not in (None, "")}
    if changed:
        system.save()
        action = "units.system_create" if is_new else "units.system_edit"
        record(actor=actor, action=action, target=system, detail=changed)
        if system.state != System.State.STOPPED:
            withdraw_declarations([unit.pk], actor=actor)
    return system


@transaction.atomic
def stop_system(*, system: System, actor: User, reason: str) -> System:
    """Take a system out of use; it stays in the register with its history.

    Raises:
        SystemRefused: it is stopped already.
    """
    return _turn(system, actor=actor, state=System.State.STOPPED, action="units.system_stop", reason=reason)


@transaction.atomic
def resume_system(*, system: System, actor: User, reason: str) -> System:
    """Put a stopped system back to work.

    Raises:
        SystemRefused: it is not stopped, or its unit is no longer in use.
    """
    unit = demand_usable(system.unit_id)
    withdraw_declarations([unit.pk], actor=actor)
    return _turn(system, actor=actor, state=System.State.RUNNING, action="units.system_resume", reason=reason)


def settle(system: System) -> None:
    """Fill what follows from the rest: the demanded day of the next assessment."""
    if system.assessment_due_on is None:
        system.assessment_due_on = demanded_due(system.level, system.assessed_on)


def withdraw_declarations(units: Iterable[int], *, actor: User) -> None:
    """A unit that has a system no longer declares that it has none; in the caller's transaction."""
    declared = Unit.objects.select_for_update(of=("self",)).filter(
        pk__in=list(units), no_systems_on__isnull=False
    )
    for unit in declared:
        before = snapshot(unit, "no_systems_on")
        unit.no_systems_on, unit.revision = None, unit.revision + 1
        unit.save(update_fields=["no_systems_on", "revision"])
        detail = changes(before, snapshot(unit, "no_systems_on"))
        record(actor=actor, action="units.figures", target=unit, detail=detail)


def wrong_together(
    *, critical: str, protected_by: str, assessed_on: date | None, due_on: date | None
) -> dict[str, str]:
    """What does not go together, by field; both the form and the sheet ask it."""
    wrong = {}
    if critical == System.Critical.DESIGNATED and not protected_by:
        wrong["protected_by"] = _("已认定为关键信息基础设施的，须填写保护工作部门。")
    if assessed_on and due_on and due_on <= assessed_on:
        wrong["assessment_due_on"] = _("下次测评期限须晚于最近测评日期；留空则按规定推算。")
    return wrong


def demand_usable(unit_id: int) -> Unit:
    """The unit, locked, so that nobody closes it meanwhile or registers the same thing beside.

    Raises:
        SystemRefused: it is closed or merged.
    """
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit_id)
    if unit.state != Unit.State.ACTIVE:
        raise SystemRefused(
            _("单位“%(unit)s”%(state)s，不能登记或修改。")
            % {"unit": unit, "state": unit.get_state_display()},
            advice=_("请登记到接续其职能的单位，或先恢复该单位。"),
        )
    return unit


def _turn(system: System, *, actor: User, state: str, action: str, reason: str) -> System:
    locked = System.objects.select_for_update().get(pk=system.pk)
    reason = reason.strip()
    if not reason:
        raise SystemRefused(_("没有写明原因。"), where=locked.name, advice=_("请写明原因后再试。"))
    if (locked.state == System.State.STOPPED) == (state == System.State.STOPPED):
        raise SystemRefused(
            _("系统现在是“%(state)s”，无需重复操作。") % {"state": locked.get_state_display()},
            where=locked.name,
            advice=_("请刷新页面查看现在的状态。"),
        )
    before = snapshot(locked, "state")
    locked.state, locked.revision = state, locked.revision + 1
    locked.save(update_fields=["state", "revision"])
    detail = {**changes(before, snapshot(locked, "state")), "reason": reason}
    record(actor=actor, action=action, target=locked, detail=detail)
    return locked
