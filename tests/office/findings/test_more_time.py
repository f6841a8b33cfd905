"""Extensions, accepted risks and the chain of escalation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plumbline.office.findings.models import Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.rules import deadlines, steps
from plumbline.office.findings.services import accepting, escalating, extending, notifying, rectifying
from plumbline.office.findings.services.transitions import ActRefused
from tests.office.findings.conftest import NOW

S = Finding.State
LATER = NOW + timedelta(days=3)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def _ask(finding, user, until=date(2026, 3, 20), now=LATER):
    return extending.ask_extension(finding=finding, until=until, reason="等厂商补丁", actor=user, now=now)


def test_a_granted_extension_moves_the_day_and_keeps_the_first(cast, finding_in):
    finding = finding_in("notified")
    asked = _ask(finding, cast.liaison)
    extending.decide_extension(extension=asked, granted=True, decision="同意", actor=cast.staff, now=LATER)
    finding.refresh_from_db()
    assert (finding.due_on, finding.first_due_on) == (date(2026, 3, 20), date(2026, 3, 9))
    with pytest.raises(ActRefused, match="已处理"):
        extending.decide_extension(extension=asked, granted=False, decision="不", actor=cast.staff, now=LATER)


def test_an_extension_is_refused_with_a_reason_only(cast, finding_in):
    finding = finding_in("notified")
    asked = _ask(finding, cast.liaison)
    decide = {"extension": asked, "granted": False, "actor": cast.staff, "now": LATER}
    with pytest.raises(ActRefused, match="理由"):
        extending.decide_extension(decision=" ", **decide)
    extending.decide_extension(decision="口令应当日修改", **decide)
    finding.refresh_from_db()
    assert finding.due_on == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("until", "words"), [(date(2026, 3, 9), "晚于"), (date(2026, 12, 31), "最晚可延期至")]
)
def test_a_day_that_is_too_early_or_too_far_is_refused(cast, finding_in, until, words):
    with pytest.raises(ActRefused, match=words):
        _ask(finding_in("notified"), cast.liaison, until)


def test_only_one_request_waits_and_only_so_many_are_granted(cast, finding_in):
    finding = finding_in("notified")
    asked = _ask(finding, cast.liaison)
    with pytest.raises(ActRefused, match="等待审批"):
        _ask(finding, cast.liaison)
    extending.withdraw_extension(extension=asked, actor=cast.liaison, now=LATER)
    for n in range(deadlines().extensions):
        one = _ask(finding, cast.liaison, date(2026, 3, 20 + n))
        extending.decide_extension(extension=one, granted=True, decision="", actor=cast.staff, now=LATER)
        finding.refresh_from_db()
    with pytest.raises(ActRefused, match="已延期 2 次"):
        _ask(finding, cast.liaison, date(2026, 4, 1))


def test_a_request_ends_when_the_unit_reports(cast, finding_in):
    finding = finding_in("notified")
    _ask(finding, cast.liaison)
    rectifying.reply(finding=finding, actor=cast.liaison, now=LATER, note="好了", without_files="无")
    assert Extension.objects.get().state == Extension.State.WITHDRAWN


def _accept(finding, user, expires_on=date(2026, 6, 1)):
    return accepting.ask_acceptance(
        finding=finding, reason="系统年底下线", safeguards="仅内网可访问", expires_on=expires_on, actor=user,
        now=LATER,
    )  # fmt: skip


def test_nobody_approves_his_own_request(cast, finding_in):
    finding = finding_in("notified")
    asked = _accept(finding, cast.administrator)
    decide = {"acceptance": asked, "approved": True, "decision": "", "now": LATER}
    with pytest.raises(ActRefused, match="自己的申请"):
        accepting.decide_acceptance(actor=cast.administrator, **decide)
    with pytest.raises(ActRefused, match="角色"):
        accepting.decide_acceptance(actor=cast.staff, **decide)
    accepting.decide_acceptance(actor=cast.leader, **decide)
    assert Finding.objects.get().state == S.ACCEPTED


def test_what_waits_for_its_recheck_is_rechecked_before_its_request_is_decided(cast, finding_in):
    finding = finding_in("notified")
    asked = _accept(finding, cast.administrator)
    Finding.objects.filter(pk=finding.pk).update(state=Finding.State.REPLIED)
    decide = {"acceptance": asked, "actor": cast.leader, "now": LATER}
    for approved in (True, False):
        with pytest.raises(ActRefused, match="正待复查") as refused:
            accepting.decide_acceptance(approved=approved, decision="不同意", **decide)
        assert "退回整改后可以继续审批" in refused.value.advice
    Finding.objects.filter(pk=finding.pk).update(state=Finding.State.RETURNED)
    accepting.decide_acceptance(approved=True, decision="", **decide)
    finding.refresh_from_db()
    assert finding.state == Finding.State.ACCEPTED


def test_an_accepted_risk_opens_again_on_its_day_and_not_before(cast, finding_in):
    finding = finding_in("notified")
    asked = _accept(finding, cast.liaison)
    accepting.decide_acceptance(acceptance=asked, approved=True, decision="", actor=cast.leader, now=LATER)
    assert accepting.expire(_at(date(2026, 5, 31))) == 0
    assert accepting.expire(_at(date(2026, 6, 1))) == 1
    assert accepting.expire(_at(date(2026, 6, 1))) == 0
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == (S.NOTIFIED, date(2026, 6, 8))
    assert RiskAcceptance.objects.get().state == RiskAcceptance.State.EXPIRED
    assert finding.events.order_by("-pk").first().actor is None


def test_what_the_unit_was_not_told_of_waits_for_a_notice_again(cast, finding_in):
    finding = finding_in("confirmed")
    asked = _accept(finding, cast.staff)
    accepting.decide_acceptance(acceptance=asked, approved=True, decision="", actor=cast.leader, now=LATER)
    accepting.revoke_acceptance(finding=finding, reason="出现利用工具", actor=cast.leader, now=LATER)
    assert (finding.state, finding.due_on) == (S.CONFIRMED, None)
    assert RiskAcceptance.objects.get().state == RiskAcceptance.State.REVOKED


@pytest.mark.parametrize("day", [date(2026, 3, 5), date(2027, 12, 1)])
def test_a_risk_is_not_accepted_for_a_past_day_or_for_ever(cast, finding_in, day):
    with pytest.raises(ActRefused, match="有效期"):
        _accept(finding_in("notified"), cast.staff, day)


def test_the_chain_follows_the_missed_deadline(cast, finding_in):
    finding = finding_in("notified")  # due Monday, 9 March
    finding_in("replied")
    assert escalating.escalate(_at(date(2026, 3, 9))) == 0
    assert escalating.escalate(_at(date(2026, 3, 10))) == 1
    assert escalating.escalate(_at(date(2026, 3, 10))) == 0
    assert escalating.escalate(_at(date(2026, 3, 30))) == 3
    rows = Escalation.objects.order_by("due_on").values_list("finding", "step", "due_on")
    days = (date(2026, 3, 10), date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 30))
    expected = ("reminder", "second_notice", "talk", "referral")
    assert list(rows) == [(finding.pk, step, day) for step, day in zip(expected, days, strict=True)]


def test_a_step_is_done_with_a_note_or_a_file_and_waived_with_a_reason(cast, finding_in, photo):
    finding = finding_in("notified")
    escalating.escalate(_at(date(2026, 3, 16)))
    first, second = Escalation.objects.order_by("due_on")
    done = {"actor": cast.staff, "now": _at(date(2026, 3, 16))}
    with pytest.raises(ActRefused, match="办理情况"):
        escalating.finish_escalation(escalation=first, note="", **done)
    escalating.finish_escalation(escalation=first, note="", upload=photo("通话记录.png"), **done)
    with pytest.raises(ActRefused, match="已处理"):
        escalating.waive_escalation(escalation=first, reason="不用了", **done)
    with pytest.raises(ActRefused, match="理由"):
        escalating.waive_escalation(escalation=second, reason="", **done)
    escalating.waive_escalation(escalation=second, reason="单位正在停机更换", **done)
    notes = list(finding.events.filter(act="escalate").order_by("pk").values_list("note", flat=True))
    assert notes == ["催办提醒：通话记录.png", "再次下发限期整改通知书，不再办理：单位正在停机更换"]


def test_a_new_deadline_starts_the_chain_anew(cast, finding_in):
    finding = finding_in("notified")
    escalating.escalate(_at(date(2026, 3, 10)))
    notifying.redate(
        finding=finding, due_on=date(2026, 4, 1), reason="协调厂商", actor=cast.staff,
        now=_at(date(2026, 3, 11)),
    )  # fmt: skip
    assert Escalation.objects.get().state == Escalation.State.WAIVED
    assert escalating.escalate(_at(date(2026, 3, 31))) == 0
    assert escalating.escalate(_at(date(2026, 4, 2))) == 1


def test_a_report_that_is_taken_back_wipes_out_no_reminder(cast, finding_in):
    finding = finding_in("notified")
    late = _at(finding.due_on + timedelta(days=1))
    assert escalating.escalate(late) == 1
    rectifying.reply(finding=finding, actor=cast.liaison, now=late, note="已改", without_files="无")
    assert not Escalation.objects.filter(state="due").exists()
    rectifying.retract(finding=finding, actor=cast.liaison, now=late)
    assert escalating.escalate(late) == 1
    row = Escalation.objects.get()
    assert (row.state, row.note, row.done_at) == ("due", "", None)
    assert escalating.escalate(late) == 0


def test_what_a_person_waived_stays_waived(cast, finding_in):
    finding = finding_in("notified")
    late = _at(finding.due_on + timedelta(days=1))
    escalating.escalate(late)
    escalating.waive_escalation(
        escalation=Escalation.objects.get(), reason="已电话催办", actor=cast.staff, now=late
    )
    assert escalating.escalate(late) == 0


def test_a_second_notice_is_the_step_that_asked_for_it(cast, finding_in):
    finding = finding_in("notified")
    escalating.escalate(_at(date(2026, 3, 16)))
    notifying.mark_notified([finding], "网信整改〔2026〕8号", None, cast.staff, _at(date(2026, 3, 17)))
    states = dict(Escalation.objects.values_list("step", "state"))
    assert states == {"reminder": Escalation.State.WAIVED, "second_notice": Escalation.State.DONE}
    done = Escalation.objects.get(step="second_notice")
    assert (done.done_by, done.note) == (cast.staff, "文号：网信整改〔2026〕8号")


def test_the_shipped_rules_name_their_sources():
    assert set(deadlines().workdays) == set(Finding.Severity)
    assert [step.key for step in steps()] == ["reminder", "second_notice", "talk", "referral"]
    assert all(step.source and step.confidence in ("high", "medium", "low") for step in steps())
