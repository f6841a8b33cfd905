"""Mending keeps what was there, checks again, can be undone, and tells the second of two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from documents import plan_text

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.reading import read_plan
from plumbline.office.accounts.models import User
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import Correction, Indicator, PlanFinding, PlanVersion, Project
from plumbline.office.targets.services import recheck as rechecking
from plumbline.office.targets.services.errors import Conflict, Frozen, PlanError
from plumbline.office.targets.services.findings import accept
from plumbline.office.targets.services.mending import mend, undo
from plumbline.office.targets.services.overlay import mended_document
from plumbline.office.targets.services.structure import (
    add_indicator,
    add_project,
    remove,
    set_funds,
    set_spend_plan,
)
from tests.office.targets.plans.conftest import NOW

Load = Callable[..., PlanVersion]
Change = Callable[..., list[Correction]]


@pytest.fixture
def change(staff: User) -> Change:
    """`change(row, budget_yuan="…")`: mend with a reason, on the newest revision."""

    def make(
        subject: Project | Indicator, *, settle: frozenset[str] = frozenset(), **values: str
    ) -> list[Correction]:
        return mend(
            subject=subject,
            values=values,
            reason="按批复更正",
            revision=fresh(subject).revision,
            actor=staff,
            now=NOW,
            settle=settle,
        )

    return make


def fresh(subject: Project | Indicator | PlanVersion) -> PlanVersion:
    if isinstance(subject, PlanVersion):
        return PlanVersion.objects.get(pk=subject.pk)
    version_id = subject.project.version_id if isinstance(subject, Indicator) else subject.version_id
    return PlanVersion.objects.get(pk=version_id)


def vague(version: PlanVersion) -> Indicator:
    return Indicator.objects.get(project__version=version, level3="问题整改率", origin="table")


def state_of(version: PlanVersion, rule: str) -> str:
    return version.findings.get(rule=rule).state


def test_an_unmended_version_gives_its_document_back(draft: PlanVersion) -> None:
    assert mended_document(draft) == read_plan("示例县.txt", plan_text())


def test_a_mended_target_settles_its_finding_and_keeps_the_old_value(
    draft: PlanVersion, change: Change
) -> None:
    (made,) = change(vague(draft), target="≥95%")
    row = vague(draft)
    assert (row.target_raw, row.target_kind, row.target_value, row.target_unit) == (
        "≥95%",
        "quantitative",
        Decimal(95),
        "%",
    )
    assert row.mended == ["target"]
    assert (made.old, made.new, made.reason, made.revision) == ("达到上级要求", "≥95%", "按批复更正", 2)
    assert state_of(draft, "vague-value") == PlanFinding.State.MENDED
    assert fresh(draft).checked_revision == fresh(draft).revision == 2
    assert Record.objects.get(action="plans.mend").detail["target"] == {"old": "达到上级要求", "new": "≥95%"}


def test_an_undo_puts_the_value_and_the_finding_back(draft: PlanVersion, change: Change, staff: User) -> None:
    (made,) = change(vague(draft), target="≥95%")
    undo(correction=made, revision=2, actor=staff, now=NOW)
    row = vague(draft)
    assert (row.target_raw, row.target_kind, row.mended) == ("达到上级要求", "vague", [])
    assert state_of(draft, "vague-value") == PlanFinding.State.OPEN
    made.refresh_from_db()
    assert (made.state, made.undone_by) == ("undone", staff)
    with pytest.raises(PlanError, match="已经撤销"):
        undo(correction=made, revision=3, actor=staff, now=NOW)


def test_changes_of_one_value_are_undone_in_reverse_order(
    draft: PlanVersion, change: Change, staff: User
) -> None:
    (first,) = change(vague(draft), target="≥95%")
    (second,) = change(vague(draft), target="≥98%")
    with pytest.raises(PlanError, match="还有别的更正"):
        undo(correction=first, revision=3, actor=staff, now=NOW)
    undo(correction=second, revision=3, actor=staff, now=NOW)
    assert vague(draft).target_raw == "≥95%"
    assert vague(draft).mended == ["target"]


def test_a_mended_amount_creates_and_settles_findings(load: Load, change: Change) -> None:
    version = load(budget="180000.00")
    project = version.projects.get(name="网络安全检查")
    assert project.budget_yuan == Decimal("180000.00")
    assert state_of(version, "text-table-amount") == "open"
    change(project, budget_yuan="20万元")
    project.refresh_from_db()
    assert project.budget_yuan == Decimal("200000.00")
    assert version.findings.get(rule="text-table-amount", severity="error").state == "mended"
    assert version.findings.filter(rule="text-table-amount", severity="confirmed").count() == 1


def test_a_value_can_be_settled_although_the_document_contradicts_itself(load: Load, change: Change) -> None:
    version = load(budget="180000.00")
    project = version.projects.get(name="网络安全检查")
    with pytest.raises(PlanError, match="没有改动"):
        change(project, budget_yuan="180000")
    change(project, budget_yuan="180000", settle=frozenset({"budget_yuan"}))
    assert version.findings.get(rule="text-table-amount", severity="error").state == "mended"


def test_an_accepted_finding_stays_accepted_until_it_grows(load: Load, change: Change, staff: User) -> None:
    version = load()
    finding = version.findings.get(rule="vague-value")
    accept(version=version, findings=[finding.pk], reason="待上级明确", actor=staff, now=NOW)
    other = Indicator.objects.get(project__version=version, level3="单位满意度", origin="table")
    change(other, description="被检查单位的打分")
    finding.refresh_from_db()
    assert finding.state == "accepted"
    change(other, target="达到市网信办要求")
    finding.refresh_from_db()
    assert (finding.state, finding.lines) == ("open", [68, 75])


def test_a_finding_that_shrinks_keeps_its_acceptance(load: Load, change: Change, staff: User) -> None:
    version = load()
    other = Indicator.objects.get(project__version=version, level3="单位满意度", origin="table")
    change(other, target="达到市网信办要求")
    finding = version.findings.get(rule="vague-value")
    accept(version=version, findings=[finding.pk], reason="待上级明确", actor=staff, now=NOW)
    change(other, target="≥90%")
    finding.refresh_from_db()
    assert (finding.state, finding.lines) == ("accepted", [68])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"budget_yuan": "二十头牛"}, "不是金额"),
        ({"budget_yuan": "1.005"}, "精确到分"),
        ({"name": ""}, "不能为空"),
        ({"code": "9" * 61}, "超过60个字"),
        ({"name": "网络安全检查"}, "没有改动"),
    ],
)
def test_it_refuses_what_cannot_be_kept(
    draft: PlanVersion, change: Change, values: dict[str, str], reason: str
) -> None:
    project = draft.projects.get(name="网络安全检查")
    with pytest.raises(PlanError, match=reason):
        change(project, **values)
    assert fresh(draft).revision == 1
    assert not Correction.objects.exists()


def test_a_reason_is_needed(draft: PlanVersion, staff: User) -> None:
    with pytest.raises(PlanError, match="理由"):
        mend(subject=vague(draft), values={"target": "≥1"}, reason=" ", revision=1, actor=staff, now=NOW)


def test_the_second_of_two_people_is_told_what_the_first_changed(
    draft: PlanVersion, change: Change, leader: User
) -> None:
    change(vague(draft), target="≥95%")
    with pytest.raises(Conflict) as told:
        mend(subject=vague(draft), values={"target": "≥90%"}, reason="x", revision=1, actor=leader, now=NOW)
    assert told.value.revision == 2
    assert [(c.made_by.username, c.new) for c in told.value.changes] == [("李强", "≥95%")]
    assert vague(draft).target_raw == "≥95%"
    mend(subject=vague(draft), values={"target": "≥90%"}, reason="x", revision=2, actor=leader, now=NOW)
    assert vague(draft).target_raw == "≥90%"


def test_an_indicator_is_added_checked_and_taken_back(draft: PlanVersion, staff: User) -> None:
    project = draft.projects.get(name="网络安全检查")
    values = {"level1": "产出指标", "level2": "时效指标", "level3": "完成时限", "target": "达到上级要求"}
    row = add_indicator(project=project, values=values, reason="漏列", revision=1, actor=staff, now=NOW)
    assert (row.use, row.origin, row.place) == ("tracked", "table", "")
    assert len(draft.findings.get(rule="vague-value").lines) == 2
    made = draft.corrections.get()
    assert (made.kind, made.field) == ("added", "indicator")
    undo(correction=made, revision=2, actor=staff, now=NOW)
    assert not Indicator.objects.filter(pk=row.pk).exists()
    assert draft.findings.get(rule="vague-value").lines == [68]


def test_a_removed_project_comes_back_whole(draft: PlanVersion, staff: User) -> None:
    project = draft.projects.get(name="网络安全检查")
    before = (project.pk, project.line_id, project.indicators.count(), project.funds.count())
    remove(subject=project, reason="并入其他项目", revision=1, actor=staff, now=NOW)
    assert draft.projects.count() == 1
    assert state_of(draft, "vague-value") == "mended"
    undo(correction=draft.corrections.get(), revision=2, actor=staff, now=NOW)
    back = draft.projects.get(name="网络安全检查")
    assert (back.pk, back.line_id, back.indicators.count(), back.funds.count()) == before
    assert state_of(draft, "vague-value") == "open"


def test_a_removed_indicator_keeps_its_line(draft: PlanVersion, staff: User) -> None:
    row = vague(draft)
    remove(subject=row, reason="重复", revision=1, actor=staff, now=NOW)
    assert state_of(draft, "vague-value") == "mended"
    undo(correction=draft.corrections.get(), revision=2, actor=staff, now=NOW)
    assert vague(draft).line_id == row.line_id


def test_a_project_is_added(draft: PlanVersion, staff: User) -> None:
    values = {"name": "应急演练", "budget_yuan": "5万元", "code": "52010124P00AAA0000009"}
    project = add_project(version=draft, values=values, reason="漏列", revision=1, actor=staff, now=NOW)
    assert project.budget_yuan == Decimal(50000)
    assert "应急演练" in [p.name for p in mended_document(draft).projects]
    assert draft.findings.filter(severity="error", state="open").exists()


def test_the_spend_plan_is_set_as_a_whole_and_undone(draft: PlanVersion, staff: User) -> None:
    project = draft.projects.get(name="网络安全检查")
    points = [(date(2024, 6, 30), Decimal(40)), (date(2024, 12, 31), Decimal(100))]
    set_spend_plan(project=project, points=points, reason="批复", revision=1, actor=staff, now=NOW)
    assert list(project.spend_points.filter(origin="table").values_list("day", "percent")) == points
    assert [
        (p.day, p.percent) for p in mended_document(draft).projects[0].statements[0].spend_points
    ] == points
    made = draft.corrections.get()
    assert made.new == "6月30日 40%；12月31日 100%"
    undo(correction=made, revision=2, actor=staff, now=NOW)
    assert project.spend_points.filter(origin="table").count() == 4
    project.refresh_from_db()
    assert project.mended == []


def test_funds_are_set_as_a_whole_and_checked(draft: PlanVersion, staff: User) -> None:
    project = draft.projects.get(name="网络安全检查")
    funds = [("财政资金", Decimal(150000)), ("其他资金", Decimal(40000))]
    set_funds(project=project, funds=funds, reason="批复", revision=1, actor=staff, now=NOW)
    assert draft.findings.get(rule="fund-split", severity="error").state == "open"
    undo(correction=draft.corrections.get(), revision=2, actor=staff, now=NOW)
    assert draft.findings.get(rule="fund-split", severity="error").state == "mended"
    with pytest.raises(PlanError, match="重复"):
        set_funds(
            project=project,
            funds=[("财政资金", None), ("财政资金", None)],
            reason="x",
            revision=3,
            actor=staff,
            now=NOW,
        )


def test_a_tracked_indicator_can_become_reference_and_back(
    draft: PlanVersion, change: Change, staff: User
) -> None:
    (made,) = change(vague(draft), tracking="reference")
    assert vague(draft).use == "reference"
    undo(correction=made, revision=2, actor=staff, now=NOW)
    assert vague(draft).use == "tracked"


def test_an_approved_version_is_not_mended(approved: PlanVersion, staff: User) -> None:
    with pytest.raises(Frozen):
        mend(subject=vague(approved), values={"target": "≥1"}, reason="x", revision=1, actor=staff, now=NOW)


def test_a_category_total_is_mended_and_undone(draft: PlanVersion, staff: User) -> None:
    total = draft.totals.get()
    (made,) = mend(
        subject=total, values={"amount_yuan": "400,000"}, reason="x", revision=1, actor=staff, now=NOW
    )
    assert draft.findings.get(rule="amount-sum", severity="error").state == "open"
    undo(correction=made, revision=2, actor=staff, now=NOW)
    total.refresh_from_db()
    assert (total.amount_yuan, total.mended) == (Decimal("300000.00"), [])


def test_a_check_that_was_overtaken_by_a_mending_writes_nothing(
    draft: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(document: PlanDocument) -> tuple[Finding, ...]:
        PlanVersion.objects.filter(pk=draft.pk).update(revision=draft.revision + 1)
        return check(document)

    monkeypatch.setattr(rechecking, "check", slow)
    draft.findings.all().delete()
    rechecking.recheck_now(version=PlanVersion.objects.get(pk=draft.pk), actor=None, now=NOW)
    assert not draft.findings.exists()


@pytest.mark.parametrize("text", ["-5", "9" * 40])
def test_a_budget_is_neither_negative_nor_beyond_its_column(
    draft: PlanVersion, change: Change, text: str
) -> None:
    with pytest.raises(PlanError, match="预算数"):
        change(draft.projects.first(), budget_yuan=text)
