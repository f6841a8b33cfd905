"""Fields that take what people of the office type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms


class NumberField(forms.DecimalField):
    """A decimal number; thousands separators, full-width digits, ￥ and 元 are taken as what they mean."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.translate(_WIDE)
            for mark in (",", " ", "￥", "¥", "元", "%"):
                value = value.replace(mark, "")
        return super().to_python(value)


_WIDE = str.maketrans("０１２３４５６７８９．－，％　", "0123456789.-,% ")
