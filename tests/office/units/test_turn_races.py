"""Two people change the register at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections

from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import verify
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Unit
from plumbline.office.units.services import close_unit, merge_units, move_unit, save_unit
from plumbline.office.units.services.contacts import Particulars, appoint
from tests.office.targets.factories import make_unit, make_user

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 9, 1)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of acts that begin at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            act()
            return "done"
        except RegisterError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as people:
        return sorted(people.map(run, acts))


def test_two_moves_never_close_a_ring() -> None:
    user = make_user(Role.STAFF, name="李强")
    one, other = make_unit("甲"), make_unit("乙")
    how = {"on": DAY, "reason": "三定方案", "actor": user}
    outcomes = at_once(
        lambda: move_unit(one, parent=other, **how), lambda: move_unit(other, parent=one, **how)
    )
    assert outcomes == ["done", "refused"]
    assert Unit.objects.filter(parent__isnull=True).count() == 1
    assert verify().is_sound


def test_two_units_never_go_into_each_other() -> None:
    user = make_user(Role.STAFF, name="李强")
    one, other = make_unit("甲"), make_unit("乙")
    how = {"on": DAY, "reason": "三定方案", "actor": user}
    outcomes = at_once(
        lambda: merge_units(one, into=other, **how), lambda: merge_units(other, into=one, **how)
    )
    assert outcomes == ["done", "refused"]
    assert sorted(Unit.objects.values_list("state", flat=True)) == ["active", "merged"]


@pytest.mark.parametrize("way", ["moved", "entered"])
def test_no_unit_is_put_under_one_that_is_closed_at_that_moment(way: str) -> None:
    user = make_user(Role.STAFF, name="李强")
    parent, other = make_unit("甲"), make_unit("乙")
    how = {"on": DAY, "reason": "三定方案", "actor": user}
    acts: dict[str, Callable[[], object]] = {
        "moved": lambda: move_unit(other, parent=parent, **how),
        "entered": lambda: save_unit(Unit(name="丙", kind=parent.kind, parent=parent), user=user),
    }
    for _attempt in range(3):
        assert at_once(lambda: close_unit(parent, **how), acts[way]) == ["done", "refused"]
        closed = Unit.objects.filter(state=Unit.State.CLOSED).values("pk")
        assert not Unit.objects.filter(state=Unit.State.ACTIVE, parent__in=closed).exists()
        Unit.objects.filter(name="丙").delete()
        Unit.objects.update(state=Unit.State.ACTIVE, parent=None)


def test_a_new_unit_is_not_put_under_one_that_was_closed_meanwhile() -> None:
    user = make_user(Role.STAFF, name="李强")
    parent = make_unit("甲")
    close_unit(parent, on=DAY, reason="三定方案", actor=user)
    with pytest.raises(RegisterError, match="已撤销"):
        save_unit(Unit(name="丙", kind=parent.kind, parent=parent), user=user)


def test_two_people_named_at_once_leave_one_in_the_role() -> None:
    user = make_user(Role.STAFF, name="李强")
    unit = make_unit("甲")

    def name(who: str) -> Callable[[], object]:
        return lambda: appoint(
            unit, role="liaison", particulars=Particulars(who), on=None, actor=user, now=DAY
        )

    assert at_once(name("张老师"), name("王老师")) == ["done", "done"]
    assert unit.contacts.filter(state="current").count() == 1
    assert unit.contacts.count() == 2
    assert verify().is_sound
