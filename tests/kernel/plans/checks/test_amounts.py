"""Sums: categories, projects, funds, items of the use text, subtotals."""

from __future__ import annotations

import pytest

from plumbline.kernel.plans.itemised import items
from tests.kernel.plans.checks.build import Plan


def _categories(*, staff: str = "100", special: str = "60") -> tuple[Plan, list[int]]:
    plan = Plan()
    lines = [plan.total(**{"人员类": staff, "公用类": "40", "运转类特定项目及其他": special})]
    lines.append(plan.text("人员类项目", budget="100"))
    lines.append(plan.text("公用类项目", budget="40"))
    lines.append(plan.text("网络安全检查", budget="20"))
    lines.append(plan.text("网站监测", budget="40"))
    return plan, lines


def test_it_confirms_a_category_with_one_project_line_by_line() -> None:
    plan, lines = _categories()
    assert plan.lines_of("amount-equal", "confirmed") == [(lines[0], lines[1]), (lines[0], lines[2])]
    assert plan.found("amount-equal", "error") == []


def test_it_confirms_a_category_with_several_projects() -> None:
    plan, lines = _categories()
    assert plan.lines_of("amount-sum", "confirmed") == [(lines[0], lines[3], lines[4])]


def test_it_confirms_that_all_categories_are_all_projects() -> None:
    plan, lines = _categories()
    assert plan.lines_of("amount-total") == [(lines[0],)]


def test_it_reports_a_category_that_is_not_its_project() -> None:
    plan, lines = _categories(staff="110")
    assert plan.lines_of("amount-equal", "error") == [(lines[0], lines[1])]
    assert plan.found("amount-total") == [], "the category shows it already"


def test_it_reports_a_category_that_is_not_the_sum_and_by_how_much() -> None:
    plan, lines = _categories(special="65")
    (finding,) = plan.found("amount-sum", "error")
    assert finding.lines == (lines[0], lines[3], lines[4])
    assert "相差5元" in finding.message


def test_it_reports_a_grand_total_that_is_not_the_sum() -> None:
    plan = Plan()
    line = plan.total(**{"预算合计": "150", "人员类": "100", "公用类": "40"})
    plan.text("人员类项目", budget="100")
    plan.text("公用类项目", budget="40")
    assert plan.lines_of("amount-total", "error") == [(line,)]


def test_it_knows_a_category_called_project_spending_from_the_grand_total() -> None:
    plan = Plan()
    plan.total(**{"基本支出": "140", "项目支出": "60"})
    plan.text("人员经费", budget="100")
    plan.text("公用经费", budget="40")
    plan.text("网站监测", budget="60")
    assert [f.severity for f in plan.found("amount-sum")] == ["confirmed"]
    assert [f.severity for f in plan.found("amount-equal")] == ["confirmed"]
    assert [f.severity for f in plan.found("amount-total")] == ["confirmed"]


@pytest.mark.parametrize(("table", "severity"), [("80.00", "confirmed"), ("81", "error")])
def test_it_compares_prose_and_table(table: str, severity: str) -> None:
    plan = Plan()
    text = plan.text("网站监测", budget="80")
    at = plan.table("网站监测", budget=table)
    assert [(f.severity, f.lines) for f in plan.found("text-table-amount")] == [
        (severity, (text, at["budget"]))
    ]


def test_an_empty_fund_counts_as_nothing_and_all_right_tables_are_one_finding() -> None:
    plan = Plan()
    a = plan.table("甲", budget="80", funds={"财政资金": "80", "其他资金": None})
    b = plan.table("乙", budget="50", funds={"财政资金": "30", "其他资金": "20"})
    expected = tuple(sorted(at[k] for at in (a, b) for k in ("budget", "财政资金", "其他资金")))
    assert plan.lines_of("fund-split") == [expected]


def test_it_reports_funds_that_are_not_the_budget() -> None:
    plan = Plan()
    at = plan.table("甲", budget="80", funds={"财政资金": "70", "其他资金": None})
    assert plan.lines_of("fund-split", "error") == [(at["budget"], at["财政资金"], at["其他资金"])]


