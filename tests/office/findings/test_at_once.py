"""Several people and scans at the same moment, with real transactions; PostgreSQL alone has row locks."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from plumbline.kernel.errors import PlumblineError
from plumbline.office.findings.models import Finding, FindingEvent
from plumbline.office.findings.services.correcting import confirm, dismiss
from plumbline.office.findings.services.raising import Raised, fingerprint, raise_finding, raise_many
from tests.office.findings.conftest import NOW

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="threads share SQLite's test database"
)


def _at_once(*works):
    problems = []
    ready = threading.Barrier(len(works))

    def run(work):
        try:
            ready.wait(10)
            work()
        except PlumblineError as refused:
            problems.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return problems


def _row(unit, mark, title="弱口令"):
    print_ = fingerprint("x", str(mark)) if mark is not None else ""
    return Raised(unit=unit, title=title, severity="high", source="scan", fingerprint=print_)


@pytest.mark.django_db(transaction=True)
def test_no_number_is_given_twice_and_none_is_left_out(cast):
    def work():
        raise_many([_row(cast.school, None) for _ in range(5)], actor=cast.staff, now=NOW)
        raise_finding(_row(cast.town, None), actor=cast.staff, now=NOW)

    assert _at_once(*[work] * 5) == []
    numbers = sorted(Finding.objects.values_list("number", flat=True))
    assert numbers == [f"WT-2026-{n:05d}" for n in range(1, 31)]


@pytest.mark.django_db(transaction=True)
def test_two_scans_that_find_the_same_make_one_finding(cast):
    rows = [_row(cast.school, n) for n in range(20)]
    works = [
        lambda: raise_many(rows, actor=None, now=NOW),
        lambda: raise_many(rows[::-1], actor=None, now=NOW),
    ]
    works += [lambda: raise_finding(rows[3], actor=None, now=NOW)] * 2
    assert _at_once(*works) == []
    assert Finding.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_one_is_refused(cast):
    finding = raise_finding(_row(cast.school, 1), actor=cast.staff, now=NOW)
    mine, theirs = Finding.objects.get(), Finding.objects.get()
    sent = {"actor": cast.staff, "now": NOW, "revision": finding.revision}
    problems = _at_once(
        lambda: confirm(finding=mine, **sent), lambda: dismiss(finding=theirs, reason="误报", **sent)
    )
    assert len(problems) == 1
    assert FindingEvent.objects.count() == 2
