"""The turns of a unit's life: renamed, moved, closed, reopened. Each with its day and its reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Unit, UnitChange
from plumbline.office.units.services.guards import (
    demand_active,
    demand_no_cycle,
    demand_turn,
    locked,
    locked_tree,
)
from plumbline.office.units.services.merging import give_back

NAME_LENGTH = 128


@transaction.atomic
def rename_unit(unit: Unit, *, name: str, short_name: str, on: date, reason: str, actor: User) -> UnitChange:
    """Give a unit another name; the old one stays in its history.

    Raises:
        RegisterError: the name is taken or is the present one, the unit is history, or the day is to come.
    """
    unit = locked(unit)
    demand_active(unit)
    demand_turn(on=on, reason=reason)
    name = name.strip()
    if not name or name == unit.name:
        raise RegisterError(_("新名称与现名称相同或为空。"), advice=_("请填写新的单位全称。"))
    if len(name) > NAME_LENGTH or Unit.objects.filter(name=name).exclude(pk=unit.pk).exists():
        raise RegisterError(
            _("已有名为“%(name)s”的单位，或名称过长。") % {"name": name[:NAME_LENGTH]},
            advice=_("如两单位已合并，请用“并入其他单位”。"),
        )
    before, unit.name, unit.short_name = unit.name, name, short_name.strip()[:32]
    return _turn(unit, UnitChange.Kind.RENAMED, on=on, reason=reason, actor=actor, before=before, after=name)


@transaction.atomic
def move_unit(unit: Unit, *, parent: Unit | None, on: date, reason: str, actor: User) -> UnitChange:
    """Put a unit under another one; None makes it stand at the top.

    Raises:
        RegisterError: the parent is below the unit, is history, or is the present one.
    """
    tree = locked_tree()
    unit = locked(unit)
    demand_active(unit)
    demand_turn(on=on, reason=reason)
    if (parent.pk if parent else None) == unit.parent_id:
        raise RegisterError(_("上级单位没有变化。"), advice=_("请选择新的上级单位。"))
    if parent is not None:
        parent = locked(parent)
        demand_active(parent)
        demand_no_cycle(unit, parent, tree=tree)
    before, unit.parent = unit.parent, parent
    return _turn(
        unit,
        UnitChange.Kind.MOVED,
        on=on,
        reason=reason,
        actor=actor,
        before=before.name if before else "",
        after=parent.name if parent else "",
        other=parent,
    )


@transaction.atomic
def close_unit(unit: Unit, *, on: date, reason: str, actor: User) -> UnitChange:
    """End a unit that nobody succeeds.

    Raises:
        RegisterError: it is history already, or other units still belong to it.
    """
    locked_tree()  # no child is put under it meanwhile
    unit = locked(unit)
    demand_active(unit)
    demand_turn(on=on, reason=reason)
    below = unit.children.filter(state=Unit.State.ACTIVE).count()
    if below:
        raise RegisterError(
            _("“%(unit)s”还有 %(count)d 个在用的下级单位，不能撤销。") % {"unit": unit, "count": below},
            advice=_("请先变更下级单位的上级，或一并撤销。"),
        )
    unit.state = Unit.State.CLOSED
    return _turn(unit, UnitChange.Kind.CLOSED, on=on, reason=reason, actor=actor)


@transaction.atomic
def reopen_unit(unit: Unit, *, on: date, reason: str, actor: User) -> UnitChange:
    """Bring back a closed or merged unit; of what a merger took along, what is still there comes back.

    Raises:
        RegisterError: it is in use, or the unit that it belonged to is below it now.
    """
    locked_tree()
    unit = locked(unit)
    demand_turn(on=on, reason=reason)
    if unit.is_active:
        raise RegisterError(_("“%(unit)s”正在使用，不需要恢复。") % {"unit": unit})
    other = unit.merged_into
    if unit.state == Unit.State.MERGED:
        give_back(unit)
    if unit.parent is not None and not unit.parent.is_active:
        successor = unit.parent.merged_into
        unit.parent = successor if successor is not None and successor.is_active else None
    # what came back under it may have moved meanwhile, and its parent under that
    demand_no_cycle(unit, unit.parent, tree=dict(Unit.objects.values_list("pk", "parent_id")))
    unit.state, unit.merged_into = Unit.State.ACTIVE, None
    return _turn(unit, UnitChange.Kind.REOPENED, on=on, reason=reason, actor=actor, other=other)


def _turn(unit: Unit, kind: UnitChange.Kind, *, actor: User, **fields: object) -> UnitChange:
    unit.revision += 1
    unit.save()
    change = UnitChange.objects.create(unit=unit, kind=kind, recorded_by=actor, **fields)
    detail = {"date": change.on, "reason": change.reason}
    if change.before or change.after:
        detail["change"] = {"old": change.before, "new": change.after}
    record(actor=actor, action=f"units.{kind.value}", target=unit, detail=detail)
    return change
