"""Draws are kept whole, repeat to the same, and are never silently made again."""

from __future__ import annotations

from datetime import date

import pytest

from plumbline.kernel.draws import DrawRefused
from plumbline.office.audit.models import Record
from plumbline.office.inspections.services.arranging import Arrangement
from plumbline.office.inspections.services.draws import check, draw_inspectors, draw_units, unit_key, use_draw
from plumbline.office.units.models import Unit
from tests.office.inspections.conduct import NOW, make_checklist, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast):
    return make_plan(cast, state="draft")


def draw(plan, cast, **more):
    fields = {
        "pool": [cast.office, cast.school, cast.town], "seed": "2026052", "seed_source": "福彩", "wanted": 2,
        "scope": "全部", "reason": "", **more,
    }  # fmt: skip
    return draw_units(plan, fields.pop("pool"), actor=cast.staff, now=NOW, **fields)


def test_the_same_pool_and_seed_draw_the_same_and_a_change_of_name_later_does_not_matter(cast, plan):
    first = draw(plan, cast)
    Unit.objects.filter(pk=cast.school.pk).update(name="示例县实验中学")
    assert check(first).is_same
    cast.school.refresh_from_db()
    again = draw(plan, cast, pool=[cast.town, cast.office, cast.school], reason="核对")
    assert again.digest != first.digest  # the name is part of the pool
    assert plan.draws.count() == 2


def test_a_unit_is_known_by_its_credit_code_where_it_has_one(cast):
    assert unit_key(cast.school) == cast.school.name
    cast.school.credit_code = "91330000000000001A"
    assert unit_key(cast.school) == "91330000000000001A"


def test_a_second_draw_needs_a_reason_and_the_first_stays(cast, plan):
    first = draw(plan, cast)
    with pytest.raises(DrawRefused, match="理由"):
        draw(plan, cast)
    second = draw(plan, cast, seed="2026053", reason="抽中单位已撤并")
    assert set(plan.draws.all()) == {first, second}
    assert Record.objects.filter(action="inspections.draw").count() == 2


@pytest.mark.parametrize("wanted", [0, 4])
def test_more_than_there_are_cannot_be_drawn(cast, plan, wanted):
    with pytest.raises(DrawRefused):
        draw(plan, cast, wanted=wanted)


def test_a_missing_seed_is_made_by_the_machine_and_kept(cast, plan):
    made = draw(plan, cast, seed="")
    assert len(made.seed) == 32
    assert "系统" in made.seed_source
    assert check(made).is_same


def test_the_drawn_units_are_arranged_once(cast, plan):
    made = draw(plan, cast)
    days = {"planned_from": date(2026, 4, 1), "planned_to": date(2026, 4, 10)}
    arrangement = Arrangement(method="self_check", checklist=make_checklist(), **days)
    inspections = use_draw(made, arrangement, actor=cast.staff, now=NOW)
    drawn = set(made.entries.filter(rank__lte=2).values_list("unit", flat=True))
    assert {one.unit_id for one in inspections} == drawn
    assert all(one.draw == made for one in inspections)
    with pytest.raises(DrawRefused, match="都已安排"):
        use_draw(made, arrangement, actor=cast.staff, now=NOW)


def test_inspectors_are_drawn_the_same_way(cast, plan):
    made = draw_inspectors(
        plan, [cast.staff, cast.administrator, cast.expert], seed="7", seed_source="骰子", wanted=2,
        scope="全部", reason="", actor=cast.staff, now=NOW,
    )  # fmt: skip
    assert made.entries.count() == 3
    assert check(made).is_same
    with pytest.raises(DrawRefused, match="检查人员"):
        use_draw(made, None, actor=cast.staff, now=NOW)


def test_two_units_that_cannot_be_told_apart_are_refused_not_dropped(cast, plan):
    Unit.objects.filter(pk=cast.school.pk).update(name="第一小学（城东）")
    Unit.objects.filter(pk=cast.town.pk).update(name="第一小学(城东)")
    with pytest.raises(DrawRefused, match="无法区分"):
        draw(plan, cast, pool=list(Unit.objects.all()))
    assert not plan.draws.exists()
