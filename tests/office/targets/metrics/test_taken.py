"""What is taken, seen afterwards: on the forms, among the checkpoints, and when records change behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.forms.evaluation_form import evaluation_form
from plumbline.kernel.plans.forms.monitoring_form import monitoring_form
from plumbline.office.lib.chores import CHORES
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.models import Checkpoint
from plumbline.office.targets.queries.taken import taken_at_checkpoints
from plumbline.office.targets.services import values
from plumbline.office.targets.services.bindings import Choice
from plumbline.office.targets.services.evaluation import start
from plumbline.office.targets.services.evaluation_rows import suggested_rules
from tests.office.targets.factories import Built, make_payment
from tests.office.targets.metrics.test_freezing import JULY, JUNE, bind, bound_year, current, freeze


@pytest.fixture
def built(cast: Any) -> Built:
    return bound_year(cast)


def test_a_cost_stands_in_the_unit_of_its_target_on_page_and_forms(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    one = built.indicators()[1]
    type(one).objects.filter(pk=one.pk).update(target_raw="≤21万元", level3="项目总成本")
    make_payment(built.lines[0], "123456.78", day=date(2023, 5, 1))
    bind(built, cast, 1, Choice("metric", metric="spend_amount", reason="换口径"))
    freeze(built, 1)
    evaluation = start(
        project_line=built.lines[0], checkpoint=built.checkpoints[1], actor=cast.staff, now=JULY,
        rules=suggested_rules(["产出指标", "效益指标"]),
    )  # fmt: skip
    url = reverse("targets:evaluation_sheet", args=[built.plan.pk, evaluation.pk])
    for reader, template in ((cast.staff, "edit.html"), (cast.leader, "sheet.html")):
        response = signed_in(reader).get(url)
        assert f"targets/evaluation/{template}" in [used.name for used in response.templates]
        page = response.content.decode()
        # entered in yuan, and said so only where the arithmetic is laid open
        assert page.count("12.345678万元") >= 2 and page.count("123456.78元") == 1
        assert "123456.78元（即 12.345678万元）" in page
    for scored in (False, True):
        found = contents(built.version, checkpoint=built.checkpoints[1], scored=scored)
        assert "12.345678万元" in [row.actual for row in found.projects[0].indicators]
        for drawn in (evaluation_form(found.projects[0]), monitoring_form(found.projects[0])):
            cells = {cell.text for row in drawn.rows for cell in row}
            assert "12.345678万元" in cells and not any("123456.78" in text for text in cells)


def at_june(built: Built, today: date) -> tuple[int, int, int, int, int]:
    """Due, taken, early, by hand, withdrawn at the end of June."""
    point = taken_at_checkpoints(built.version, today=today)[1]
    return point.due, point.taken, point.early, point.hand, point.withdrawn


def test_what_was_taken_early_waits_for_its_day_and_not_for_a_person(built: Built, cast: Any) -> None:
    before, after = JUNE.date(), JULY.date()
    assert at_june(built, before) == (2, 0, 0, 0, 0)
    freeze(built, 1, now=JUNE, actor=cast.staff)
    assert at_june(built, before) == (0, 0, 2, 0, 0)
    # once the day is over the early values are not those of the day
    assert at_june(built, after) == (2, 0, 2, 0, 0)
    CHORES.get("targets.freeze_values").run(JULY)
    assert at_june(built, after) == (0, 2, 0, 0, 0)
    values.withdraw_value(actor=cast.staff, value=current(built, 0, 1), reason="口径待定", now=JULY)
    assert at_june(built, after) == (0, 1, 0, 0, 1)
    values.record_value(
        actor=cast.staff, line=built.indicators()[0].line, checkpoint=built.checkpoints[1],
        measure=Measure(Decimal(7), "次"), now=JULY, seen=None,
    )  # fmt: skip
    assert at_june(built, after) == (0, 1, 0, 1, 0)


def test_the_page_says_what_of_a_coming_checkpoint_is_taken_and_what_remains(
    built: Built, cast: Any, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    coming = timezone.localdate() + timedelta(days=20)
    Checkpoint.objects.filter(pk=built.checkpoints[3].pk).update(day=coming)
    built.checkpoints[3].refresh_from_db()
    freeze(built, 3, now=timezone.now(), actor=cast.staff)
    bind(built.__class__(built.plan, built.version, built.projects[1:], built.checkpoints), cast, 0,
         Choice("metric", metric="inspections_done"))  # fmt: skip
    client, url = signed_in(cast.staff), reverse("targets:evidence", args=[built.plan.pk])
    with django_assert_max_num_queries(30):
        page = client.get(url).content.decode()
    row = page[page.index(built.checkpoints[3].title) :]
    row = row[: row.index("</tr>")]
    assert "1 项待取" in row and "已提前取 2 项" in row and "自动重新取一次" in row
    assert "立即取值" in row and "重新取值" in row
    freeze(built, 3, now=timezone.now(), actor=cast.staff)
    row = client.get(url).content.decode()
    row = row[row.index(built.checkpoints[3].title) :]
    row = row[: row.index("</tr>")]
    # nothing is left to take, so nothing says that it is, and the button that would do nothing is gone
    assert "项待取" not in row and "已提前取 3 项" in row and "立即取值" not in row


def test_a_cost_in_yuan_is_said_in_the_unit_of_its_target_on_every_page_that_shows_both(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    one = built.indicators()[1]
    type(one).objects.filter(pk=one.pk).update(target_raw="≤21万元", level3="项目总成本")
    make_payment(built.lines[0], "157500", day=date(2023, 5, 1))
    bind(built, cast, 1, Choice("metric", metric="spend_amount", reason="换口径"))
    freeze(built, 1)
    plan, point = built.plan.pk, built.checkpoints[1].pk
    pages = (
        ("indicator", (plan, one.line_id)),
        ("values_cell", (plan, one.line_id, point)),
        ("monitoring_project", (plan, point, built.lines[0].pk)),
        ("monitoring_checkpoint", (plan, point)),
    )
    client = signed_in(cast.staff)
    listed = client.get(reverse("targets:bindings", args=[plan])).content.decode()
    assert "15.75万元" in listed and "157,500元" not in listed
    for name, place in pages:
        text = client.get(reverse(f"targets:{name}", args=place), {"print": 1}).content.decode()
        assert "157,500元" in text and "即 15.75万元" in text, name
