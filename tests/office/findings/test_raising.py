"""Raising findings: once, again, after they were closed, and ten thousand at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.services.gone import close_gone
from plumbline.office.findings.services.raising import (
    Raised,
    fingerprint,
    raise_finding,
    raise_many,
)
from plumbline.office.findings.services.transitions import move

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
S = Finding.State


def _raised(unit, title="后台口令过于简单", *, mark="", **fields):
    return Raised(
        unit=unit, title=title, severity="high", source=Finding.Source.SCAN, source_name="nessus",
        fingerprint=fingerprint("nessus", mark) if mark else "", **fields,
    )  # fmt: skip


def test_numbers_run_through_the_year_and_start_anew(cast):
    numbers = [raise_finding(_raised(cast.school), actor=cast.staff, now=NOW).number for _ in range(2)]
    # 2027 begins at 16:00 UTC of the day before
    next_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    numbers.append(raise_finding(_raised(cast.town), actor=None, now=next_year).number)
    assert numbers == ["WT-2026-00001", "WT-2026-00002", "WT-2027-00001"]


def test_a_fingerprint_ignores_width_case_and_blanks_and_nothing_else():
    assert fingerprint("Nessus ", "１０.0.0.1") == fingerprint("nessus", "10.0.0.1")
    assert fingerprint("a", "b") != fingerprint("ab", "")
    assert fingerprint("a", "b") != fingerprint("b", "a")
    assert len(fingerprint("a")) == 64


def test_what_is_open_is_seen_again(cast):
    first = raise_finding(_raised(cast.school, mark="1"), actor=cast.staff, now=NOW)
    again = raise_finding(_raised(cast.school, mark="1"), actor=cast.staff, now=LATER)
    assert again.pk == first.pk
    assert Finding.objects.get().last_seen_at == LATER
    assert first.events.count() == 1


def test_the_same_thing_at_another_unit_is_another_finding(cast):
    raise_finding(_raised(cast.school, mark="1"), actor=cast.staff, now=NOW)
    raise_finding(_raised(cast.town, mark="1"), actor=cast.staff, now=NOW)
    assert Finding.objects.count() == 2


@pytest.mark.parametrize("many", [False, True])
def test_what_was_closed_opens_again_with_its_history(cast, many):
    finding = raise_finding(_raised(cast.school, mark="1"), actor=cast.staff, now=NOW)
    move(finding=finding, act="gone", actor=None, now=NOW)
    assert (finding.state, finding.closing) == (S.CLOSED, "gone")
    row = _raised(cast.school, mark="1")
    if many:
        outcome = raise_many([row], actor=None, now=LATER, confirmed=True)
        assert (outcome.raised, outcome.reopened, outcome.ids) == (0, 1, (finding.pk,))
    else:
        raise_finding(row, actor=None, now=LATER, confirmed=True)
    finding.refresh_from_db()
    assert (finding.state, finding.closed_at, finding.closing) == (S.CONFIRMED, None, "")
    assert (finding.reopened, finding.last_seen_at) == (1, LATER)
    acts = list(finding.events.order_by("pk").values_list("act", "before", "after"))
    assert acts == [("raise", "", "new"), ("gone", "new", "closed"), ("reopen", "closed", "confirmed")]


def test_what_was_dismissed_stays_dismissed(cast):
    finding = raise_finding(_raised(cast.school, mark="1"), actor=cast.staff, now=NOW)
    move(finding=finding, act="dismiss", actor=cast.staff, now=NOW, note="误报：该端口已关闭")
    raise_finding(_raised(cast.school, mark="1"), actor=None, now=LATER)
    outcome = raise_many([_raised(cast.school, mark="1")], actor=None, now=LATER)
    finding.refresh_from_db()
    assert (finding.state, finding.last_seen_at, outcome.seen_again) == (S.DISMISSED, LATER, 1)


def test_many_rows_with_one_fingerprint_are_one_finding(cast):
    rows = [_raised(cast.school, mark="1"), _raised(cast.school), _raised(cast.school, mark="1")]
    outcome = raise_many([*rows, _raised(cast.school)], actor=cast.staff, now=NOW)
    assert outcome.raised == 3
    assert outcome.ids[0] == outcome.ids[2]
    assert len(set(outcome.ids)) == 3
    numbers = sorted(Finding.objects.values_list("number", flat=True))
    assert numbers == ["WT-2026-00001", "WT-2026-00002", "WT-2026-00003"]


def test_what_a_scan_does_not_find_any_more_is_closed_within_what_it_looked_at(cast):
    for unit in (cast.school, cast.town):
        raise_many([_raised(unit, mark=m) for m in "123"], actor=cast.staff, now=NOW)
    closed = close_gone(
        source="scan", source_name="nessus", scope=Finding.objects.filter(unit=cast.school),
        keep_fingerprints={fingerprint("nessus", "2")}, actor=cast.staff, now=LATER,
    )  # fmt: skip
    assert closed == 2
    gone = Finding.objects.filter(state=S.CLOSED)
    assert {one.unit_id for one in gone} == {cast.school.pk}
    assert {(one.closing, one.closed_at) for one in gone} == {("gone", LATER)}
    assert FindingEvent.objects.filter(act="gone", before="new", after="closed").count() == 2


def test_ten_thousand_rows_take_seconds_and_one_audit_record(cast):
    rows = [_raised(cast.school, f"漏洞 {n}", mark=str(n)) for n in range(10_000)]
    start = perf_counter()
    raise_many(rows, actor=cast.staff, now=NOW)
    again = raise_many(rows, actor=cast.staff, now=LATER)
    assert perf_counter() - start < 30
    assert (again.raised, again.seen_again) == (0, 10_000)
    assert FindingEvent.objects.count() == 10_000
    assert Record.objects.filter(action="findings.raise_many").count() == 2


@pytest.mark.parametrize("many", [False, True])
def test_what_came_back_says_what_was_seen_now_and_keeps_what_was_seen_before(cast, many):
    finding = raise_finding(_raised(cast.school, mark="1", detail="四个账号"), actor=cast.staff, now=NOW)
    for detail, told, former in (
        ("两个账号", "两个账号", "上次发现时的描述：四个账号"),
        ("两个账号", "两个账号", ""),
        ("", "两个账号", ""),
    ):
        move(finding=finding, act="gone", actor=None, now=NOW)
        row = _raised(cast.school, mark="1", detail=detail)
        if many:
            raise_many([row], actor=None, now=LATER)
        else:
            raise_finding(row, actor=cast.staff, now=LATER)
        finding.refresh_from_db()
        assert finding.detail == told
        assert finding.events.filter(act="reopen").latest("pk").note == former
