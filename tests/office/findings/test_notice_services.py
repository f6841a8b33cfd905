"""The way of a notice, and who may do what on it."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from docx import Document

from plumbline.office.audit.models import Record
from plumbline.office.files.kinds import ContentRefused
from plumbline.office.files.services import open_file
from plumbline.office.findings.models import Escalation, Finding, Notice
from plumbline.office.findings.queries.notices import paper
from plumbline.office.findings.services import letters, notices
from plumbline.office.findings.services.drafting import DraftRefused, draft_notices, edit_notice
from plumbline.office.findings.services.notice_steps import STEPS, StepRefused
from plumbline.office.lib.revisions import Outdated
from tests.office.findings.notice_factories import NOW, PDF, approve, make_finding, make_notice, take

pytestmark = pytest.mark.django_db
S = Notice.State


def text_of(notice: Notice) -> str:
    with open_file(notice.file) as content:
        document = Document(io.BytesIO(content.read()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_findings_of_two_units_become_two_drafts_and_what_does_not_fit_is_told(cast: Any) -> None:
    mine, theirs = make_finding(cast), make_finding(cast, unit=cast.town, severity="low")
    taken = make_notice(cast).items.get().finding
    result = draft_notices(findings=[mine, theirs, taken], kind="rectify", actor=cast.staff, now=NOW)
    assert {notice.unit for notice in result.notices} == {cast.school, cast.town}
    assert [skip.finding for skip in result.skipped] == [taken]
    assert "已列入" in result.skipped[0].reason
    by_unit = {notice.unit: notice for notice in result.notices}
    # a Monday and five working days; thirty working days reach over 清明节
    assert by_unit[cast.school].due_on == date(2026, 3, 9)
    assert by_unit[cast.town].due_on == date(2026, 4, 14)
    assert "2026年3月9日前完成整改" in by_unit[cast.school].body
    assert Record.objects.filter(action="notices.draft").count() == 3


def test_a_finding_nobody_confirmed_gets_on_no_notice(cast: Any) -> None:
    finding = make_finding(cast)
    Finding.objects.filter(pk=finding.pk).update(state=Finding.State.NEW)
    with pytest.raises(DraftRefused, match="只有已确认"):
        draft_notices(findings=[finding], kind="rectify", actor=cast.staff, now=NOW)
    with pytest.raises(DraftRefused, match="没有选择问题"):
        draft_notices(findings=[], kind="rectify", actor=cast.staff, now=NOW)


def test_the_whole_way_leads_from_a_draft_to_a_finding_that_the_unit_knows(cast: Any) -> None:
    notice = make_notice(cast, upto="receive")
    notice.refresh_from_db()
    assert (notice.state, notice.number) == (S.RECEIVED, "网信整改〔2026〕1号")
    assert notice.receiver == "刘芳"
    finding = notice.items.get().finding
    assert (finding.state, finding.due_on) == (Finding.State.NOTIFIED, notice.due_on)
    assert [event.act for event in notice.events.all()] == [
        "draft", "submit", "approve", "seal", "send", "receive",
    ]  # fmt: skip
    text = text_of(notice)
    for expected in (
        notice.number,
        cast.school.name,
        finding.title,
        "仅允许从内网访问管理后台",
        cast.office.name,
        "2026年3月2日",
    ):
        assert expected in text
    assert "{" not in text


@pytest.mark.parametrize("step", ["submit", "approve", "seal", "send", "receive"])
def test_a_step_that_does_not_fit_the_state_is_refused_and_changes_nothing(cast: Any, step: str) -> None:
    notice = make_notice(cast, upto="receive")
    before = (notice.revision, Record.objects.count())
    with pytest.raises(StepRefused, match="已签收"):
        take(cast, notice, step)
    fresh = Notice.objects.get(pk=notice.pk)
    assert (fresh.revision, Record.objects.count()) == before


def test_every_step_names_a_recorded_act_and_says_why_it_is_refused() -> None:
    from plumbline.office.accounts.roles import CAPABILITIES
    from plumbline.office.audit.actions import ACTIONS

    for step in STEPS.values():
        assert f"notices.{step.key}" in ACTIONS
        assert step.capability in CAPABILITIES
        assert str(step.must_be)


def test_whoever_wrote_on_it_may_not_approve_it(cast: Any) -> None:
    notice = make_notice(cast)
    edit_notice(
        notice=notice, title="改过的标题", body=notice.body, due_on=notice.due_on,
        findings=[item.finding for item in notice.items.all()], actor=cast.administrator, now=NOW,
    )  # fmt: skip
    take(cast, notice, "submit")
    # the administrator holds the capability, and changed a word; the staff member drafted, and lacks it
    with pytest.raises(StepRefused, match="另一人"):
        approve(cast, notice, now=NOW, actor=cast.administrator)
    with pytest.raises(StepRefused, match="角色"):
        approve(cast, notice, now=NOW, actor=cast.staff)
    assert approve(cast, notice, now=NOW, actor=cast.leader).number
    assert Notice.objects.get(pk=notice.pk).state == S.APPROVED


def test_a_returned_draft_tells_why_and_can_be_sent_up_again(cast: Any) -> None:
    notice = make_notice(cast, upto="submit")
    with pytest.raises(StepRefused, match="理由"):
        notices.return_(notice=notice, reason=" ", actor=cast.leader, now=NOW)
    notices.return_(notice=notice, reason="期限太短", actor=cast.leader, now=NOW)
    assert (notice.state, notice.withdrawn_reason) == (S.DRAFT, "期限太短")
    take(cast, notice, "submit")
    take(cast, notice, "approve")
    assert notice.withdrawn_reason == ""


def test_an_approved_notice_is_frozen_whatever_happens_to_the_finding(cast: Any) -> None:
    notice = make_notice(cast, upto="approve")
    finding = notice.items.get().finding
    before = text_of(notice)
    Finding.objects.filter(pk=finding.pk).update(title="改了")
    letters.change_letterhead(issuer="别的机关", contact="", actor=cast.staff)
    shown = paper(Notice.objects.get(pk=notice.pk), now=NOW)
    assert (shown.rows[0].title, shown.issuer) == (finding.title, cast.office.name)
    assert text_of(Notice.objects.get(pk=notice.pk)) == before
    with pytest.raises(StepRefused, match="起草中"):
        edit_notice(
            notice=notice,
            title="x",
            body="y",
            due_on=notice.due_on,
            findings=[finding],
            actor=cast.staff,
            now=NOW,
        )


def test_a_deadline_that_passed_stops_the_notice_before_it_is_approved(cast: Any) -> None:
    notice = make_notice(cast, upto="submit")
    late = NOW + timedelta(days=30)
    with pytest.raises(DraftRefused, match="不晚于今天"):
        approve(cast, notice, now=late, actor=cast.leader)
    assert Notice.objects.get(pk=notice.pk).state == S.SUBMITTED


def test_a_draft_changes_only_for_whoever_saw_its_latest_form(cast: Any) -> None:
    notice = make_notice(cast)
    seen = notice.revision
    findings = [item.finding for item in notice.items.all()]
    values = {
        "body": notice.body,
        "due_on": notice.due_on,
        "findings": findings,
        "now": NOW,
        "revision": seen,
    }
    edit_notice(notice=Notice.objects.get(pk=notice.pk), title="甲", actor=cast.staff, **values)
    with pytest.raises(Outdated):
        edit_notice(notice=notice, title="乙", actor=cast.administrator, **values)
    assert Notice.objects.get(pk=notice.pk).title == "甲"


def test_findings_leave_and_join_a_draft_but_only_the_units_own(cast: Any) -> None:
    notice = make_notice(cast)
    other, foreign = make_finding(cast, title="另一个"), make_finding(cast, unit=cast.town)
    values = {"title": "t", "body": "b", "due_on": notice.due_on, "actor": cast.staff, "now": NOW}
    with pytest.raises(DraftRefused, match="不能列入"):
        edit_notice(notice=notice, findings=[other, foreign], **values)
    with pytest.raises(DraftRefused, match="至少"):
        edit_notice(notice=notice, findings=[], **values)
    edit_notice(notice=notice, findings=[other], **values)
    assert [item.finding for item in notice.items.all()] == [other]


def test_the_text_follows_the_deadline_and_must_not_name_another(cast: Any) -> None:
    notice = make_notice(cast)
    values = {"notice": notice, "title": "t", "actor": cast.staff, "now": NOW, "due_on": date(2026, 3, 20)}
    findings = [notice.items.get().finding, make_finding(cast, title="另一个")]
    edit_notice(body=notice.body, findings=findings, **values)
    assert "2026年3月20日前完成整改" in notice.body and "存在2项" in notice.body
    edit_notice(body="请于2026年3月21日前整改。", findings=findings, **values)
    with pytest.raises(DraftRefused, match="不一致"):
        notices.submit(notice=notice, actor=cast.staff, now=NOW)
    assert Notice.objects.get(pk=notice.pk).state == S.DRAFT


def test_a_withdrawn_notice_keeps_its_number_and_gives_the_findings_back(cast: Any) -> None:
    notice = make_notice(cast, upto="send")
    number = notice.number
    result = notices.withdraw(
        notice=notice, reason="单位名称有误", actor=cast.leader, now=NOW + timedelta(hours=1)
    )
    assert (notice.state, notice.number) == (S.WITHDRAWN, number)
    finding = notice.items.get().finding
    assert [one.pk for one in result.moved] == [finding.pk]
    assert finding.state == Finding.State.CONFIRMED
    following = make_notice(cast, findings=[finding], upto="approve")
    assert following.number == "网信整改〔2026〕2号"


def test_a_withdrawal_leaves_alone_what_the_unit_answered(cast: Any) -> None:
    from plumbline.office.findings.services.rectifying import reply

    notice = make_notice(cast, upto="receive")
    finding = notice.items.get().finding
    reply(
        finding=finding,
        actor=cast.liaison,
        now=NOW + timedelta(hours=1),
        note="已关闭",
        without_files="无界面",
    )
    notices.withdraw(notice=notice, reason="误发", actor=cast.leader, now=NOW + timedelta(hours=2))
    assert Finding.objects.get(pk=finding.pk).state == Finding.State.REPLIED


def test_a_seal_is_a_scan_or_the_name_of_who_sealed(cast: Any) -> None:
    notice = make_notice(cast, upto="approve")
    day = timezone.localdate(NOW)
    sealing = {"notice": notice, "on": day, "actor": cast.staff, "now": NOW + timedelta(hours=1)}
    with pytest.raises(StepRefused, match="扫描件"):
        notices.seal(scan=None, sealer="", **sealing)
    with pytest.raises(ContentRefused):
        notices.seal(scan=ContentFile(b"plain", name="seal.txt"), sealer="", **sealing)
    with pytest.raises(StepRefused, match="用印日期"):
        notices.seal(scan=None, sealer="李强", **{**sealing, "on": day - timedelta(days=1)})
    notices.seal(scan=ContentFile(PDF, name="seal.pdf"), sealer="", **sealing)
    assert (notice.state, notice.sealing, notice.sealed_file.name) == (S.SEALED, "scan", "seal.pdf")


def test_a_receipt_on_paper_names_who_signed_and_keeps_the_scan(cast: Any) -> None:
    notice = make_notice(cast, upto="send")
    values = {
        "notice": notice,
        "on": timezone.localdate(NOW),
        "actor": cast.staff,
        "now": NOW + timedelta(hours=1),
    }
    with pytest.raises(StepRefused, match="签收人"):
        notices.record_receipt(receiver=" ", scan=None, **values)
    notices.record_receipt(receiver="王老师", scan=ContentFile(PDF, name="回执.pdf"), **values)
    assert (notice.state, notice.receiver, notice.receipt_file.name) == (S.RECEIVED, "王老师", "回执.pdf")


def test_a_second_notice_names_the_first_and_sets_the_new_day(cast: Any) -> None:
    first = make_notice(cast, upto="receive")
    finding = first.items.get().finding
    step = {"finding": finding, "due_on": date(2026, 3, 10), "deadline": first.due_on}
    Escalation.objects.create(step="second_notice", **step)
    Escalation.objects.create(step="talk", **step)
    with pytest.raises(DraftRefused, match="只有已确认"):
        draft_notices(findings=[finding], kind="rectify", actor=cast.staff, now=NOW)
    second = make_notice(cast, findings=[finding], kind="second", upto="send", now=NOW + timedelta(days=10))
    assert second.number == "网信整改〔2026〕2号"
    assert first.number in text_of(second)
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == (Finding.State.NOTIFIED, second.due_on)
    assert finding.first_due_on == first.due_on
    states = dict(finding.escalations.values_list("step", "state"))
    assert states == {"second_notice": "done", "talk": "waived"}


def test_a_failed_approval_gives_its_number_back(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = make_notice(cast, upto="submit")
    monkeypatch.setattr(notices, "freeze", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        approve(cast, notice, now=NOW, actor=cast.leader)
    monkeypatch.undo()
    notice = approve(cast, Notice.objects.get(pk=notice.pk))
    assert notice.number == "网信整改〔2026〕1号"


def test_a_notice_not_signed_for_within_three_working_days_is_late(cast: Any) -> None:
    from plumbline.office.findings.queries.notices import unsigned

    notice = make_notice(cast, upto="send")
    # sent on a Monday: Thursday is the third working day, and Friday is late; a weekend does not count
    for days, is_late in ((0, False), (3, False), (4, True)):
        late = Notice.objects.filter(unsigned(NOW + timedelta(days=days)))
        assert late.filter(pk=notice.pk).exists() is is_late, days
    take(cast, notice, "receive")
    assert not Notice.objects.filter(unsigned(NOW + timedelta(days=30))).exists()


def test_the_agenda_says_to_each_what_is_his(cast: Any) -> None:
    from plumbline.office.findings.queries.portal import notice_tasks

    def titles(user: Any) -> str:
        return "；".join(task.title for task in notice_tasks(user, NOW))

    notice = make_notice(cast)
    assert "起草中" in titles(cast.staff) and titles(cast.leader) == titles(cast.liaison) == ""
    take(cast, notice, "submit")
    assert "审批通知书" in titles(cast.leader) and titles(cast.staff) == ""
    take(cast, notice, "approve")
    assert "待用印" in titles(cast.staff)
    take(cast, notice, "seal")
    assert "待送达" in titles(cast.staff) and titles(cast.liaison) == ""
    take(cast, notice, "send")
    assert "签收通知书" in titles(cast.liaison) and titles(cast.other_liaison) == ""
    take(cast, notice, "receive")
    assert titles(cast.liaison) == titles(cast.leader) == titles(cast.staff) == ""


def test_voiding_the_first_of_two_leaves_the_second_in_force(cast: Any) -> None:
    first = make_notice(cast, upto="receive")
    finding = first.items.get().finding
    later = NOW + timedelta(days=10)
    second = make_notice(cast, findings=[finding], kind="second", upto="send", now=later)
    done = {"actor": cast.leader, "now": later + timedelta(hours=1), "reason": "文号有误"}
    assert notices.withdraw(notice=first, **done).moved == ()
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == (Finding.State.NOTIFIED, second.due_on)
    # now no notice in force tells the unit of it
    notices.withdraw(notice=second, **done)
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == (Finding.State.CONFIRMED, None)


def test_voiding_the_last_of_two_brings_back_the_first_deadline_and_then_nothing(cast: Any) -> None:
    first = make_notice(cast, upto="receive")
    finding = first.items.get().finding
    later = NOW + timedelta(days=10)
    second = make_notice(cast, findings=[finding], kind="second", upto="send", now=later)
    done = {"actor": cast.leader, "now": later + timedelta(hours=1), "reason": "文号有误"}
    notices.withdraw(notice=second, **done)
    finding.refresh_from_db()
    assert (finding.state, finding.due_on) == (Finding.State.NOTIFIED, first.due_on)
    notices.withdraw(notice=first, **done)
    finding.refresh_from_db()
    assert finding.state == Finding.State.CONFIRMED


def test_what_changed_since_the_approver_looked_is_not_approved(cast: Any) -> None:
    from plumbline.office.findings.services import correcting
    from plumbline.office.findings.services.letters import fingerprint

    notice = make_notice(cast, upto="submit")
    seen = fingerprint(notice, now=NOW)
    assert fingerprint(notice, now=NOW + timedelta(days=1)) == seen
    finding = notice.items.get().finding
    correcting.amend(finding=finding, values={"advice": "照旧即可。"}, actor=cast.staff, now=NOW)
    with pytest.raises(Outdated, match="，所列问题有改动") as refused:
        notices.approve(notice=notice, actor=cast.leader, now=NOW, seen=seen)
    assert refused.value.advice
    with pytest.raises(Outdated, match="没有指明"):
        notices.approve(notice=notice, actor=cast.leader, now=NOW, seen="")
    notice = Notice.objects.get(pk=notice.pk)
    assert (notice.state, notice.number) == (S.SUBMITTED, "")
    notices.approve(notice=notice, actor=cast.leader, now=NOW, seen=fingerprint(notice, now=NOW))
    assert "照旧即可。" in text_of(notice)


def test_the_office_does_not_sign_in_the_units_place(cast: Any) -> None:
    notice = make_notice(cast, upto="send")
    with pytest.raises(StepRefused, match="联络员") as refused:
        notices.receive(notice=notice, actor=cast.staff, now=NOW + timedelta(hours=1))
    assert "登记签收" in refused.value.advice
    assert Notice.objects.get(pk=notice.pk).state == S.SENT
