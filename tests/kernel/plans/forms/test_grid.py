from __future__ import annotations

from decimal import Decimal

import pytest

from plumbline.kernel.errors import FormError
from plumbline.kernel.plans.forms import Cell, Form, evaluation_form, monitoring_form, target_form
from plumbline.kernel.plans.forms.data import Money, ProjectForm
from plumbline.kernel.plans.forms.figures import rate
from tests.kernel.plans.forms.project import indicators, project


@pytest.mark.parametrize("build", [target_form, monitoring_form, evaluation_form])
@pytest.mark.parametrize(
    "content",
    [
        project(),
        project(indicators=indicators(weights=False)),
        project(indicators=(), spend=(), funds=(), code="", goal="", use=""),
        project(funds=tuple(Money(name) for name in ("财政资金", "上年结转", "单位资金", "其他资金"))),
        project(spend=project().spend * 3),
    ],
    ids=["full", "without weights", "empty", "four funds", "twelve spend points"],
)
def test_every_form_fills_its_grid_exactly_once(build, content: ProjectForm) -> None:
    form = build(content)
    covered = [
        (placed.row + down, placed.column + right)
        for placed in form.placed()
        for down in range(placed.cell.rows)
        for right in range(placed.cell.columns)
    ]
    assert sorted(covered) == [(r, c) for r in range(len(form.rows)) for c in range(len(form.widths))]


def test_a_row_that_does_not_fill_the_grid_is_refused() -> None:
    form = Form("target", "p", "表", "", "", (1, 1, 1), ((Cell("甲"), Cell("乙")),))
    with pytest.raises(FormError, match="只有2列"):
        list(form.placed())


def test_a_row_that_is_too_wide_is_refused() -> None:
    form = Form("target", "p", "表", "", "", (1,), ((Cell("甲", columns=2),),))
    with pytest.raises(FormError, match="超出1列"):
        list(form.placed())


def test_a_monitoring_form_asks_for_its_checkpoint() -> None:
    with pytest.raises(FormError, match="监控截止日期"):
        monitoring_form(project(until=None))


def test_weights_get_a_column_only_where_there_are_any() -> None:
    texts = [p.cell.text for p in target_form(project(indicators=indicators(weights=False))).placed()]
    assert "分值" not in texts
    assert "分值" in [p.cell.text for p in target_form(project()).placed()]


def test_amounts_are_exact_in_ten_thousands() -> None:
    texts = [p.cell.text for p in evaluation_form(project()).placed()]
    assert "21.00005" in texts and "15.75005" in texts


def test_the_total_of_the_evaluation_adds_the_weights() -> None:
    total = [p.cell for p in evaluation_form(project()).placed() if p.cell.role == "total"]
    assert [cell.text for cell in total] == ["总分", "100", "99.86", ""]


def test_a_total_without_the_weight_of_the_execution_stays_blank() -> None:
    form = evaluation_form(project(execution_weight=None, execution_score=None, total_score=None))
    assert [p.cell.text for p in form.placed() if p.cell.role == "total"] == ["总分", "", "", ""]


def test_rates_are_rounded_half_up_as_on_the_pages() -> None:
    assert rate(Decimal("12.125"), Decimal(100)) == "12.13%"


def test_no_budget_gives_no_execution_rate() -> None:
    texts = [p.cell.text for p in evaluation_form(project(total=Money("年度资金总额"))).placed()]
    assert not any("%" in text for text in texts if text not in ("≥90%", "90%"))
