"""How metrics, bindings and computed values are written. `{% load metrics %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring.beside import text_beside
from plumbline.kernel.plans.scoring.engine import actual_text
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import state
from plumbline.office.targets.evidence.kinds import Column, Kind
from plumbline.office.targets.models import Binding, Indicator, IndicatorValue
from plumbline.office.targets.services.readings import effective_target
from plumbline.office.targets.wording import OUTLOOKS, number_text

register = template.Library()
KINDS = {"metric": "good", "expression": "good", "hand": "info", "unmeasurable": "nodata"}


@register.simple_tag
def binding_kind(kind: str) -> SafeString:
    """How a value is filled: symbol and word."""
    return state(KINDS[kind], str(Binding.Kind(kind).label))


@register.simple_tag
def run_state(value: str) -> SafeString:
    """Where a run is: symbol and word."""
    words = {
        "queued": ("waiting", _("排队中")), "running": ("waiting", _("进行中")),
        "done": ("good", _("已完成")), "failed": ("bad", _("未完成")),
    }  # fmt: skip
    return state(*words[value])


@register.simple_tag
def outcome_state(result: str) -> SafeString:
    """What became of taking one value."""
    words = {
        "frozen": ("good", _("已取值")), "unmeasured": ("nodata", _("未能测量")),
        "hand": ("info", _("保留人工填报的值")), "kept": ("idle", _("已取过，未变")),
        "refused": ("bad", _("没有取成")),
    }  # fmt: skip
    return state(*words[result])


@register.filter
def metric_title(key: str) -> str:
    """What a metric is called, by its key or "key@version"; a formula is called so."""
    name, _at, _version = key.partition("@")
    if name == "expression":
        return _("公式")
    found = METRICS.versions(name)
    return str(found[0].title) if found else name


@register.filter
def metric_version(key: str) -> str:
    """The version of "key@version"; "" for a formula."""
    name, _at, version = key.partition("@")
    return "" if name == "expression" else version


@register.filter
def metric_about(key: str) -> str:
    """What a metric is computed over: "units", "money" or "plan"; "" for one that is gone."""
    found = METRICS.versions(key)
    return found[0].about if found else ""


@register.filter
def measure_text(measure: Measure | None) -> str:
    """A value in few words."""
    if measure is None:
        return "—"
    if measure.value is not None:
        return f"{number_text(measure.value)}{measure.unit or ''}"
    return day_text(measure.day) if measure.day else measure.text[:60]


@register.filter
def in_unit_of(measure: Measure, target: Target) -> str:
    """A value as of now in few words, in the unit of its target where that is exact."""
    shown = text_beside(measure, target)
    return measure_text(measure) if shown == actual_text(measure) else shown


@register.simple_tag
def beside_target(value: IndicatorValue, indicator: Indicator) -> str:
    """A value in the unit of its target (320,400元 beside ≤128万元: "32.04万元"); "" where it is in it."""
    if value.value is None or value.unmeasured:
        return ""
    measure = Measure(value.value, value.unit)
    shown = text_beside(measure, effective_target(indicator))
    return "" if shown == actual_text(measure) else shown


@register.simple_tag
def value_source(value: IndicatorValue) -> str:
    """Who or what a value came from."""
    if value.metric:
        return _("自动取值：%(title)s") % {"title": metric_title(value.metric)}
    return _("%(name)s 填报") % {"name": value.entered_by} if value.entered_by else _("人工填报")


@register.simple_tag
def outlook_of(key: str, is_over: bool = False) -> SafeString:
    """Whether a value reaches its target: symbol and word; of a year that is over there is no forecast."""
    if is_over and key in ("off_track", "at_risk", "missed"):
        return state("bad", _("未达到"))
    kind, label = OUTLOOKS[key]
    return state(kind, str(label))


@register.simple_tag
def column_text(column: Column, row: Any) -> Any:
    """What a column of the list of records says of a row."""
    return column.text(row)


@register.filter
def record_label(kind: Kind, row: Any) -> str:
    """What a record is called."""
    return kind.label(row)


@register.filter
def record_url(kind: Kind, row: Any) -> str:
    """Where a record is seen; "" where there is no page."""
    return kind.url(row)


@register.simple_tag
def rule_words(metric: Metric) -> str:
    """How the figure comes about."""
    return {"count": _("计数"), "sum": _("合计"), "share": _("比例")}[metric.rule]


@register.simple_tag
def direction_words(metric: Metric) -> str:
    """Which way is better."""
    return {"more": _("越高越好"), "less": _("越低越好"), "": _("视指标要求")}[metric.direction]


@register.simple_tag
def refreeze_name(checkpoint: Any) -> str:
    """Name of the dialog that takes a checkpoint's values again."""
    return f"refreeze-{checkpoint.pk}"
