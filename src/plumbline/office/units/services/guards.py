"""What every change of a unit demands first."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Unit


def locked(unit: Unit) -> Unit:
    """The unit as it is now, and kept so until the transaction ends."""
    return Unit.objects.select_for_update().get(pk=unit.pk)


def demand_turn(*, on: date, reason: str) -> None:
    """A turn has its reason, and has happened.

    Raises:
        RegisterError: no reason, or a day to come.
    """
    if not reason.strip():
        raise RegisterError(_("没有写明依据。"), advice=_("请填写批准文件的名称、文号，或变更的原因。"))
    if on > timezone.localdate():
        raise RegisterError(_("日期在今天之后。"), advice=_("请在生效之日或之后登记。"))


def demand_active(unit: Unit) -> None:
    """Refuse to change what is history.

    Raises:
        RegisterError: the unit is closed or merged.
    """
    if not unit.is_active:
        raise RegisterError(
            _("“%(unit)s”%(state)s，资料只供查阅，不能修改。")
            % {"unit": unit, "state": unit.get_state_display()},
            advice=_("如需修改，请先在“沿革”中恢复该单位，或到现单位登记。"),
        )


def locked_tree() -> dict[int, int | None]:
    """{unit: its parent} of all units, kept so until the transaction ends.

    Whatever changes the shape of the tree takes this first and single units after it: two moves at once
    cannot close a ring, and because all take the rows in one order nobody waits for each other.
    """
    return dict(Unit.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))


def demand_no_cycle(unit: Unit, parent: Unit | None, *, tree: dict[int, int | None]) -> None:
    """Refuse a parent that belongs to the unit.

    Args:
        tree: what `locked_tree` gave.

    Raises:
        RegisterError: the parent is the unit itself or below it.
    """
    place = parent.pk if parent else None
    while place is not None and unit.pk is not None:
        if place == unit.pk:
            raise RegisterError(
                _("“%(parent)s”是“%(unit)s”自己或其下级，不能作为上级单位。")
                % {"parent": parent, "unit": unit},
                advice=_("请另选上级单位；要对调两个单位，请先把下级移走。"),
            )
        place = tree.get(place)
