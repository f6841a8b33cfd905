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
