"""Approval freezes; an adjustment is a new version with a readable difference; findings get dispositions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from plumbline.office.accounts.models import User
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import (
    Fund,
    Goal,
    Indicator,
    PlanVersion,
    Project,
    SourceLine,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.queries.difference import difference
from plumbline.office.targets.services.approval import approve, open_errors, unchanged
from plumbline.office.targets.services.errors import Conflict, Frozen, PlanError
from plumbline.office.targets.services.findings import accept, accept_rule, reopen
from plumbline.office.targets.services.mending import mend
from plumbline.office.targets.services.readings import approve_reading, effective_target, propose, withdraw
from plumbline.office.targets.services.structure import add_indicator, remove
from plumbline.office.targets.services.versions import adjust, discard
from tests.office.targets.plans.conftest import NOW


def target_row(version: PlanVersion, name: str = "问题整改率") -> Indicator:
    return Indicator.objects.get(project__version=version, level3=name, origin="table")


# --- findings ---------------------------------------------------------------------------------------


def test_a_finding_is_accepted_with_a_reason_and_reopened(draft: PlanVersion, staff: User) -> None:
    finding = draft.findings.get(rule="placeholder")
    with pytest.raises(PlanError, match="说明"):
        accept(version=draft, findings=[finding.pk], reason=" ", actor=staff, now=NOW)
    accept(version=draft, findings=[finding.pk], reason="原件如此", actor=staff, now=NOW)
    finding.refresh_from_db()
    assert (finding.state, finding.disposition, finding.disposed_by) == ("accepted", "原件如此", staff)
    reopen(finding=finding, actor=staff)
    finding.refresh_from_db()
    assert (finding.state, finding.disposition) == ("open", "")
    assert set(Record.objects.values_list("action", flat=True)) >= {"plans.accept", "plans.reopen"}


def test_a_whole_rule_is_accepted_with_one_reason(draft: PlanVersion, staff: User) -> None:
    assert accept_rule(version=draft, rule="vague-value", reason="待明确", actor=staff, now=NOW) == 1
    with pytest.raises(PlanError, match="没有待处理"):
        accept_rule(version=draft, rule="vague-value", reason="待明确", actor=staff, now=NOW)


def test_confirmations_are_not_accepted(draft: PlanVersion, staff: User) -> None:
    ids = list(draft.findings.filter(severity="confirmed").values_list("pk", flat=True))
    with pytest.raises(PlanError):
        accept(version=draft, findings=ids, reason="x", actor=staff, now=NOW)


# --- approval ---------------------------------------------------------------------------------------


def test_open_errors_stand_in_the_way(draft: PlanVersion, leader: User) -> None:
    count = open_errors(draft).count()
    assert count
    with pytest.raises(PlanError, match=f"还有 {count} 项错误"):
        approve(version=draft, revision=1, actor=leader, now=NOW)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_approver_who_looked_at_an_older_state_is_told(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    accept(version=draft, findings=[f.pk for f in open_errors(draft)], reason="x", actor=staff, now=NOW)
    mend(subject=target_row(draft), values={"target": "≥95%"}, reason="x", revision=1, actor=staff, now=NOW)
    with pytest.raises(Conflict):
        approve(version=draft, revision=1, actor=leader, now=NOW)


def test_an_approved_version_says_who_and_when_and_stays_as_it_is(
    approved: PlanVersion, leader: User
) -> None:
    assert (approved.state, approved.approved_by, approved.approved_at) == ("approved", leader, NOW)
    assert unchanged(approved) is True
    assert Record.objects.get(action="plans.approve").detail["content_sm3"] == approved.frozen_digest


@pytest.mark.parametrize("model", [Project, Goal, SourceLine, Statement, Fund, SpendPoint, Indicator])
def test_the_database_refuses_to_change_a_frozen_version(approved: PlanVersion, model: type) -> None:
    where = {"version": approved} if hasattr(model, "version_id") else {"project__version": approved}
    row = model.objects.filter(**where).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert unchanged(approved) is True


def test_the_database_refuses_to_thaw_a_frozen_version(approved: PlanVersion) -> None:
    for change in ({"state": "draft"}, {"organisation_name": "别的单位"}, {"frozen_digest": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanVersion.objects.filter(pk=approved.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        approved.delete()


def test_a_draft_is_not_held_by_the_database(draft: PlanVersion) -> None:
    draft.projects.first().save()
    draft.projects.first().delete()


# --- versions ---------------------------------------------------------------------------------------


def test_an_adjustment_needs_a_reason_and_an_approved_version(draft: PlanVersion, staff: User) -> None:
    with pytest.raises(PlanError, match="事由"):
        adjust(plan=draft.plan, reason=" ", actor=staff)
    with pytest.raises(PlanError, match="没有已批准"):
        adjust(plan=draft.plan, reason="追减", actor=staff)


def test_an_adjustment_is_a_copy_that_differs_only_in_what_is_changed(
    approved: PlanVersion, staff: User, leader: User
) -> None:
    copy = adjust(plan=approved.plan, reason="财政追减", actor=staff)
    assert (copy.number, copy.state, copy.based_on, copy.reason) == (2, "draft", approved, "财政追减")
    assert difference(approved, copy).empty
    assert copy.source_lines.count() == approved.source_lines.count()
    with pytest.raises(PlanError, match="已有一份核对中"):
        adjust(plan=approved.plan, reason="再次", actor=staff)

    project = copy.projects.get(name="网络安全检查")
    mend(subject=project, values={"budget_yuan": "180000"}, reason="追减", revision=1, actor=staff, now=NOW)
    mend(subject=target_row(copy), values={"target": "≥95%"}, reason="明确", revision=2, actor=staff, now=NOW)
    remove(subject=target_row(copy, "单位满意度"), reason="取消", revision=3, actor=staff, now=NOW)
    values = {"level1": "产出指标", "level2": "时效指标", "level3": "完成时限", "target": "12月底前"}
    add_indicator(project=project, values=values, reason="新增", revision=4, actor=staff, now=NOW)

    told = difference(approved, copy)
    (changed,) = told.projects
    assert (told.same, told.delta, changed.delta) == (1, Decimal("-20000.00"), Decimal("-20000.00"))
    assert [(c.label, c.old, c.new, c.delta) for c in changed.changes] == [
        ("预算数（元）", "200,000.00", "180,000.00", Decimal("-20000.00"))
    ]
    assert {(i.name, i.kind) for i in changed.indicators} == {
        ("问题整改率", "changed"),
        ("单位满意度", "removed"),
        ("完成时限", "added"),
    }

    accept(version=copy, findings=[f.pk for f in open_errors(copy)], reason="x", actor=staff, now=NOW)
    copy.refresh_from_db()
    approve(version=copy, revision=copy.revision, actor=leader, now=NOW)
    approved.refresh_from_db()
    assert (approved.state, approved.closed_reason, approved.closed_by) == ("superseded", "财政追减", leader)
    assert unchanged(approved) is True


def test_an_adjustment_keeps_the_dispositions(approved: PlanVersion, staff: User) -> None:
    copy = adjust(plan=approved.plan, reason="追减", actor=staff)
    before = approved.findings.order_by("id").values_list("rule", "state", "disposition")
    assert list(copy.findings.order_by("id").values_list("rule", "state", "disposition")) == list(before)


def test_a_draft_is_discarded_with_a_reason_and_kept(approved: PlanVersion, staff: User) -> None:
    copy = adjust(plan=approved.plan, reason="追减", actor=staff)
    with pytest.raises(PlanError, match="理由"):
        discard(version=copy, reason="", actor=staff, now=NOW)
    discard(version=copy, reason="不再调整", actor=staff, now=NOW)
    copy.refresh_from_db()
    assert (copy.state, copy.closed_reason, copy.projects.count()) == ("discarded", "不再调整", 2)
    with pytest.raises(Frozen):
        discard(version=approved, reason="x", actor=staff, now=NOW)
    assert adjust(plan=approved.plan, reason="再次", actor=staff).number == 3


# --- readings ---------------------------------------------------------------------------------------


def test_a_reading_counts_once_it_is_approved(draft: PlanVersion, staff: User, leader: User) -> None:
    row = target_row(draft)
    propose(indicator=row, reading="≥95%", reason="市网信办考核细则", actor=staff, now=NOW)
    row = target_row(draft)
    assert (row.reading_raw, row.reading_approved_at, row.target_raw) == ("≥95%", None, "达到上级要求")
    assert effective_target(row).kind == "vague"
    assert draft.findings.get(rule="vague-value").state == "open"
    approve_reading(indicator=row, actor=leader, now=NOW)
    row = target_row(draft)
    assert (row.reading_approved_by, row.target_raw) == (leader, "达到上级要求")
    assert (effective_target(row).kind, effective_target(row).value) == ("quantitative", Decimal(95))
    assert draft.findings.get(rule="vague-value").state == "mended"
    withdraw(indicator=row, reason="细则作废", actor=staff, now=NOW)
    assert draft.findings.get(rule="vague-value").state == "open"
    assert effective_target(target_row(draft)).kind == "vague"


@pytest.mark.parametrize(
    ("reading", "reason", "words"),
    [("达到市里要求", "x", "仍无法衡量"), ("效果明显", "x", "仍无法衡量"), ("≥95%", " ", "理由")],
)
def test_a_reading_must_be_measurable_and_reasoned(
    draft: PlanVersion, staff: User, reading: str, reason: str, words: str
) -> None:
    with pytest.raises(PlanError, match=words):
        propose(indicator=target_row(draft), reading=reading, reason=reason, actor=staff, now=NOW)


def test_a_measurable_target_needs_no_reading(draft: PlanVersion, staff: User) -> None:
    with pytest.raises(PlanError, match="本身就可以衡量"):
        propose(indicator=target_row(draft, "单位满意度"), reading="≥1", reason="x", actor=staff, now=NOW)


def test_a_reading_may_still_be_agreed_on_after_the_approval(
    approved: PlanVersion, staff: User, leader: User
) -> None:
    propose(indicator=target_row(approved), reading="≥95%", reason="细则", actor=staff, now=NOW)
    approve_reading(indicator=target_row(approved), actor=leader, now=NOW)
    assert effective_target(target_row(approved)).value == Decimal(95)
    assert unchanged(approved) is True


def test_a_reading_of_a_discarded_version_is_refused(draft: PlanVersion, staff: User) -> None:
    discard(version=draft, reason="x", actor=staff, now=NOW)
    with pytest.raises(Frozen):
        propose(indicator=target_row(draft), reading="≥95%", reason="x", actor=staff, now=NOW)
