"""The published table forms: everything in them is in the plan, and what is no plan is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from plumbline.kernel.errors import NotAPlan
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.layouts.numbers import lost

FOLDER = Path(__file__).parents[3] / "shared" / "acceptance" / "plan" / "layouts"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"没有验收样本目录 {FOLDER.name}")


def plan(start: str) -> PlanDocument:
    path = next(FOLDER.glob(f"{start}*"))
    return read_plan(path.name, path.read_bytes())


def statement(document: PlanDocument) -> ProjectStatement:
    assert len(document.projects) == 1
    return document.projects[0].statements[0]


@pytest.mark.parametrize("start", ["04", "08", "10", "12"])
def test_every_number_of_the_form_is_in_the_plan(start: str) -> None:
    assert lost(plan(start)) == []


@pytest.mark.parametrize("start", ["02", "04", "08", "10", "12"])
def test_lines_are_those_of_the_file(start: str) -> None:
    document = plan(start)
    path = next(FOLDER.glob(f"{start}*"))
    lines = path.read_text(encoding="utf-8").split("\n")
    for indicator in statement(document).indicators:
        name = indicator.level3 or indicator.level2
        line = lines[indicator.spans["level3" if indicator.level3 else "level2"] - 1]
        assert v.plain(name) in v.plain(line)


def test_the_run_on_form_is_cut_so_that_its_sums_hold() -> None:
    document = plan("02")
    form = statement(document)
    rows = [
        (i.level3, i.target.raw, str(i.weight), i.actual and i.actual.raw, str(i.score))
        for i in form.indicators
    ]
    assert rows == [
        ("安装水标尺", "≥266米", "10", "≥266米", "10"),
        ("水标尺宽度", "≥50厘米", "10", "≥50厘米", "10"),
        ("工程验收合格率", "100%", "20", "100%", "20"),
        ("及时开工率", "≥90%", "10", "≥90%", "10"),
        ("及时完工率", "≥90%", "10", "≥90%", "10"),
        ("计划总投资", "20万元", "10", "20万元", "10"),
        (None, "", "None", None, "None"),
        ("受益户人口数", "≥1000人", "10", "≥1000人", "10"),
        ("生产生活条件改善状况", "显著提升", "10", "显著提升", "10"),
        ("受益户满意度", "≥95%", "10", "≥95%", "10"),
    ]
    assert form.levels == {"产出指标": 70, "效益指标": 20, "满意度指标": 10}
    assert (form.total_weight, form.total_score) == (100, 100)
    total, part, other = form.execution
    assert total.adjusted and total.adjusted.yuan == 200_000
    assert total.executed and total.executed.yuan == 200_000
    assert (total.weight, total.rate, total.score) == (10, 100, 10)
    assert part.adjusted and part.adjusted.raw == "20"
    assert part.executed and part.executed.raw == "20"
    assert other.adjusted is None
    assert (form.goal, form.goal_actual) == ("改进计量设施", "改进计量设施")
    assert form.name == "水价改革补贴项目小型水库水标尺制作安装"
    assert form.attributes["实施单位"].value == "乙县水利局"
    assert document.form == "自评表"
    assert document.year == 2022
    assert not document.complete


def test_the_long_table_gives_rows_to_the_project_above() -> None:
    document = plan("04")
    form = statement(document)
    assert document.form == "申报表"
    assert document.year == 2023
    assert document.organisation.code == "820"
    assert [(t.name, t.yuan) for t in document.totals] == [("820-丙镇部门", Decimal("8827620.53"))]
    assert form.budget and form.budget.yuan == Decimal("3309840.00")
    assert form.goal == "按时发放报酬"
    assert form.attributes["单位名称"].value == "820001-丙镇人民政府"
    assert [i.weight for i in form.indicators] == [10, 20, 10, 10, 10, 10, 10, 10]
    assert [i.target.raw for i in form.indicators] == [
        "≥95%",
        "≥1年",
        "≥1人/年",
        "≥95%",
        "≥230个",
        *["≥95%"] * 3,
    ]
    assert {i.direction for i in form.indicators} == {"正向指标"}
    assert [i.lines for i in form.indicators] == [(n,) for n in range(10, 18)]


def test_one_cell_a_line_keeps_empty_cells_empty() -> None:
    document = plan("08")
    form = statement(document)
    assert (form.code, form.name) == ("51000021R000000019951", "工资性支出")
    assert form.attributes["报表编号"].value == "510000_0013zp"
    total, part = form.execution
    assert total.initial and total.initial.raw == "238.93"
    assert total.adjusted and total.adjusted.yuan == Decimal("2518900")
    assert total.executed and total.executed.raw == "251.89"
    assert (total.rate, total.weight, total.score) == (100, 10, None)
    assert (part.name, part.weight) == ("财政资金", None)
    assert [(i.target.raw, i.weight, i.actual, i.score) for i in form.indicators] == [
        ("=100%", 60, None, None),
        ("=100%", 30, None, None),
    ]
    first = form.indicators[0].spans
    assert [first[k] for k in ("level1", "level2", "level3", "comparator", "target", "unit", "weight")] == [
        *range(50, 56),
        57,
    ]
    assert (form.total_weight, form.total_score) == (100, None)
    assert form.goal == "保障工资及时足额发放。"
    assert form.goal_actual == "对照年度目标说明完成情况(100字以内)"


def test_flattened_text_is_brought_back_into_columns() -> None:
    document = plan("10")
    form = statement(document)
    rows = [
        (i.level2, i.level3, i.target.raw, i.actual and i.actual.raw, i.weight, i.score)
        for i in form.indicators
    ]
    assert rows[0] == ("数量指标", "委托业务项目数量", "≥50个", "50", 8, 8)
    assert rows[1] == ("质量指标", "委托报告合格率", "≥100百分比", "100", 8, 8)
    assert rows[2] == ("质量指标", "支出合规性", "严格执行制度", "达成预期指标", 8, 8)
    assert rows[5] == ("成本指标", "单项成本", "符合规定", "达成预期指标", 10, 10)
    assert [row[:2] for row in rows[-2:]] == [("经济效益指标", None), ("满意度指标", None)]
    total, part, *rest = form.execution
    assert [a and a.raw for a in (total.initial, total.adjusted, total.executed)] == ["0", "0", "0"]
    assert (total.weight, total.rate, total.score) == (10, 0, 0)
    assert [a and a.raw for a in (part.initial, part.adjusted, part.executed)] == ["90", "89.974", "89.974"]
    assert [row.name for row in rest] == ["上年结转资金", "其他资金"]
    assert form.levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
    assert not document.complete
    assert any("zlnb000000" in text.value for text in document.noise)


def test_a_monitoring_form_with_a_broken_heading_is_read() -> None:
    document = plan("12")
    form = statement(document)
    assert document.form == "监控表"
    assert document.year == 2019
    assert [(i.level1, i.level2, i.target.raw, i.likelihood) for i in form.indicators] == [
        ("产出指标", "质量", "", None),
        ("产出指标", "时效", "", None),
        ("产出指标", "成本", "年度预算220万元", "确定能"),
        ("效益指标", "社会效益", "举办5场活动", "确定能"),
    ]
    assert form.indicators[2].actual and form.indicators[2].actual.raw == "按进度执行,已用约40%"
    total = form.execution[0]
    assert total.initial and total.initial.yuan == 2_200_000
    assert total.executed and total.executed.yuan == Decimal("875700")
    assert total.forecast is None
    assert form.attributes["项目类型"].value.startswith("1、常年性项目 □ √")


def test_a_table_of_income_and_expenditure_is_refused_with_a_word_on_what_it_is() -> None:
    with pytest.raises(NotAPlan) as caught:
        plan("16")
    assert "收支" in caught.value.what
    assert "自评表" in caught.value.advice