@pytest.mark.parametrize(
    ("use", "severity"),
    [
        ("甲软件19.05万，乙服务10万，丙监测0.95万元", "confirmed"),
        ("甲软件190500元，乙服务100000元，丙监测9500元", "confirmed"),
        ("甲软件19.05万，乙服务10万", "error"),
    ],
)
def test_it_adds_up_the_use_text_across_units(use: str, severity: str) -> None:
    plan = Plan()
    at = plan.table("甲", budget="300000", use=use)
    assert [(f.severity, f.lines) for f in plan.found("breakdown-sum")] == [
        (severity, (at["budget"], at["use"]))
    ]


def test_a_price_by_number_and_a_total_are_no_items() -> None:
    assert [i.raw for i in items("共计12万元，其中设备8万元，劳务4万元（20人×2000元）")] == ["8万元", "4万元"]


def test_a_use_text_with_one_amount_or_none_is_not_added_up() -> None:
    plan = Plan()
    plan.table("甲", budget="300000", use="用于购置设备20万元")
    assert plan.found("breakdown-sum") == []


def test_it_reports_uses_without_amounts_together() -> None:
    plan = Plan()
    a = plan.table("甲", budget="80", use="保障全县网络安全")
    plan.table("乙", budget="50", use="设备30元，劳务20元")
    b = plan.table("丙", budget="50", use="打造清朗空间")
    assert plan.lines_of("use-not-itemised") == [(a["use"], b["use"])]


def test_it_reports_ten_thousands_under_a_head_in_yuan_at_every_head() -> None:
    plan = Plan()
    a = plan.table("甲", budget="80000", use="设备8万")
    b = plan.table("乙", budget="50000", use="设备50000元")
    assert plan.lines_of("currency-unit") == [(a["currency"], a["use"], b["currency"])]


def test_it_keeps_silent_on_ten_thousands_under_a_head_in_ten_thousands() -> None:
    plan = Plan()
    plan.table("甲", budget="80000", use="设备8万元", currency="万元")
    assert plan.found("currency-unit") == []


def test_a_subtotal_of_a_form_without_prose_is_a_matter_of_its_own() -> None:
    plan = Plan(form="申报表")
    line = plan.total(**{"某某单位": "130"})
    a = plan.table("甲", budget="80")
    b = plan.table("乙", budget="50")
    assert plan.lines_of("subtotal", "confirmed") == [(line, a["budget"], b["budget"])]
    assert plan.found("amount-sum") == []


def test_parts_in_brackets_belong_to_the_amount_before_them() -> None:
    assert [i.raw for i in items("设备8万元（服务器5万元、存储3万元），劳务费（4万元）")] == [
        "8万元",
        "4万元",
    ]


@pytest.mark.parametrize("use", ["软件10万元，培训5万元，其余用于宣传", "软件10万元，培训5万元等"])
def test_a_use_text_that_does_not_name_all_amounts_is_not_an_error(use: str) -> None:
    plan = Plan()
    plan.table("甲", budget="300000", use=use)
    assert plan.found("breakdown-sum") == []


@pytest.mark.parametrize(
    ("funds", "severity"),
    [
        ({"资金总额": "80", "财政拨款": "80", "其他资金": None}, "confirmed"),
        ({"财政资金": "80", "其中：中央": "50", "省级": "30"}, "confirmed"),
        ({"中央资金": "50", "省级资金": "30"}, "confirmed"),
        ({"财政资金": "70"}, None),
        ({"财政资金": "90"}, "error"),
    ],
)
def test_totals_and_levels_of_government_among_the_funds_are_not_added(
    funds: dict[str, str | None], severity: str | None
) -> None:
    plan = Plan()
    plan.table("甲", budget="80", funds=funds)
    assert [f.severity for f in plan.found("fund-split")] == ([severity] if severity else [])
