"""The local day of a moment, computed by the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models.functions import TruncDate
from django.utils import timezone

#: zones that have kept one distance from UTC since before anything was recorded, with it in minutes
STEADY = {"Asia/Shanghai": 480, "UTC": 0}


class LocalDay(TruncDate):
    """The day that a moment falls on in the office's own time zone; None of None.

    Django gives SQLite a Python function for this, which a count over a hundred thousand rows calls for
    every row. Where the zone allows it, SQLite's own `date` gives the same answer in a tenth of the time.
    """

    def __init__(self, expression: Any, **extra: Any) -> None:
        extra.setdefault("tzinfo", timezone.get_default_timezone())
        super().__init__(expression, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        minutes = STEADY.get(settings.TIME_ZONE)
        if minutes is None:
            return super().as_sql(compiler, connection)  # type: ignore[no-any-return]
        sql, params = compiler.compile(self.lhs)
        # to the second: SQLite rounds to milliseconds, and the last half of one would be the next day
        return f"date(substr({sql}, 1, 19), '+{minutes} minutes')", tuple(params)
