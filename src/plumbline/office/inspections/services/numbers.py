"""Numbers of inspections: JC-2026-0012."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.office.findings.models import Counter, NumberSeries

SERIES = "inspection"
PATTERN = "JC-{year}-{number:04d}"


def next_numbers(year: int, count: int = 1) -> list[str]:
    """The next numbers of the year, in the caller's transaction; the counter stays locked until it ends."""
    with translation.override(settings.LANGUAGE_CODE):
        series, _new = NumberSeries.objects.get_or_create(
            key=SERIES, defaults={"title": str(_("检查编号")), "pattern": PATTERN}
        )
    Counter.objects.get_or_create(series=series, year=year)
    counter = Counter.objects.select_for_update().get(series=series, year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [PATTERN.format(year=year, number=number) for number in range(first, first + count)]
