"""The county form in every shape it comes in: the same plan reads the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.errors import NotAPlan, PlumblineError
from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.json_form import document_json
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.county_builder import LABEL, ORG, PROJECTS, Sample, prose, text, word


def tables(plan: PlanDocument) -> list[ProjectStatement]:
    return [project.table for project in plan.projects if project.table]


def texts(plan: PlanDocument) -> list[ProjectStatement]:
    return [project.text for project in plan.projects if project.text]


def check(plan: PlanDocument) -> None:
    """Everything that the sample says is there."""
    assert plan.layout == "county_text"
    assert plan.year == 2024
    assert plan.complete
    assert plan.organisation.name == ORG
    assert {alias.value for alias in plan.organisation.aliases} >= {"中共示例县委网信办", "县委网信办"}
    assert plan.organisation.code == "415001"
    assert plan.organisation.label == LABEL
    assert [d.value for d in plan.organisation.departments] == ["综合股", "网络安全股"]
    assert plan.organisation.declared_departments == 2
    assert [(t.name, t.yuan) for t in plan.totals] == [
        ("人员类项目", Decimal(500000)),
        ("运转类项目", Decimal(385000)),
    ]
    assert [goal.value for goal in plan.goals] == ["做好网络安全检查。", "办好网络安全宣传周。"]
    assert [item.value for item in plan.safeguards] == ["加强领导。", "严格管理。"]
    assert len(plan.projects) == len(PROJECTS)
    for project, sample in zip(plan.projects, PROJECTS, strict=True):
        assert project.text is not None
        assert project.table is not None
        check_statement(project.text, sample)
        check_statement(project.table, sample)
        assert project.table.code == sample.code
        assert project.table.use == sample.use
        assert [(fund.name, fund.yuan) for fund in project.table.funds] == [
            ("财政资金", Decimal(sample.amount)),
            ("其他资金", None),
        ]
        assert [i.basis for i in project.table.indicators] == [row.basis for row in sample.rows]
        assert project.text.basis == "工作计划"
        assert project.text.declared_count == len(sample.rows)


def check_statement(statement: ProjectStatement, sample: Sample) -> None:
    assert statement.name == sample.name
    assert statement.budget is not None
    assert statement.budget.yuan == Decimal(sample.amount)
    assert statement.complete
    assert sample.goal in (statement.goal or "")
    assert [point.percent for point in statement.spend_points] == [25, 50, 75, 100]
    assert statement.spend_points[0].day == date(2024, 3, 31)
    assert statement.spend_points[-1].day == date(2024, 12, 31)
    assert [(i.level1, i.level2, i.level3, i.description, i.target.raw) for i in statement.indicators] == [
        (row.level1, row.level2, row.name, row.description, row.target) for row in sample.rows
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.txt", text().encode()),
        ("plan.txt", text().encode("gb18030")),
        ("plan.txt", text().encode("utf-16")),
        ("no tabs.txt", text(tabs=False).encode()),
        ("no tabs, no empty lines.txt", text(tabs=False, blank=False).encode()),
        ("万元.txt", text(prose(wan=True), unit="万元").encode()),
        ("long dashes, no quotes.txt", text(prose(dash="——", quotes="")).encode()),
        ("other dash.txt", text(prose(dash="－", quotes="《》")).encode()),
        ("full stops.txt", text(prose(separator="。")).encode()),
        ("plan.docx", word()),
        ("no merged cells.docx", word(merged=False)),
        ("title inside.docx", word(title_inside=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_shape_reads_the_same(name: str, data: bytes) -> None:
    check(read_plan(name, data))


@pytest.mark.parametrize(
    "points",
    [
        "资金支出进度3月31日前25%、6月30日前50%、10月31日前75%、12月31日前100%",
        "资金支出计划：一季度达到25%，二季度达到50%，10月底达到75%，年底达到100%",
        "资金累计支出进度3月末、6月末、10月末、12月末分别达到25％、50％、75％、100％",
    ],
)
def test_spend_points_are_written_in_many_ways(points: str) -> None:
    check(read_plan("plan.txt", text(prose(points=points)).encode()))


def test_page_numbers_and_bookmarks_are_noise() -> None:
    lines = text().splitlines()
    lines.insert(20, "")
    lines.insert(20, "- 3 -")
    lines = [
        f"[bookmark: _Toc1]{line}" if line.startswith(("一、总", "1.网络安全检查服务绩")) else line
        for line in lines
    ]
    plan = read_plan("plan.txt", "\n".join(lines).encode())
    check(plan)
    noise = {item.value: item.lines for item in plan.noise}
    assert noise["页码"] == (21,)
    assert len(noise["书签标记"]) == 2


def test_a_cut_end_is_marked_and_the_rest_is_read() -> None:
    whole = text()
    plan = read_plan("plan.txt", whole[: whole.rindex("受检单位满意度") + 7].encode())
    assert not plan.complete
    last = tables(plan)[-1]
    assert not last.complete
    assert last.indicators[-1].level3 == "受检单位满意度"
    assert last.indicators[-1].target.kind == "empty"
    assert tables(plan)[0].complete


def test_names_that_differ_a_little_are_one_project_with_an_alias() -> None:
    lines = [line.replace("“网络安全检查服务”", "“网络安全调查服务”") for line in prose()]
    plan = read_plan("plan.txt", text(lines).encode())
    assert plan.projects[0].name == "网络安全检查服务"
    assert plan.projects[0].aliases == ("网络安全调查服务",)


def test_other_projects_stay_apart() -> None:
    lines = [
        line.replace("“网络安全检查服务”项目年初预算300000元", "“办公用品购置”项目年初预算5000元")
        for line in prose()
    ]
    plan = read_plan("plan.txt", text(lines).encode())
    assert [project.name for project in plan.projects] == ["办公用品购置", "网信宣传活动", "网络安全检查服务"]


def test_indicators_on_lines_of_their_own_keep_their_lines() -> None:
    plan = read_plan(
        "plan.txt",
        """二、分项绩效目标
