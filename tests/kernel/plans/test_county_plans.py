"""Plans of invented counties in the manners of writing that the county form is published in.

Beside each text stands what a strict and fair reader finds in it (`expected.yaml`): no error or
warning may be missing, and no other may come. Offices, counties and document numbers are invented.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from plumbline.kernel.plans import checking
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.places import statements
from plumbline.kernel.plans.reading import read_plan

FOLDER = Path(__file__).parent / "county"
EXPECTED: dict[str, list[str]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))

#: year, division, projects, tables, indicators of the prose and of the tables, sum of the budgets
READ = {
    "agriculture-2023": (2023, "130929", 4, 2, 26, 14, "23773456.78"),
    "civil-affairs-2025": (2025, "130925", 22, 22, 132, 132, "5431500.35"),
    "education-2025": (2025, "130924", 5, 3, 31, 19, "43655000.00"),
    "emergency-2024": (2024, "130924", 2, 2, 15, 15, "873500.25"),
    "health-2023": (2023, "130929", 3, 3, 20, 20, "3200000.00"),
    "labour-2022": (2022, "130984", 3, 3, 18, 18, "1381000.00"),
    "market-2023": (2023, "130929", 5, 3, 31, 19, "11207300.00"),
    "media-2024": (2024, "130927", 5, 3, 31, 15, "7965000.00"),
    "organisation-2024": (2024, "130922", 4, 4, 25, 25, "7355000.00"),
    "publicity-2023": (2023, "130981", 5, 3, 34, 20, "4208781.50"),
    "science-2022": (2022, None, 2, 0, 12, 0, "500000.00"),
    "transport-2023": (2023, "130929", 5, 3, 35, 22, "9335679.40"),
    "water-2022": (2022, "130907", 3, 3, 0, 21, "1350000.00"),
}


def _plan(name: str) -> PlanDocument:
    path = FOLDER / f"{name}.txt"
    return read_plan(path.name, path.read_bytes())


def test_every_plan_has_its_expectations() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED) == set(READ)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_errors_and_warnings_are_those_of_a_fair_reader(name: str) -> None:
    found = [
        f"{f.severity} {f.rule} {' '.join(map(str, f.lines))}"
        for f in checking.check(_plan(name))
        if f.severity in ("error", "warning")
    ]
    assert sorted(found) == sorted(EXPECTED[name])


@pytest.mark.parametrize("name", sorted(READ))
def test_everything_in_the_plan_is_read(name: str) -> None:
    plan = _plan(name)
    counts = {o: sum(len(s.indicators) for s in statements(plan, o)) for o in ("text", "table")}
    budgets = sum((p.budget.yuan for p in plan.projects if p.budget and p.budget.yuan), Decimal(0))
    assert (
        plan.year,
        plan.organisation.division,
        len(plan.projects),
        len(statements(plan, "table")),
        counts["text"],
        counts["table"],
        f"{budgets:.2f}",
    ) == READ[name]


@pytest.mark.parametrize("name", sorted(READ))
def test_spend_plans_and_goals_of_all_projects_are_read(name: str) -> None:
    for statement in statements(_plan(name)):
        assert [len(statement.spend_points), bool(statement.goal)] == [4, True], statement.name


def test_fields_of_work_are_no_projects_but_are_kept() -> None:
    plan = _plan("water-2022")
    assert [field.name for field in plan.fields_of_work] == ["农村供水保障", "防汛抗旱减灾", "河湖管理保护"]
    field = plan.fields_of_work[1]
    assert field.goal == "储备防汛抗旱物资，完善应急预案，减轻洪涝灾害损失"
    assert [(i.level3, i.target.raw) for i in field.indicators] == [
        ("防汛物资完好率", "≥98%"),
        ("物资调运到位时间", "≤4小时"),
        ("水库垮坝事故发生次数", "=0次"),
    ]
    assert len(plan.goals) == 3


def test_a_value_after_a_colon_and_a_level_straight_before_a_name_are_read() -> None:
    labour = _plan("labour-2022").projects[0].text
    assert labour is not None
    assert [(i.level3, i.target.raw) for i in labour.indicators][2] == ("补贴发放时间", "2022年12月20日前")
    science = _plan("science-2022").projects[0].text
    assert science is not None
    assert [(i.level1, i.level2, i.level3, i.target.raw) for i in science.indicators][:3] == [
        ("产出指标", "数量指标", "新增科技型中小企业", "≥40家"),
        ("产出指标", "质量指标", "企业认定通过率", "≥90%"),
        ("产出指标", "时效指标", "认定完成时间", "2022年11月30日前"),
    ]


def test_an_office_is_known_by_its_short_form_and_not_by_words_of_a_title() -> None:
    assert [alias.value for alias in _plan("market-2023").organisation.aliases] == ["县市场监管局"]
    assert [alias.value for alias in _plan("media-2024").organisation.aliases] == ["县融媒体中心"]


_BASIS = "指标设定依据：辛组发〔2023〕30号《2024年干部教育培训计划》。"
_WHOLE, _SMALL = "organisation-2024", "emergency-2024"
_THREE = "3个一级指标，7个"

#: a plan without flaws, a piece of it, what it becomes, the rules that must speak: these and no other
FLAWS: dict[str, tuple[str, str, str, set[str]]] = {
    "the year of a heading": (_WHOLE, "2024年度部门整体", "2023年度部门整体", {"year-mismatch"}),
    "the grand total": (_WHOLE, "共安排735.5万元", "共安排753.5万元", {"amount-total"}),
    "a category by a hundred yuan": (
        _WHOLE,
        "公用类项目35.2万元",
        "公用类项目35.21万元",
        {"amount-total", "amount-equal"},
    ),
    "the number of level-1 indicators": (_WHOLE, _THREE, "4个一级指标，7个", {"declared-l1"}),
    "the number of departments": (_WHOLE, "内设机构6个", "内设机构7个", {"declared-count"}),
    "a percent sign": (_WHOLE, "一季度末10%，二", "一季度末10，二", {"plan-format"}),
    "the end of a spend plan": (
        _WHOLE,
        f"70%，四季度末100%。设置产出指标、效益指标、满意度指标{_THREE}",
        f"70%，四季度末98%。设置产出指标、效益指标、满意度指标{_THREE}",
        {"plan-shape", "plan-equal"},
    ),
    "a name": (_WHOLE, "\t人才工作经费", "\t人才引进经费", {"name-mismatch"}),
    "other funds": (_WHOLE, "\t20.00\n", "\t25.00\n", {"fund-split"}),
    "an item of a use": (_WHOLE, "讲课费40.00万元", "讲课费45.00万元", {"breakdown-sum"}),
    "万 without 元": (
        _WHOLE,
        "引才补贴90.00万元，人才公寓运行费20.00万元，宣传费10.00万元",
        "引才补贴90万，人才公寓运行费20万，宣传费10万",
        {"currency-unit"},
    ),
    "units mixed": (_WHOLE, "宣传费10.00万元", "宣传费100000元", {"currency-unit"}),
    "brackets of a document number": (
        _WHOLE,
        _BASIS,
        _BASIS.replace("〔2023〕", "(2023)"),
        {"basis-malformed"},
    ),
    "no basis": (_WHOLE, _BASIS, "", {"basis-missing"}),
    "a basis of nothing": (_WHOLE, _BASIS, "指标设定依据：相关政策规定。", {"basis-vacuous"}),
    "a placeholder": (_WHOLE, "引进和服务高层次人才。资金", "引进XX名人才。资金", {"placeholder"}),
    "no unit": (_WHOLE, "指标值不低于80%", "指标值不低于80", {"unit-missing"}),
    "one bracket": (_WHOLE, "（全年引进的硕士以上人才）", "（全年引进的硕士以上人才)", {"bracket-mismatch"}),
    "no goal": (_WHOLE, "\t1.引进和服务高层次人才", "\t", {"field-missing"}),
    "the division of a code": (_SMALL, "13092424P00YJJ00002B0", "13112424P00YJJ00002B0", {"code"}),
    "a vague value": (_SMALL, "\t≥95%\n", "\t符合应急管理部要求\n", {"vague-value"}),
    "no value": (_SMALL, "\t≥95%\n", "\t\n", {"value-missing"}),
    "a number of the tables": (_SMALL, "1.安全生产监管绩效目标表", "2.安全生产监管绩效目标表", {"numbering"}),
    "another name of a level": (_SMALL, "\t效益指标", "\t效果指标", {"level1-name"}),
    "a deadline of the year before": (_WHOLE, "\t2024年12月15日前", "\t2023年12月15日前", {"year-mismatch"}),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_told_and_nothing_else(flaw: str) -> None:
    name, piece, instead, expected = FLAWS[flaw]
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert piece in text
    found = checking.check(read_plan(f"{name}.txt", text.replace(piece, instead, 1).encode()))
    spoken = {f.rule for f in found if f.severity in ("error", "warning")}
    assert expected <= spoken <= expected | {"text-table-value"}


def test_what_prose_and_table_share_is_said_once() -> None:
    found = [f for f in checking.check(_plan("publicity-2023")) if 119 in f.lines]
    assert [(f.rule, f.lines) for f in found] == [("direction", (23, 119, 121))]


def test_slow_spend_plans_of_several_projects_are_one_note() -> None:
    notes = [f for f in checking.check(_plan("organisation-2024")) if f.rule == "progress"]
    assert len(notes) == 1 and "9月底计划60%" in notes[0].message


def _rules(data: bytes) -> list[tuple[str, str]]:
    found = checking.check(read_plan("plan.txt", data))
    return sorted((f.severity, f.rule) for f in found if f.rule != "noise")


@pytest.mark.parametrize("name", ["publicity-2023", "market-2023", "health-2023"])
def test_lost_tabs_and_lines_and_other_encodings_change_no_finding(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    expected = _rules(text.encode())
    filled = [line for line in text.split("\n") if line.strip()]
    assert _rules("\n".join(filled).encode()) == expected
    assert _rules("\n".join(line.strip() for line in filled).encode()) == expected
    assert _rules(text.replace("\n", "\r\n").encode("gb18030")) == expected
    assert _rules(text.encode("utf-16")) == expected
