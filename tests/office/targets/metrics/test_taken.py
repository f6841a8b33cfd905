"""What is taken, seen afterwards: on the forms, among the checkpoints, and when records change behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.kernel.plans.forms.evaluation_form import evaluation_form
from plumbline.kernel.plans.forms.monitoring_form import monitoring_form
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.services.bindings import Choice
from plumbline.office.targets.services.evaluation import start
from plumbline.office.targets.services.evaluation_rows import suggested_rules
from tests.office.targets.factories import Built, make_payment
from tests.office.targets.metrics.test_freezing import JULY, bind, bound_year, freeze


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
