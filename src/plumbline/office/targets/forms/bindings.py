"""How an indicator is to be filled, as a person says it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.targets.measuring.compute import Way
from plumbline.office.targets.measuring.suggesting import width_for
from plumbline.office.targets.models import Binding, Indicator
from plumbline.office.targets.queries.bindings import suggestion_for
from plumbline.office.targets.services.bindings import Choice

KIND = Binding.Kind
WIDTHS = [("county", _("全部单位（本单位除外）")), ("unit", _("本单位及下属"))]


class BindingForm(forms.Form):
    """The kind of filling, and what each kind needs."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("取值方式"), choices=KIND.choices, widget=forms.RadioSelect)
    metric = forms.ChoiceField(
        label=_("口径"), required=False, help_text=_("只列出最新版本；已确认的取值方式继续使用当时的版本。")
    )
    expression = forms.CharField(
        label=_("公式"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "口径名称写在「」中，可用 + − × ÷、括号、数字（可带单位，如 5次、98%），"
            "以及 ratio(分子, 分母)、min(甲, 乙)、max(甲, 乙)、count(口径)、cumulative(口径)、period(口径)。"
        ),
    )
    window = forms.ChoiceField(label=_("计算区间"), choices=Binding.Window.choices, required=False)
    scope = forms.ChoiceField(
        label=_("统计范围"),
        choices=WIDTHS,
        required=False,
        help_text=_("资金类口径按本项目取值，不受此项影响。"),
    )
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("更改已有的取值方式，或选“暂不能测量”时必填。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(m.key, f"{m.title}（{m.unit}）") for m in METRICS.latest()]
        self.fields["metric"].choices = [("", _("请选择")), *sorted(listed, key=lambda pair: pair[1])]

    def clean(self) -> dict[str, Any]:
        """Each kind needs its own field."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == KIND.METRIC and not cleaned.get("metric"):
            self.add_error("metric", _("请选择口径。"))
        if cleaned.get("kind") == KIND.EXPRESSION and not cleaned.get("expression", "").strip():
            self.add_error("expression", _("请填写公式。"))
        return cleaned

    def choice(self, current: Binding | None) -> Choice:
        """What the person chose; a metric that was bound before keeps its version."""
        data = self.cleaned_data
        version = 0
        if current is not None and current.kind == KIND.METRIC and current.metric == data["metric"]:
            version = current.metric_version
        return Choice(
            data["kind"], data["metric"], version, data["expression"], data["window"] or "cumulative",
            data["scope"] or "county", data["reason"],
        )  # fmt: skip

    def way(self) -> Way | None:
        """How it would be computed; None where a person fills it in."""
        data = self.cleaned_data
        window, width = data["window"] or "cumulative", data["scope"] or "county"
        if data["kind"] == KIND.METRIC:
            metric = METRICS.get(data["metric"])
            return Way(metric.id, metric.key, metric.version, window=window, width=width)
        if data["kind"] == KIND.EXPRESSION:
            return Way("expression", expression=data["expression"], window=window, width=width)
        return None


def initial_of(indicator: Indicator, binding: Binding | None, *, unit_name: str) -> dict[str, Any]:
    """What the form opens with: the decision, else the suggestion."""
    if binding is not None:
        return {
            "seen": binding.pk, "kind": binding.kind, "metric": binding.metric,
            "expression": binding.expression, "window": binding.window, "scope": binding.scope,
        }  # fmt: skip
    found = suggestion_for(indicator)
    metric = found.metric.key if found.metric else ""
    return {
        "kind": found.fill, "metric": metric, "window": "cumulative", "scope": width_for(unit_name),
        "reason": found.reason if found.fill == "unmeasurable" else "",
    }  # fmt: skip
