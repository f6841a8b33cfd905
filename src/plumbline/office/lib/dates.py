"""Days and moments as people read them, in local time; and as they type them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_text(day: date | datetime) -> str:
    """2026年3月5日; "5 March 2026" in English."""
    local = timezone.localtime(day).date() if isinstance(day, datetime) and timezone.is_aware(day) else day
    if is_chinese():
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def moment_text(moment: datetime) -> str:
    """2026年3月5日 14:05; the day as `day_text` writes it."""
    local = timezone.localtime(moment)
    return f"{day_text(local)} {local:%H:%M}"


def is_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar or typed the Chinese way.

    Of the years 1900 to 2199: at the ends of the calendar neither a time zone nor the next day exists.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"])
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not 1900 <= value.year < 2200:
            raise ValidationError(_("年份须在 1900 至 2199 之间。"))
