"""The published county document comes out with every value and every line number right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml

from plumbline.kernel.plans.amount import find_amounts
from plumbline.kernel.plans.document import Indicator, PlanDocument, ProjectStatement
from plumbline.kernel.plans.layouts.county_regions import find_regions
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.county_builder import add_table, saved

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "acceptance" / "plan"

pytestmark = pytest.mark.skipif(
    not (FOLDER / "yutian-2023.txt").is_file(),
    reason="the acceptance inputs (../shared/acceptance) are absent",
)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (FOLDER / "yutian-2023.expected.yaml").read_text(encoding="utf-8")
    )
    return loaded


@pytest.fixture(scope="module")
def plan() -> PlanDocument:
    file = FOLDER / "yutian-2023.txt"
    return read_plan(file.name, file.read_bytes())


def texts(plan: PlanDocument) -> list[ProjectStatement]:
    return [project.text for project in plan.projects if project.text]


def tables(plan: PlanDocument) -> list[ProjectStatement]:
    found = [project.table for project in plan.projects if project.table]
    return sorted(found, key=lambda table: table.lines)


def test_the_organisation_and_the_year(plan: PlanDocument, expected: dict[str, Any]) -> None:
    org, want = plan.organisation, expected["org"]
    assert plan.year == expected["year"]
    assert org.name == want["name"]
    assert [alias.value for alias in org.aliases] == want["aliases"]
    assert (org.code, org.label, org.division) == (
        want["unit_code"],
        want["unit_label"],
        want["division_code"],
    )
    assert org.rank == want["rank"]
    assert [department.value for department in org.departments] == want["departments"]
    assert {mention.lines[0] for mention in org.mentions} >= {7, 9, 20, 46}


def test_the_totals_by_category(plan: PlanDocument, expected: dict[str, Any]) -> None:
    want = {name: Decimal(value) for name, value in expected["category_totals_yuan"].items()}
    assert {total.name: total.yuan for total in plan.totals} == want
    assert sum(want.values()) == Decimal(expected["computed_total_yuan"])
    assert {total.lines for total in plan.totals} == {(10,)}


def test_goals_safeguards_and_headings(plan: PlanDocument, expected: dict[str, Any]) -> None:
    assert [goal.lines for goal in plan.goals] == [(14,), (15,), (16,), (17,), (18,)]
    assert len(plan.goals) == expected["overall_goals"]
    assert [item.lines for item in plan.safeguards] == [(30,), (31,), (32,), (34,), (35,)]
    assert len(plan.safeguards) == expected["safeguards"]
    assert {heading.lines[0]: heading.value for heading in plan.headings}[42] == "预算项目绩效目标"
    assert [(goal.name, goal.lines) for goal in plan.category_goals] == [
        ("人员类项目", (11,)),
        ("公用类项目", (12,)),
        ("运转类特定及其他项目", (13,)),
    ]


def test_noise_is_named(plan: PlanDocument) -> None:
    noise = {text.value: text.lines for text in plan.noise}
    assert noise["页码"] == (1,)
    assert noise["书签标记"] == (6, 19, 29, 45, 155, 265)
    assert noise["多余空格"] == (57, 167, 277)


def test_each_project_paragraph(plan: PlanDocument, expected: dict[str, Any]) -> None:
    for got, want in zip(texts(plan), expected["projects"], strict=True):
        assert got.number == int(want["no"])
        assert got.name == want["name"]
        assert got.budget is not None
        assert got.budget.yuan == Decimal(want["budget_yuan"])
        assert got.goal == want["goal"]
        assert got.basis == want["basis"]
        assert "、".join(got.declared_level1) == want["declared_l1"]
        assert got.declared_count == want["declared_count"]
        assert "、".join(point.raw_percent for point in got.spend_points) == want["plan_raw"]
        assert [int(point.percent) for point in got.spend_points] == want["plan_percent"]
        assert got.lines == (want["line"],)
        assert set(got.spans.values()) == {want["line"]}


def test_the_days_of_the_spend_plan(plan: PlanDocument, expected: dict[str, Any]) -> None:
    days = [date(2023, 3, 31), date(2023, 6, 30), date(2023, 10, 31), date(2023, 12, 31)]
    for statement in (*texts(plan), *tables(plan)):
        assert [point.day for point in statement.spend_points] == days


def values(indicator: Indicator) -> tuple[object, ...]:
    target = indicator.target
    return (
        indicator.level1,
        indicator.level2,
        indicator.level3,
        indicator.description,
        target.raw,
        target.comparator,
        target.value,
        target.unit,
    )


def test_each_indicator_of_the_prose(plan: PlanDocument, expected: dict[str, Any]) -> None:
    count = 0
    for got, want in zip(texts(plan), expected["projects"], strict=True):
        wanted = [
            (
                item["level1"],
                item["level2"],
                item["level3"],
                item["description"],
                item["raw_value"],
                item["comparator"],
                Decimal(item["number"]),
                item["unit"],
            )
            for item in want["indicators"]
        ]
        assert [values(indicator) for indicator in got.indicators] == wanted
        assert {line for indicator in got.indicators for line in indicator.lines} == {want["line"]}
        count += len(wanted)
    assert count == expected["counts"]["text_indicators"]


def test_each_table_head(plan: PlanDocument, expected: dict[str, Any]) -> None:
    for got, want in zip(tables(plan), expected["tables"], strict=True):
        assert got.title == want["title"]
        assert got.code == want["code"]
        assert got.name == want["name"]
        assert got.budget is not None
        assert got.budget.raw == want["budget"]
        assert got.budget.yuan == Decimal(want["budget"])
        assert [fund.name for fund in got.funds] == ["财政资金", "其他资金"]
        assert got.funds[0].yuan == Decimal(want["fiscal"])
        assert got.funds[1].yuan is want["other"] is None
        assert got.use == want["use"]
        assert got.goal == want["goal"]
        assert [point.raw_day for point in got.spend_points] == want["checkpoints"]
        assert [point.raw_percent for point in got.spend_points] == want["plan"]
        spans = {key: got.spans[key] for key in ("title", "code", "name", "budget", "use", "goal")}
        assert spans == {key: want[f"{key}_line"] for key in spans}


def test_the_lines_of_the_first_table_head(plan: PlanDocument) -> None:
    table = tables(plan)[0]
    assert (table.spans["unit_cell"], table.spans["currency"], table.spans["head"]) == (46, 47, 82)
    assert [fund.lines for fund in table.funds] == [(58,), (60,)]
    assert [point.lines for point in table.spend_points] == [(66, 72), (67, 73), (68, 74), (69, 75)]


def test_each_indicator_of_the_tables(plan: PlanDocument, expected: dict[str, Any]) -> None:
    for got, want in zip(tables(plan), expected["tables"], strict=True):
        assert len(got.indicators) == len(want["indicators"])
        for indicator, item in zip(got.indicators, want["indicators"], strict=True):
            assert (indicator.level1, indicator.level2) == (item["level1"], item["level2"])
            assert (indicator.level3, indicator.description) == (item["level3"], item["description"])
            assert indicator.basis == item["basis"]
            assert indicator.spans["level3"] == indicator.lines[0] == item["line"]
            value = item["value"]
            assert indicator.target.raw == (value["raw"] if value else "")
            assert indicator.spans.get("target") == item["value_line"]
            if value:
                assert indicator.target.kind == {"qualitative": "vague"}.get(value["kind"], value["kind"])
                assert indicator.target.comparator == value["comparator"]
                assert indicator.target.value == (Decimal(value["number"]) if value["number"] else None)
                assert indicator.target.unit == value["unit"]
            else:
                assert indicator.target.kind == "empty"


def test_the_counts(plan: PlanDocument, expected: dict[str, Any]) -> None:
    found = [indicator for table in tables(plan) for indicator in table.indicators]
    counts = expected["counts"]
    assert len(found) == counts["table_indicators"]
    assert sum(indicator.basis is not None for indicator in found) == counts["table_complete"]
    assert sum(indicator.target.kind == "vague" for indicator in found) == counts["vague_values"]
    assert sum(indicator.description == indicator.level3 for indicator in found) == counts["desc_equals_name"]
    prose = [indicator for text in texts(plan) for indicator in text.indicators]
    assert sum(indicator.target.unit is None for indicator in prose) == counts["unitless_text"]


def test_level_lines_of_merged_cells(plan: PlanDocument) -> None:
    first, second, *_ = tables(plan)[0].indicators
    assert first.spans == {
        "level1": 89, "level2": 90, "level3": 91, "description": 92, "target": 93, "basis": 94
    }  # fmt: skip
    assert (second.spans["level1"], second.spans["level2"]) == (89, 97)


def test_prose_and_tables_are_matched_and_kept_apart(plan: PlanDocument) -> None:
    names = [(project.name, project.aliases, project.code) for project in plan.projects]
    assert names == [
        ("人员类项目支出", (), None),
        ("预算公用项目支出", (), None),
        ("网评队伍建设", (), "13022923P00JXC414788A"),
        ("网络安全检查、态势感知平台服务", ("网络安全调查、态势感知平台服务",), "13022923P00JXC414791W"),
        ("网络舆情管理", (), "13022923P00JXC4148046"),
    ]


def test_what_breaks_off_is_marked(plan: PlanDocument) -> None:
    assert not plan.complete
    assert [table.complete for table in tables(plan)] == [True, True, False]
    assert [text.complete for text in texts(plan)] == [True, True, True, False, True]


def test_the_items_of_a_use_text(plan: PlanDocument, expected: dict[str, Any]) -> None:
    found = find_amounts(tables(plan)[1].use or "")
    want = [(name, Decimal(value) * 10_000) for name, value in expected["table2_breakdown_wan"]]
    assert [(amount.name, amount.yuan) for amount in found] == want


def test_the_same_document_with_real_tables_reads_the_same(plan: PlanDocument) -> None:
    """Part two as tables of a .docx, part one as its paragraphs."""
    document = docx.Document()
    regions = find_regions(plan.source)
    inside = {number for region in regions for number in region.numbers}
    for line in plan.source.lines:
        if line.number not in inside:
            document.add_paragraph(line.text)
    for region in regions:
        assert region.title is not None
        document.add_paragraph(region.title.text)
        first, *rows = [[cell.text for cell in row] for row in region.rows]
        for paragraph in first:
            document.add_paragraph(paragraph)
        add_table(document, rows, merged=True)
    again = read_plan("plan.docx", saved(document))
    for project, other in zip(plan.projects, again.projects, strict=True):
        assert (project.name, project.code, project.aliases) == (other.name, other.code, other.aliases)
        for one, two in zip(project.statements, other.statements, strict=True):
            assert one.budget is None or (two.budget is not None and one.budget.yuan == two.budget.yuan)
            assert (one.use, one.goal, one.basis, one.complete) == (
                two.use,
                two.goal,
                two.basis,
                two.complete,
            )
            assert [(p.day, p.percent) for p in one.spend_points] == [
                (p.day, p.percent) for p in two.spend_points
            ]
            assert [(values(i), i.basis) for i in one.indicators] == [
                (values(i), i.basis) for i in two.indicators
            ]
    assert again.organisation.name == plan.organisation.name
    assert [total.yuan for total in again.totals] == [total.yuan for total in plan.totals]
