"""The form of one value at one checkpoint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.scoring.numbers import unit_of
from plumbline.office.lib.dates import DayField
from plumbline.office.targets.forms.inputs import NumberField
from plumbline.office.targets.models import Indicator, IndicatorValue
from plumbline.office.targets.services.readings import effective_target
from plumbline.office.targets.services.values import ratio

NUMBER = {"max_digits": 20, "decimal_places": 6}
WAYS = [
    ("number", gettext_lazy("数值")),
    ("ratio", gettext_lazy("分子和分母")),
    ("text", gettext_lazy("文字（定性）")),
    ("day", gettext_lazy("完成日期")),
    ("unmeasured", gettext_lazy("未能测量")),
]
#: fields that a way needs
NEEDS = {
    "number": ("value",),
    "ratio": ("numerator", "denominator"),
    "text": ("text",),
    "day": ("day",),
    "unmeasured": ("unmeasured",),
}


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SeveralFilesField(forms.FileField):
    """A list of uploads."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(upload, initial) for upload in uploads if upload]


class ValueForm(forms.Form):
    """A value: how it is given decides which fields count."""

    # fields of the other ways are hidden: a browser could not point at one that it misses
    use_required_attribute = False

    way = forms.ChoiceField(label=gettext_lazy("填报方式"), choices=WAYS, widget=forms.RadioSelect)
    value = NumberField(label=gettext_lazy("实际完成值"), **NUMBER)
    numerator = NumberField(label=gettext_lazy("分子"), **NUMBER)
    denominator = NumberField(label=gettext_lazy("分母"), **NUMBER)
    unit = forms.CharField(
        label=gettext_lazy("计量单位"), max_length=30, required=False,
        help_text=gettext_lazy("与指标值的单位一致，如“%”“次”。"),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("完成情况"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    day = DayField(label=gettext_lazy("完成日期"))
    unmeasured = forms.CharField(
        label=gettext_lazy("未能测量的原因"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("未能测量既不是 0，也不是未完成；自评时另行决定如何计分。"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("依据说明"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("数据从哪里来、怎样统计。"),
    )  # fmt: skip
    files = SeveralFilesField(
        label=gettext_lazy("佐证材料"), required=False,
        help_text=gettext_lazy("可选多个：PDF、图片、办公文档，每个不超过 20 MB。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = self.initial.get("way") == "text"
        if self.is_bound:
            needed = NEEDS.get(self.data.get("way", ""), ())
            for name in {name for names in NEEDS.values() for name in names}:
                self.fields[name].required = name in needed
            # the first value needs no reason; whether another one stands meanwhile, the service says
            self.fields["reason"].required = bool(self.data.get("seen"))

    def measure(self, *, now: datetime) -> Measure:
        """What was entered as a measure; fields of other ways do not count.

        Raises:
            ValueRefused: the denominator is 0.
        """
        data = self.cleaned_data
        # without a unit a value is in the target's, and a ratio must be brought to that
        unit = data["unit"].strip() or self.initial.get("unit") or None
        if data["way"] == "ratio":
            return ratio(numerator=data["numerator"], denominator=data["denominator"], unit=unit or "")
        if data["way"] == "unmeasured":
            return Measure(None, unmeasured=data["unmeasured"], computed_at=now)
        if data["way"] == "day":
            return Measure(None, text=data["text"], day=data["day"], computed_at=now)
        if data["way"] == "text":
            return Measure(None, text=data["text"], computed_at=now)
        return Measure(data["value"], unit, text=data["text"], computed_at=now)


def initial_of(indicator: Indicator, value: IndicatorValue | None) -> dict[str, Any]:
    """What the form starts with: the current value, else what the target asks for."""
    target = effective_target(indicator)
    unit = unit_of(target) or ""
    if value is None:
        usual = {"quantitative": "number", "date": "day"}.get(target.kind, "text")
        return {"way": usual, "unit": unit}
    fields = ("value", "numerator", "denominator", "text", "day", "unmeasured", "note")
    found = {name: getattr(value, name) for name in fields}
    for name in ("value", "numerator", "denominator"):
        if found[name] is not None:
            found[name] = f"{found[name].normalize():f}"
    return found | {"way": way_of(value), "unit": value.unit or unit, "seen": value.pk}


def way_of(value: IndicatorValue) -> str:
    """How a kept value was given."""
    if value.unmeasured:
        return "unmeasured"
    if value.denominator is not None:
        return "ratio"
    if value.day is not None:
        return "day"
    return "text" if value.value is None else "number"
