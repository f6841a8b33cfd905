"""Numbers of findings: WT-2026-00012, counted anew each year, none given twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plumbline.office.findings.models import Counter, NumberSeries

SERIES = "findings"
TITLE = "问题编号"
PATTERN = "WT-{year}-{number:05d}"


@dataclass(slots=True)
class Numbers:
    """The year's counter, locked until the transaction ends; so whoever raises findings waits his turn."""

    counter: Counter
    pattern: str

    @classmethod
    def locked(cls, *, now: datetime) -> Numbers:
        """Lock the counter of the year in which `now` lies here. In the caller's transaction."""
        year = timezone.localtime(now).year
        series, _made = NumberSeries.objects.get_or_create(
            key=SERIES, defaults={"title": TITLE, "pattern": PATTERN}
        )
        counter, _made = Counter.objects.select_for_update().get_or_create(series=series, year=year)
        return cls(counter, series.pattern)

    def take(self, count: int) -> list[str]:
        """The next `count` numbers, in a block."""
        first = self.counter.last + 1
        self.counter.last += count
        self.counter.save(update_fields=["last"])
        return [
            self.pattern.format(year=self.counter.year, number=number)
            for number in range(first, first + count)
        ]
