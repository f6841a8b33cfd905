"""The sums on the first page, and how findings stood at a past day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Finding
from plumbline.office.findings.queries.figures import figures_of
from plumbline.office.findings.queries.history import state_at
from plumbline.office.findings.services import rectifying
from tests.office.findings.conftest import NOW

S = Finding.State


def test_the_sums_count_what_they_say(cast, finding_in, django_assert_num_queries):
    finding_in("new", severity="critical")
    finding_in("notified", severity="low")
    finding_in("replied")
    finding_in("closed")
    finding_in("closed", now=datetime(2025, 12, 31, 15, tzinfo=UTC))
    finding_in("closed", now=datetime(2025, 12, 31, 17, tzinfo=UTC), title="元旦凌晨办结")
    finding_in("dismissed")
    with django_assert_num_queries(1):
        figures = figures_of(Finding.objects.all(), today=date(2026, 6, 1))
    assert {key: n for key, _word, n in figures.open_by_severity} == {
        "critical": 1, "high": 1, "medium": 0, "low": 1,
    }  # fmt: skip
    assert (figures.open, figures.overdue, figures.told) == (3, 1, 2)
    # 17:00 UTC of the last day is the first hour of the new year here
    assert (figures.rectified, figures.rate) == (2, Decimal(2) / Decimal(4))


def test_nothing_told_and_nothing_closed_is_no_rate(cast, finding_in):
    finding_in("new")
    assert figures_of(visible_findings(cast.staff), today=date(2026, 6, 1)).rate is None


def test_a_past_day_is_read_as_it_was(cast, finding_in):
    finding = finding_in("notified")
    done = {"finding": finding, "actor": cast.staff}
    rectifying.reply(now=NOW + timedelta(days=1), note="改", without_files="无", **done)
    rectifying.pass_recheck(now=NOW + timedelta(days=2), note="过", **done)
    first = date(2026, 3, 2)
    assert not state_at(first - timedelta(days=1)).exists()
    stood = [state_at(first + timedelta(days=n)).get().state_then for n in range(4)]
    assert stood == [S.NOTIFIED, S.REPLIED, S.CLOSED, S.CLOSED]
    assert state_at(first).get().due_then == date(2026, 3, 9)
    assert state_at(first, Finding.objects.filter(unit=cast.town)).count() == 0


def test_the_first_page_shows_them_to_the_office_alone(cast, finding_in, signed_in):
    finding_in("notified", now=timezone.now())
    for person, shown in ((cast.staff, True), (cast.leader, True), (cast.expert, False)):
        text = signed_in(person).get("/").content.decode()
        assert ("今年已整改" in text) is shown
