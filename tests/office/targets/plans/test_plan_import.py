"""A document becomes a version: everything or nothing, for the right unit and year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from documents import plan_text

from plumbline.kernel.errors import NotAPlan
from plumbline.kernel.plans import archive
from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.document import Amount, Execution, ProjectStatement
from plumbline.kernel.plans.reading import read_plan
from plumbline.office.accounts.models import User
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import Indicator, IndicatorLine, Plan, PlanVersion, ProjectLine
from plumbline.office.targets.services.errors import Undecided
from plumbline.office.targets.services.imports import Decisions, import_plan
from plumbline.office.targets.services.rows import stated_funds
from plumbline.office.units.models import Unit
from tests.office.targets.plans.conftest import NOW

Load = Callable[..., PlanVersion]


def test_it_writes_what_the_document_says(draft: PlanVersion) -> None:
    checking, campaign = draft.projects.all()
    assert (checking.name, checking.code, checking.budget_yuan) == (
        "网络安全检查",
        "52010124P00AAA0000001",
        Decimal("200000.00"),
    )
    assert checking.use == "检查服务费12万元，设备租赁费8万元"
    assert checking.funds.first().amount_yuan == Decimal("200000.00")
    table = checking.spend_points.filter(origin="table")
    assert [(p.day, p.percent) for p in table] == [
        (date(2024, 3, 31), 25),
        (date(2024, 6, 30), 50),
        (date(2024, 10, 31), 75),
        (date(2024, 12, 31), 100),
    ]
    assert [s.origin for s in checking.statements.all()] == ["text", "table"]
    assert campaign.budget_yuan == Decimal("100000.00")
    assert draft.source_lines.get(number=68).text.strip() == "达到上级要求"
    assert draft.totals.get().amount_yuan == Decimal("300000.00")
    assert draft.goals.count() >= 2


def test_the_tables_indicators_are_tracked_and_the_proses_are_reference(draft: PlanVersion) -> None:
    checking, campaign = draft.projects.all()
    by_use = {
        use: set(checking.indicators.filter(use=use).values_list("origin", flat=True))
        for use in Indicator.Use
    }
    assert by_use == {"tracked": {"table"}, "reference": {"text"}}
    assert set(campaign.indicators.values_list("use", "origin")) == {("tracked", "text")}


def test_every_finding_is_kept_with_its_lines(draft: PlanVersion) -> None:
    expected = check(read_plan("示例县.txt", plan_text()))
    kept = draft.findings.values_list("rule", "severity", "state")
    assert sorted(kept) == sorted((f.rule, f.severity, "open") for f in expected)
    assert draft.findings.get(rule="vague-value").lines == [68]


def test_the_archive_gives_the_same_document_back(draft: PlanVersion) -> None:
    assert archive.load(bytes(draft.archive.data)) == read_plan("示例县.txt", plan_text())


def test_checkpoints_come_from_the_spend_plan(draft: PlanVersion) -> None:
    assert [c.label for c in draft.plan.checkpoints.all()] == ["3月底", "6月底", "10月底", "12月底"]


def test_an_unknown_unit_is_asked_for_and_nothing_is_written(staff: User) -> None:
    with pytest.raises(Undecided) as asked:
        import_plan(name="a.txt", data=plan_text(), unit=None, actor=staff, now=NOW)
    assert asked.value.question == "unit"
    assert not Plan.objects.exists() and not Unit.objects.exists()


@pytest.mark.parametrize(
    "known",
    [
        {"name": "中共示例县委网络安全和信息化委员会办公室"},
        {"name": "网信办（旧名）", "short_name": "中共示例县委网信办"},
        {"name": "别的名字", "code": "520001"},
    ],
)
def test_a_unit_is_found_by_name_alias_or_code(staff: User, known: dict[str, str]) -> None:
    unit = Unit.objects.create(**known)
    version = import_plan(name="a.txt", data=plan_text(), unit=None, actor=staff, now=NOW)
    assert version.plan.unit == unit


def test_a_created_unit_has_the_documents_name_short_name_and_code(draft: PlanVersion) -> None:
    unit = draft.plan.unit
    assert (unit.name, unit.code) == ("中共示例县委网络安全和信息化委员会办公室", "520001")
    assert unit.short_name == "中共示例县委网信办"


def test_a_draft_in_the_way_is_asked_about_then_kept_as_discarded(draft: PlanVersion, load: Load) -> None:
    with pytest.raises(Undecided) as asked:
        load()
    assert asked.value.question == "replace"
    second = load(decisions=Decisions(replace=True), goal="开展检查")
    draft.refresh_from_db()
    assert (draft.state, second.number, second.state) == ("discarded", 2, "draft")
    assert "替换" in draft.closed_reason
    assert draft.projects.count() == 2


def test_an_approved_plan_is_adjusted_only_with_a_reason(approved: PlanVersion, load: Load) -> None:
    with pytest.raises(Undecided) as asked:
        load()
    assert asked.value.question == "reason"
    adjustment = load(decisions=Decisions(reason="财政追减"), budget="180000.00")
    approved.refresh_from_db()
    assert (approved.state, adjustment.state, adjustment.based_on) == ("approved", "draft", approved)


def test_a_new_version_continues_the_lines_of_the_former(draft: PlanVersion, load: Load) -> None:
    projects = {p.name: p.line_id for p in draft.projects.all()}
    indicators = set(Indicator.objects.filter(project__version=draft).values_list("line", flat=True))
    second = load(decisions=Decisions(replace=True), budget="180000.00", rate="≥95%")
    assert {p.name: p.line_id for p in second.projects.all()} == projects
    assert set(Indicator.objects.filter(project__version=second).values_list("line", flat=True)) == indicators
    assert ProjectLine.objects.count() == 2
    assert IndicatorLine.objects.count() == len(indicators)


def test_a_document_that_is_no_plan_writes_nothing(staff: User) -> None:
    with pytest.raises(NotAPlan):
        import_plan(name="a.txt", data="今天天气很好。\n".encode(), unit=None, actor=staff, now=NOW)
    assert not PlanVersion.objects.exists()


def test_a_failure_while_writing_leaves_nothing(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("plumbline.office.targets.services.imports.write_findings", fail)
    with pytest.raises(RuntimeError):
        import_plan(
            name="a.txt",
            data=plan_text(),
            unit=None,
            actor=staff,
            now=NOW,
            decisions=Decisions(new_unit=True),
        )
    assert not Plan.objects.exists() and not Unit.objects.exists() and not ProjectLine.objects.exists()


def test_a_value_that_no_column_holds_is_named(staff: User) -> None:
    with pytest.raises(Exception, match="超过16位整数") as refused:
        import_plan(
            name="a.txt",
            data=plan_text(budget="9" * 20 + ".00"),
            unit=None,
            actor=staff,
            now=NOW,
            decisions=Decisions(new_unit=True),
        )
    assert refused.type.__name__ == "DocumentError"
    assert not Plan.objects.exists()


def test_markup_in_names_stays_text(staff: User) -> None:
    data = plan_text().replace("网络安全检查".encode(), "<b>{{ 检查 }}</b>{% now %}".encode())
    version = import_plan(
        name="a.txt", data=data, unit=None, actor=staff, now=NOW, decisions=Decisions(new_unit=True)
    )
    assert "<b>{{ 检查 }}</b>{% now %}" in {p.name for p in version.projects.all()}


def test_the_import_is_recorded(draft: PlanVersion) -> None:
    record = Record.objects.get(action="plans.import")
    assert record.detail["projects"] == 2
    assert Record.objects.filter(action="plans.unit_create").exists()


def test_funds_are_taken_from_the_execution_rows_of_a_report_form() -> None:
    amount = Amount(Decimal(200000), "20", "万元", "全年预算数", (7,))
    statement = ProjectStatement(
        origin="table",
        name="标尺",
        lines=(1,),
        execution=(
            Execution("年度资金总额", adjusted=amount, lines=(6,)),
            Execution("其中:财政拨款", adjusted=amount, lines=(7,)),
            Execution("其他资金", lines=(8,)),
        ),
    )
    assert [(fund.name, fund.yuan, fund.lines) for fund in stated_funds(statement)] == [
        ("其中:财政拨款", Decimal(200000), (7,))
    ]


def test_what_the_reader_could_not_tell_is_shown_beside_the_draft(staff: User, client: Client) -> None:
    # one line in another encoding than the rest
    data = plan_text() + "\n附注：金额已核对".encode("gb18030") + b"\n"
    version = import_plan(
        name="示例县.txt", data=data, unit=None, actor=staff, now=NOW, decisions=Decisions(new_unit=True)
    )
    assert version.source_notes
    client.force_login(staff)
    assert version.source_notes[0] in client.get(f"/plans/{version.plan_id}/").content.decode()
