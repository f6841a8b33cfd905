"""A log file a day, kept for ninety days, made at the first line that is written."""

from __future__ import annotations

from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

KEEP_DAYS = 90


class DailyFile(TimedRotatingFileHandler):
    """`plumbline.log` in a folder; yesterday's is renamed with its date.

    Opened late (`delay`), so that a command that logs nothing creates nothing.
    """

    def __init__(self, folder: Path) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        super().__init__(
            Path(folder) / "plumbline.log",
            when="midnight",
            backupCount=KEEP_DAYS,
            encoding="utf-8",
            delay=True,
        )
