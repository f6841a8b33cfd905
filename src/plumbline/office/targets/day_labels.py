"""How a checkpoint is called when nobody gave it a name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from plumbline.office.lib.dates import day_text, is_chinese


def day_label(day: date) -> str:
    """What the office calls a day, as it is stored: “6月底”, or “6月15日”."""
    last = monthrange(day.year, day.month)[1] == day.day
    return f"{day.month}月底" if last else f"{day.month}月{day.day}日"


def title_of(day: date, label: str) -> str:
    """The label; one that was made from the day is said in the reader's language: "30 June"."""
    if is_chinese() or label != day_label(day):
        return label
    return day_text(day).removesuffix(f" {day.year}")
