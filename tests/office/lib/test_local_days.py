"""The local day of a moment, as the database computes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone

from plumbline.office.findings.models import Finding
from plumbline.office.lib.local_days import LocalDay
from tests.cast import Cast

#: 23:59:59.999999 and 00:00 in Beijing, the turn of a year, a leap day, and no moment at all
MOMENTS = (
    datetime(2026, 3, 5, 15, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 5, 16, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 16, 0, 0, 1, tzinfo=UTC),
    datetime(2024, 2, 28, 16, 30, tzinfo=UTC),
    datetime(1992, 6, 30, 23, 0, tzinfo=UTC),
    None,
)


@pytest.fixture
def closed(cast: Cast) -> dict[int, datetime | None]:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    rows = Finding.objects.bulk_create(
        Finding(
            number=f"WT-{n}", unit=cast.school, severity="low", title="x",
            raised_at=now, last_seen_at=now, closed_at=moment, due_on=date(2026, 3, 5),
        )
        for n, moment in enumerate(MOMENTS)
    )  # fmt: skip
    return {row.pk: row.closed_at for row in rows}


def test_the_local_day_is_that_of_the_office(closed: dict[int, datetime | None]) -> None:
    found = dict(Finding.objects.annotate(day=LocalDay("closed_at")).values_list("pk", "day"))
    zone = timezone.get_default_timezone()
    assert found == {pk: moment.astimezone(zone).date() if moment else None for pk, moment in closed.items()}


def test_it_agrees_with_django_around_every_hour_of_a_day(cast: Cast) -> None:
    start = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
    Finding.objects.bulk_create(
        Finding(
            number=f"WT-{n}", unit=cast.school, severity="low", title="x",
            raised_at=start + timedelta(minutes=30 * n), last_seen_at=start,
        )
        for n in range(60)
    )  # fmt: skip
    rows = Finding.objects.annotate(ours=LocalDay("raised_at"), theirs=TruncDate("raised_at"))
    assert rows.filter(ours=F("theirs")).count() == 60


def test_it_can_be_compared_with_a_day(closed: dict[int, datetime | None]) -> None:
    on_time = Finding.objects.annotate(day=LocalDay("closed_at")).filter(day__lte=F("due_on"))
    assert on_time.filter(pk__in=closed).count() == len(MOMENTS) - 2  # the next day's, and the open one
    late = Finding.objects.annotate(day=LocalDay("closed_at")).filter(day=date(2026, 3, 6))
    assert late.get().closed_at == MOMENTS[1]


def test_another_zone_is_left_to_django(closed: dict[int, datetime | None], settings: object) -> None:
    settings.TIME_ZONE = "Europe/Paris"  # type: ignore[attr-defined]
    zone = timezone.get_default_timezone()
    assert str(zone) == "Europe/Paris"
    found = dict(Finding.objects.annotate(day=LocalDay("closed_at")).values_list("pk", "day"))
    assert found == {pk: moment.astimezone(zone).date() if moment else None for pk, moment in closed.items()}
