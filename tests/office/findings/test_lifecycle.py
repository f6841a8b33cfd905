"""The way of a finding: told, answered, looked at again, closed; and what is refused on the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services import correcting, notifying, rectifying
from plumbline.office.findings.services.table import TRANSITIONS
from plumbline.office.findings.services.transitions import ActRefused, move
from plumbline.office.lib.revisions import Outdated
from tests.office.findings.conftest import NOW

S = Finding.State
LATER = NOW + timedelta(days=3)


def test_every_act_is_audited_under_its_own_name(cast, finding_in):
    finding_in("closed")
    acts = list(Record.objects.order_by("sequence").values_list("action", flat=True))
    assert acts == [
        "findings.raise",
        "findings.confirm",
        "findings.assign",
        "findings.reply",
        "findings.pass",
    ]


def test_the_usual_deadline_counts_working_days(cast, finding_in):
    # high: five working days after Monday, 2 March 2026
    finding = finding_in("notified")
    assert (finding.due_on, finding.first_due_on) == (date(2026, 3, 9), date(2026, 3, 9))


@pytest.mark.parametrize("act", sorted(TRANSITIONS))
@pytest.mark.parametrize("state", list(S))
def test_an_act_from_another_state_is_refused_with_a_sentence(cast, finding_in, state, act):
    step = TRANSITIONS[act]
    if state in step.sources:
        return
    finding = finding_in(state)
    with pytest.raises(ActRefused) as refused:
        move(finding=finding, act=act, actor=cast.administrator, now=LATER, note="理由")
    assert finding.get_state_display() in refused.value.what
    assert Finding.objects.get(pk=finding.pk).state == state


def test_a_reply_needs_a_file_or_a_reason_why_there_is_none(cast, finding_in, photo):
    finding = finding_in("notified")
    done = {"finding": finding, "actor": cast.liaison, "now": LATER}
    with pytest.raises(ActRefused, match="佐证"):
        rectifying.reply(note="改好了", **done)
    with pytest.raises(ActRefused, match="说明"):
        rectifying.reply(note=" ", uploads=[photo()], **done)
    event = rectifying.reply(note="改好了", uploads=[photo("改后.png")], **done)
    assert (finding.state, finding.replied_at, event.round) == (S.REPLIED, LATER, 1)
    assert [(one.role, one.title) for one in event.files.all()] == [("reply", "改后.png")]


def test_a_returned_finding_starts_another_round_with_a_new_day(cast, finding_in):
    finding = finding_in("replied")
    done = {"finding": finding, "actor": cast.staff, "now": LATER}
    with pytest.raises(ActRefused, match="早于今天"):
        rectifying.return_recheck(note="仍可登录", due_on=date(2026, 3, 4), **done)
    event = rectifying.return_recheck(note="仍可登录", due_on=date(2026, 3, 20), **done)
    assert (finding.state, finding.rounds, event.round) == (S.RETURNED, 1, 1)
    assert (finding.due_on, finding.first_due_on) == (date(2026, 3, 20), date(2026, 3, 9))
    second = rectifying.reply(finding=finding, actor=cast.liaison, now=LATER, note="再改", without_files="无")
    assert second.round == 2


def test_a_passed_finding_is_closed_on_that_day(cast, finding_in):
    finding = finding_in("replied")
    rectifying.pass_recheck(finding=finding, actor=cast.staff, now=LATER, note="复测已修复")
    assert (finding.state, finding.closed_at, finding.closing) == (S.CLOSED, LATER, "verified")


def test_a_unit_takes_its_report_back_to_where_it_stood(cast, finding_in):
    finding = finding_in("returned")
    rectifying.reply(finding=finding, actor=cast.liaison, now=LATER, note="再改", without_files="无")
    rectifying.retract(finding=finding, actor=cast.liaison, now=LATER)
    assert (finding.state, finding.replied_at) == (S.RETURNED, NOW)


def test_a_wrong_close_is_taken_back_with_a_reason(cast, finding_in):
    finding = finding_in("closed")
    with pytest.raises(ActRefused):
        correcting.undo(finding=finding, actor=cast.staff, now=LATER, reason=" ")
    correcting.undo(finding=finding, actor=cast.staff, now=LATER, reason="点错了")
    assert (finding.state, finding.closed_at, finding.rounds) == (S.REPLIED, None, 0)
    assert finding.due_on == date(2026, 3, 9)
    with pytest.raises(ActRefused, match="更正"):
        correcting.undo(finding=finding, actor=cast.staff, now=LATER, reason="再退")


def test_a_wrong_return_gives_the_old_day_back(cast, finding_in):
    finding = finding_in("replied")
    done = {"finding": finding, "actor": cast.staff, "now": LATER}
    rectifying.return_recheck(note="不行", due_on=date(2026, 4, 1), **done)
    correcting.undo(reason="看错了", **done)
    assert (finding.state, finding.due_on, finding.rounds) == (S.REPLIED, date(2026, 3, 9), 0)


def test_a_dismissed_finding_goes_back_to_where_it_was(cast, finding_in):
    finding = finding_in("notified")
    done = {"finding": finding, "actor": cast.staff, "now": LATER}
    correcting.dismiss(reason="误报", **done)
    correcting.undo(reason="不是误报", **done)
    assert (finding.state, finding.due_on) == (S.NOTIFIED, date(2026, 3, 9))


def test_a_closed_finding_that_came_back_has_no_old_deadline(cast, finding_in):
    finding = finding_in("closed")
    correcting.reopen(finding=finding, actor=cast.staff, now=LATER, reason="又能登录了")
    assert (finding.state, finding.reopened) == (S.CONFIRMED, 1)
    assert (finding.due_on, finding.first_due_on, finding.closed_at) == (None, None, None)


def test_a_notice_tells_tells_again_and_skips_what_moved_on(cast, finding_in):
    fresh, known, replied = finding_in("confirmed"), finding_in("notified"), finding_in("replied")
    day = date(2026, 3, 31)
    marked = notifying.mark_notified([fresh, known, replied], "网信整改〔2026〕1号", day, cast.staff, LATER)
    assert [one.pk for one in marked.moved] == [fresh.pk, known.pk]
    assert [one.pk for one in marked.skipped] == [replied.pk]
    assert set(Finding.objects.filter(state=S.NOTIFIED).values_list("due_on", flat=True)) == {day}
    assert "网信整改〔2026〕1号" in fresh.events.order_by("-pk").first().note
    with pytest.raises(ActRefused):
        notifying.mark_notified([finding_in("new")], "1号", day, cast.staff, LATER)


def test_a_withdrawn_notice_takes_back_only_what_it_told_first(cast, finding_in):
    fresh, known = finding_in("confirmed"), finding_in("notified")
    notifying.mark_notified([fresh, known], "1号", date(2026, 3, 31), cast.staff, LATER)
    notifying.unmark_notified([fresh, known], "1号", "写错单位", cast.staff, LATER)
    fresh.refresh_from_db()
    known.refresh_from_db()
    assert (fresh.state, fresh.due_on, fresh.first_due_on) == (S.CONFIRMED, None, None)
    assert (known.state, known.due_on) == (S.NOTIFIED, date(2026, 3, 9))


def test_the_later_of_two_is_told(cast, finding_in):
    finding = finding_in("new")
    opened_on = finding.revision
    correcting.confirm(finding=finding, actor=cast.staff, now=LATER, revision=opened_on)
    with pytest.raises(Outdated):
        correcting.dismiss(finding=finding, actor=cast.staff, now=LATER, reason="误报", revision=opened_on)
    assert Finding.objects.get().state == S.CONFIRMED


def test_a_liaison_cannot_decide(cast, finding_in):
    with pytest.raises(ActRefused, match="角色"):
        correcting.confirm(finding=finding_in("new"), actor=cast.liaison, now=LATER)


def test_facts_are_amended_with_what_changed_and_nothing_leaves_no_trace(cast, finding_in):
    finding = finding_in("confirmed")
    done = {"finding": finding, "actor": cast.staff, "now": LATER}
    assert correcting.amend(values={"severity": "high"}, **done) is None
    event = correcting.amend(values={"severity": "low", "advice": "改口令"}, **done)
    assert event.note == "修改了：严重程度、整改建议"
    assert Record.objects.order_by("sequence").last().detail["severity"] == {"old": "高", "new": "低"}
    assert Finding.objects.get().severity == "low"
