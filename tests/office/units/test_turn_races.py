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
from plumbline.office.units.services import merge_units, move_unit
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
