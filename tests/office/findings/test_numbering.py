"""Numbers of notices: no gap, no duplicate, also when two approve at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Counter, Notice
from plumbline.office.findings.services.numbering import (
    NumberRefused,
    PatternRefused,
    change_series,
    demand_pattern,
    next_number,
    number_text,
    series,
    take_number,
)
from plumbline.office.lib.revisions import Outdated
from tests.office.findings.notice_factories import approve, make_notice

#: approvals at the same time
CROWD = 8


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("示网信整改〔{year}〕{number}号", "示网信整改〔2026〕7号"),
        (" {year}-{number:03} ", "2026-007"),
        ("{number:05}/{year}", "00007/2026"),
    ],
)
def test_a_pattern_shows_year_and_number(pattern: str, shown: str) -> None:
    assert number_text(demand_pattern(pattern), year=2026, number=7) == shown


@pytest.mark.parametrize(
    "pattern",
    [
        "", "整改{number}号", "整改〔{year}〕号", "{year}{year}{number}", "{year}{number}{number}",
        "{year}{number}{x}", "{year}{number:>99999999}", "{year.__class__}{number}", "{year}{number!r}",
        "{year}{number}{", "{year}}{number}", "{{year}}{number}", "{0}{year}{number}",
    ],
)  # fmt: skip
def test_a_pattern_that_would_not_number_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        demand_pattern(pattern)


@pytest.mark.django_db
def test_numbers_count_on_by_series_and_year(cast: Any) -> None:
    with transaction.atomic():
        taken = [take_number("rectify", year=2026) for _number in range(3)]
        other = take_number("circular", year=2026)
        later = take_number("rectify", year=2027)
    assert taken == [f"网信整改〔2026〕{number}号" for number in (1, 2, 3)]
    assert (other, later) == ("网信通报〔2026〕1号", "网信整改〔2027〕1号")
    with pytest.raises(NumberRefused):
        take_number("nonsense", year=2026)


@pytest.mark.django_db
def test_the_next_number_only_goes_up_and_the_change_is_recorded(cast: Any) -> None:
    pattern = "示网信整改〔{year}〕{number}号"
    change_series(key="rectify", pattern=pattern, following=16, year=2026, actor=cast.staff)
    assert take_number("rectify", year=2026) == "示网信整改〔2026〕16号"
    with pytest.raises(NumberRefused, match="不能小于 17"):
        change_series(key="rectify", pattern=pattern, following=16, year=2026, actor=cast.staff)
    with pytest.raises(Outdated):
        change_series(key="rectify", pattern=pattern, following=20, year=2026, actor=cast.staff, revision=1)
    assert next_number(series("rectify"), year=2026) == 17
    record = Record.objects.get(action="notices.numbering")
    assert record.detail["notice_following"] == {"old": 1, "new": 16}
    change_series(key="rectify", pattern=pattern, following=17, year=2026, actor=cast.staff)
    assert Record.objects.filter(action="notices.numbering").count() == 1


@pytest.mark.django_db
def test_two_series_never_write_the_same_number(cast: Any) -> None:
    with pytest.raises(PatternRefused, match="同样的编号规则"):
        change_series(
            key="rectify", pattern=series("circular").pattern, following=1, year=2026, actor=cast.staff
        )
    notice = make_notice(cast, upto="approve")
    Counter.objects.filter(series__key="rectify").update(last=0)
    with pytest.raises(NumberRefused, match="已被另一份文书使用"):
        make_notice(cast, upto="approve")
    assert Notice.objects.filter(number=notice.number).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crowd_that_approves_at_once_gets_numbers_without_gap_or_duplicate(cast: Any) -> None:
    waiting = [make_notice(cast, upto="submit") for _number in range(CROWD)]
    together, faults = threading.Barrier(CROWD), []

    def approve_one(notice: Notice, fails: bool) -> None:
        try:
            together.wait(timeout=30)
            with transaction.atomic():
                approve(cast, notice)
                if fails:
                    transaction.set_rollback(True)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=approve_one, args=(notice, number % 4 == 0))
        for number, notice in enumerate(waiting)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not faults, faults
    given = sorted(Notice.objects.exclude(number="").values_list("number", flat=True))
    kept = CROWD - CROWD // 4
    assert given == [f"网信整改〔2026〕{number}号" for number in range(1, kept + 1)]
    assert Counter.objects.get(series__key="rectify").last == kept
