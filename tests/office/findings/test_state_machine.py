"""Whatever is done in whatever order, a finding stays in a declared state, and its events tell how."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.errors import PlumblineError
from plumbline.office.findings.models import OPEN, Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.queries.history import state_at
from plumbline.office.findings.services import (
    accepting,
    correcting,
    escalating,
    extending,
    notifying,
    rectifying,
)
from plumbline.office.findings.services.gone import close_gone
from plumbline.office.findings.services.raising import Raised, fingerprint, raise_finding
from plumbline.office.findings.services.table import TRANSITIONS

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
S = Finding.State


def _raised(cast):
    return Raised(
        unit=cast.school, title="弱口令", severity="high", source="scan", source_name="nessus",
        fingerprint=fingerprint("nessus", "弱口令"),
    )  # fmt: skip


def _acts(cast, finding, now):
    """Every act as the office, the unit, a scan or the clock would try it."""
    today = (now + timedelta(hours=8)).date()
    staff = {"finding": finding, "actor": cast.staff, "now": now}
    unit = staff | {"actor": cast.liaison}
    asked = finding.extensions.filter(state=Extension.State.ASKED).first
    risk = finding.acceptances.filter(state=RiskAcceptance.State.ASKED).first
    step = finding.escalations.filter(state=Escalation.State.DUE).first

    def decide(row, service, name, yes):
        if row is not None:
            service(**{name: row, ("granted" if name == "extension" else "approved"): yes}, decision="意见",
                    actor=cast.leader if name == "acceptance" else cast.staff, now=now)  # fmt: skip

    return {
        "confirm": lambda: correcting.confirm(**staff),
        "dismiss": lambda: correcting.dismiss(reason="误报", **staff),
        "assign": lambda: notifying.assign(due_on=None, **staff),
        "notify": lambda: notifying.mark_notified([finding], "1号", None, cast.staff, now),
        "withdraw": lambda: notifying.unmark_notified([finding], "1号", "有误", cast.staff, now),
        "redate": lambda: notifying.redate(due_on=today + timedelta(days=3), reason="协调", **staff),
        "reply": lambda: rectifying.reply(note="已改", without_files="无", **unit),
        "retract": lambda: rectifying.retract(**unit),
        "pass": lambda: rectifying.pass_recheck(note="通过", **staff),
        "return": lambda: rectifying.return_recheck(note="不行", due_on=today, **staff),
        "reopen": lambda: correcting.reopen(reason="又有了", **staff),
        "undo": lambda: correcting.undo(reason="错了", **staff),
        "amend": lambda: correcting.amend(values={"title": f"弱口令 {now:%d%H}"}, **staff),
        "comment": lambda: correcting.comment(note="说明", **unit),
        "ask_extension": lambda: extending.ask_extension(
            until=today + timedelta(days=9), reason="等", **unit
        ),
        "extend": lambda: decide(asked(), extending.decide_extension, "extension", True),
        "refuse_extension": lambda: decide(asked(), extending.decide_extension, "extension", False),
        "ask_acceptance": lambda: accepting.ask_acceptance(
            reason="老", safeguards="隔离", expires_on=today + timedelta(days=5), **unit
        ),
        "accept": lambda: decide(risk(), accepting.decide_acceptance, "acceptance", True),
        "refuse_acceptance": lambda: decide(risk(), accepting.decide_acceptance, "acceptance", False),
        "revoke": lambda: accepting.revoke_acceptance(reason="有利用", **staff | {"actor": cast.leader}),
        "expire": lambda: accepting.expire(now),
        "escalate": lambda: escalating.escalate(now),
        "step": lambda: step() and escalating.finish_escalation(
            escalation=step(), note="已电话", actor=cast.staff, now=now
        ),
        "found again": lambda: raise_finding(_raised(cast), actor=None, now=now, confirmed=True),
        "gone": lambda: close_gone(
            source="scan", source_name="nessus", scope=Finding.objects.all(), keep_fingerprints=set(),
            actor=None, now=now,
        ),
    }  # fmt: skip


NAMES = (
    "confirm", "dismiss", "assign", "notify", "withdraw", "redate", "reply", "retract", "pass", "return",
    "reopen", "undo", "amend", "comment", "ask_extension", "extend", "refuse_extension", "ask_acceptance",
    "accept", "refuse_acceptance", "revoke", "expire", "escalate", "step", "found again", "gone",
)  # fmt: skip


def test_every_act_is_tried(cast):
    finding = raise_finding(_raised(cast), actor=cast.staff, now=START)
    assert tuple(_acts(cast, finding, START)) == NAMES


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(plan=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 6)), min_size=5, max_size=30))
def test_no_order_of_acts_leads_astray(cast, plan):
    with transaction.atomic():
        _play(cast, plan)
        transaction.set_rollback(True)


def _play(cast, plan):
    finding = raise_finding(_raised(cast), actor=cast.staff, now=START)
    now, seen = START, {}
    for choice, days in plan:
        name = _pick(finding, choice)
        # each day of the story has one end; what is read for that day later must be what held then
        now += timedelta(days=days, minutes=1)
        finding.refresh_from_db()
        try:
            with transaction.atomic():
                _acts(cast, finding, now)[name]()
        except PlumblineError as refused:
            assert refused.sentence
        finding = Finding.objects.get(pk=finding.pk)
        _holds(finding)
        seen[(now + timedelta(hours=8)).date()] = (finding.state, finding.due_on)
    for day, stood in seen.items():
        row = state_at(day).get(pk=finding.pk)
        assert (row.state_then, row.due_then) == stood


#: where a story usually goes on from each state; without it most would end where they began
FORWARD = {
    S.NEW: ("confirm",),
    S.CONFIRMED: ("assign", "notify", "ask_acceptance", "accept"),
    S.NOTIFIED: ("reply", "ask_extension", "extend", "ask_acceptance", "accept", "escalate", "step"),
    S.RETURNED: ("reply", "ask_acceptance", "accept", "undo"),
    S.REPLIED: ("return", "pass", "retract"),
    S.ACCEPTED: ("expire", "revoke"),
    S.CLOSED: ("undo", "reopen", "found again"),
    S.DISMISSED: ("undo",),
}


def _pick(finding, choice):
    """An act: mostly one that goes on, now and then any at all."""
    names = NAMES if choice % 4 == 0 else FORWARD[S(finding.state)]
    return names[choice // 4 % len(names)]


def _holds(finding):
    """What is true of every finding at every time."""
    state, due_on = "", None
    for event in finding.events.order_by("at", "pk"):
        assert event.before == state, "an event begins where the one before it ended"
        state, due_on = event.after, event.due_on
        if event.act != "raise":
            step = TRANSITIONS[event.act]
            assert event.before in step.sources
            assert event.after in (step.targets or (event.before,))
    assert (state, due_on) == (finding.state, finding.due_on)
    assert finding.state in S.values
    assert (finding.closed_at is not None) == (finding.state == S.CLOSED)
    assert bool(finding.closing) == (finding.state == S.CLOSED)
    if finding.state in (S.NOTIFIED, S.REPLIED, S.RETURNED):
        assert finding.due_on and finding.first_due_on
    active = finding.acceptances.filter(state=RiskAcceptance.State.ACTIVE).count()
    assert active == (1 if finding.state == S.ACCEPTED else 0)
    if finding.state not in OPEN:
        assert not finding.extensions.filter(state=Extension.State.ASKED).exists()
        assert not finding.escalations.filter(state=Escalation.State.DUE).exists()
        assert not finding.acceptances.filter(state=RiskAcceptance.State.ASKED).exists()


@pytest.mark.parametrize("state", list(S))
def test_every_state_is_reached_and_left_by_a_declared_act(state):
    reached = {target for step in TRANSITIONS.values() for target in step.targets} | {S.NEW}
    left = {source for step in TRANSITIONS.values() if step.targets for source in step.sources}
    assert state in reached
    assert state in left