（一）网络安全检查项目2024年度预算安排30万元。
主要目标：完成全年检查。
支出计划：6月底前完成50%，12月底前完成100%。
绩效指标：
1.产出指标—数量指标—检查次数（全年）≥12次；
2.产出指标：质量指标：整改率，目标值≥95%；
指标依据：县委工作要点。
（二）宣传周项目2024年度预算安排10万元。
产出指标—数量指标—活动场次≥5场；质量指标—参与率，指标值为2万人次
""".encode(),
    )
    first, second = texts(plan)
    assert (first.name, first.number, first.basis) == ("网络安全检查", 1, "县委工作要点")
    assert first.budget is not None
    assert first.budget.yuan == 300_000
    assert [(i.level2, i.level3, i.target.raw, i.lines) for i in first.indicators] == [
        ("数量指标", "检查次数", "≥12次", (6,)),
        ("质量指标", "整改率", "≥95%", (7,)),
    ]
    assert (first.spans["goal"], first.spans["plan"], first.spans["basis"]) == (3, 4, 8)
    assert [(i.level1, i.level2, i.level3) for i in second.indicators] == [
        ("产出指标", "数量指标", "活动场次"),
        ("产出指标", "质量指标", "参与率"),
    ]


def test_a_plan_without_a_year_keeps_its_spend_plan_as_text() -> None:
    lines = [line.replace("2024年", "") for line in prose()]
    plan = read_plan("plan.txt", text(lines).replace("24P00", "XXP00").encode())
    assert plan.year is None
    assert texts(plan)[0].spend_points == ()
    assert "3月底" in texts(plan)[0].attributes["资金支出计划"].value


def test_the_json_form_keeps_the_schema() -> None:
    form = document_json(read_plan("plan.txt", text().encode()))
    project = form["projects"][0]
    assert project["budget_yuan"] == "300000.00"
    assert project["spend_points"][0] | {} == {
        "date": "2024-03-31",
        "percent": "25",
        "raw_date": "3月底",
        "raw_percent": "25%",
        "lines": project["spend_points"][0]["lines"],
    }
    by_origin = {indicator["origin"]: indicator for indicator in project["indicators"]}
    assert set(by_origin) == {"text", "table"}
    table = by_origin["table"]
    assert table["target"]["raw"] == "≥90%"
    assert (table["target"]["comparator"], table["target"]["value"], table["target"]["unit"]) == (
        ">=",
        "90",
        "%",
    )
    lines = text().splitlines()
    assert lines[table["lines"][0] - 1].strip() == "受检单位满意度"
    assert lines[table["lines"][1] - 1].strip() == "≥90%"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(text())), st.integers(0, 300), st.text(max_size=12))
def test_damaged_plans_raise_nothing_else(at: int, length: int, noise: str) -> None:
    whole = text()
    damaged = whole[:at] + noise.replace("\ud800", "") + whole[at + length :]
    try:
        document_json(read_plan("plan.txt", damaged.encode("utf-8", errors="replace")))
    except PlumblineError as error:
        assert error.what


def test_another_document_is_refused_with_what_it_seems_to_be() -> None:
    with pytest.raises(NotAPlan) as error:
        read_plan("a.txt", "关于印发《保密工作办法》的通知\n现印发给你们，请遵照执行。".encode())
    assert "通知" in error.value.what
    assert "可以读取" in error.value.advice


HEAD = "二、分项绩效目标\n1.“甲乙”项目年初预算10元，项目主要目标丙丁。产出指标-数量指标-次数，指标值=1"


@pytest.mark.parametrize(
    "tail",
    [
        "资金支出进度" * 30_000,
        "（" * 100_000,
        " " * 100_000 + "x",
        "-" * 100_000,
        "，产出指标-数量指标-次" * 3_000,
    ],
    ids=["plans", "brackets", "spaces", "dashes", "items"],
)
def test_long_repetitions_do_not_stall_the_reader(tail: str) -> None:
    start = process_time()
    read_plan("plan.txt", (HEAD + tail).encode())
    assert process_time() - start < 10
