"""A year's end in the browser: one fills the evaluation in, another finalises it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from plumbline.kernel.plans.rulesets import ruleset
from plumbline.office.targets.models import Evaluation, IndicatorValue
from plumbline.office.targets.services import evaluation as services
from tests.office.targets.factories import Built, make_payment, make_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2024, 1, 8, 3, 0, tzinfo=UTC)


def measured_plan(cast: Any) -> tuple[Built, Evaluation]:
    """A plan whose first project is paid, measured, and open for evaluation."""
    built = make_plan(unit=cast.school, user=cast.staff)
    make_payment(built.lines[0], "189000", day=date(2023, 11, 1))
    reached = (("12", ""), ("97", ""), (None, "明显提升"))
    for indicator, (value, text) in zip(built.indicators(), reached, strict=True):
        IndicatorValue.objects.create(
            indicator_line=indicator.line,
            checkpoint=built.checkpoints[3],
            value=Decimal(value) if value else None,
            unit=indicator.target_unit,
            text=text,
            computed_at=NOW,
        )
    evaluation = services.start(
        actor=cast.staff,
        project_line=built.lines[0],
        checkpoint=built.checkpoints[3],
        rules=ruleset("national-2020", 1),
        now=NOW,
    )
    return built, evaluation


def test_an_evaluation_is_filled_in_and_finalised(
    cast: Any, open_page: Callable[..., Any], axe: Callable[[Any], list[str]], screenshot: Callable[..., Any]
) -> None:
    built, evaluation = measured_plan(cast)
    path = reverse("targets:evaluation_project", args=[built.plan.pk, built.lines[0].pk])
    rows = {row.ordinal: row.pk for row in evaluation.rows.all()}
    page = open_page(path, user=cast.staff)

    page.locator(f"#row-{rows[1]} summary").click()
    assert page.get_by_text("完成值 12次 达到 12次，记满分").is_visible()
    weight = page.locator(f"[name=r{rows[1]}-weight]")
    weight.fill("24")
    assert page.locator("[data-weight-sum]").inner_text() == "99.00（少 1.00）"
    page.locator(".eval-bar button").click()
    assert page.get_by_text("分值合计 99.00，比 100 少 1.00 分").is_visible()
    weight.fill("25")
    assert page.locator("[data-weight-sum]").inner_text() == "正好 100 分"

    page.locator(f"[name=r{rows[3]}-tier]").select_option("reached")
    assert page.locator(f"[name=r{rows[3]}-tier_share]").input_value() == "100"
    page.locator(f"[name=r{rows[3]}-tier_reason]").fill("第三方测评报告")
    for ordinal in (0, 2):
        page.locator(f"#row-{rows[ordinal]} [data-suggest]").click()
    page.locator("[name=goal_result]").fill("年度目标全部完成。")
    page.locator(".eval-bar button").click()
    page.get_by_text("已保存。").wait_for()
    assert "98.74" in page.locator(".eval-total").inner_text()
    assert axe(page) == []
    screenshot(page, "evaluation-edit")

    leader = open_page(path, user=cast.leader)
    leader.locator("[data-dialog=freeze]").click()
    leader.locator("#freeze button[type=submit]").click()
    leader.get_by_text("已定稿：98.74 分，优。").wait_for()
    assert axe(leader) == []
    screenshot(leader, "evaluation-final")


@pytest.mark.parametrize("size", ["1440", "1024", "390"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_fit_every_screen_and_are_accessible(
    cast: Any, open_page: Callable[..., Any], axe: Callable[[Any], list[str]], size: str, dark: bool
) -> None:
    built, evaluation = measured_plan(cast)
    row = evaluation.rows.get(ordinal=2)
    page = None
    for path in (
        reverse("targets:evaluation", args=[built.plan.pk]),
        reverse("targets:evaluation_project", args=[built.plan.pk, built.lines[0].pk]),
        reverse("targets:evaluation_project", args=[built.plan.pk, built.lines[1].pk]),
        reverse("targets:evaluation_override", args=[built.plan.pk, evaluation.pk, row.pk]),
        reverse("targets:rulesets"),
        reverse("targets:ruleset", args=["local-strict", 1]),
    ):
        page = open_page(path, user=cast.staff, size=size, dark=dark)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow == 0, path
        assert axe(page) == [], path
