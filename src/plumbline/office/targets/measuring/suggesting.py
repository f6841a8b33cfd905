"""What an indicator's value might come from, by its words, its unit and its direction.

Pure: the words are data (`targets/data/metric_words.toml`). Indicators about what people say are never bound.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring.numbers import in_unit, unit_of

DATA = Path(__file__).parents[1] / "data" / "metric_words.toml"
Fill = Literal["metric", "hand", "unmeasurable"]
#: comparators by the direction that they ask for
_WANTS = {">=": "more", ">": "more", "<=": "less", "<": "less"}
_REVERSE = ("反向", "逆向", "负向")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an indicator says.

    Attributes:
        target: the one that is measured: an approved reading where there is one.
        raw: the target as the document has it.
    """

    name: str
    description: str
    level2: str
    project: str
    target: Target
    raw: str
    direction: str = ""

    @property
    def text(self) -> str:
        return f"{self.name} {self.description}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do, and why; `metric` also with "unmeasurable", where one fits once the target is clear."""

    fill: Fill
    reason: str
    metric: Metric | None = None


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The vocabulary that the product ships."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def suggest(asked: Asked, *, vocabulary: Mapping[str, Any] | None = None) -> Suggestion:
    """How the indicator's value might be filled."""
    data = vocabulary or words()
    if boundary(f"{asked.text} {asked.project}", data):
        return Suggestion("hand", _(data["boundary"]["reason"]))
    candidates = _matches(asked.text, data)
    if _has(asked.text + asked.level2, data["satisfaction"]["words"]) and not candidates:
        return Suggestion("hand", _(data["satisfaction"]["reason"]))
    kind = asked.target.kind
    if kind in ("vague", "empty"):
        return _unclear(asked, candidates)
    if kind != "quantitative":
        return Suggestion("hand", _("定性或时限指标，由人判断并填报"))
    refusals = [
        (metric, refusal(metric, asked.target, direction=asked.direction, vocabulary=data))
        for metric in candidates
    ]
    for metric, why in refusals:
        if not why:
            return Suggestion(
                "metric", _("按指标名称和计量单位，对应口径“%(title)s”") % {"title": metric.title}, metric
            )
    if refusals:
        metric, why = refusals[0]
        return Suggestion("hand", _("名称与“%(title)s”相近，但%(why)s") % {"title": metric.title, "why": why})
    for later in data["later"]:
        if _has(asked.text, later["words"]):
            return Suggestion("unmeasurable", f"{_(later['reason'])}{_('。')}{_(later['advice'])}")
    return Suggestion("hand", _("没有对应的工作记录可以取值"))


def boundary(text: str, data: Mapping[str, Any] | None = None) -> bool:
    """Whether a text is about what people say, which Plumbline does not look at."""
    vocabulary = (data or words())["boundary"]
    for phrase in vocabulary["apart"]:
        text = text.replace(phrase, "")
    return _has(text, vocabulary["words"])


def refusal(
    metric: Metric,
    target: Target,
    *,
    direction: str = "",
    unit: str | None = None,
    vocabulary: Mapping[str, Any] | None = None,
) -> str:
    """Why a metric does not fit a target; "" where it does.

    Args:
        unit: of the value, where it is not the metric's own (an expression's).
    """
    unit = metric.unit if unit is None else unit
    why = unit_refusal(unit, target, vocabulary=vocabulary)
    if why:
        return why
    wanted = (
        "less" if any(word in direction for word in _REVERSE) else _WANTS.get(target.comparator or "", "")
    )
    if wanted and metric.direction and wanted != metric.direction:
        better = _("越高越好") if metric.direction == "more" else _("越低越好")
        asked = _("不超过") if wanted == "less" else _("不低于")
        return _("方向相反：口径%(better)s，指标要求%(asked)s目标值") % {"better": better, "asked": asked}
    return ""


def unit_refusal(unit: str, target: Target, *, vocabulary: Mapping[str, Any] | None = None) -> str:
    """Why a value in a unit cannot be compared with a target; "" where it can."""
    wanted = unit_of(target) or ""
    if not wanted:
        if unit in ("%", "‰"):
            return _("指标值没有写计量单位，不能确定是否为百分数")
        return ""
    if not unit:
        return _("公式结果没有计量单位，指标要求“%(wanted)s”") % {"wanted": wanted}
    if comparable(unit, wanted, vocabulary=vocabulary):
        return ""
    return _("计量单位不同：口径为“%(unit)s”，指标为“%(wanted)s”") % {"unit": unit, "wanted": wanted}


def comparable(unit: str, wanted: str, *, vocabulary: Mapping[str, Any] | None = None) -> bool:
    """Whether a value in `unit` can be compared with a target in `wanted`."""
    if in_unit(Decimal(1), unit, wanted) is not None:
        return True
    same: Sequence[Sequence[str]] = (vocabulary or words())["units"]["same"]
    return any(unit in group and wanted in group for group in same)


def width_for(unit_name: str, *, vocabulary: Mapping[str, Any] | None = None) -> Literal["county", "unit"]:
    """Whose records a unit's plan speaks of."""
    return "county" if _has(unit_name, (vocabulary or words())["scope"]["county"]) else "unit"


def _unclear(asked: Asked, candidates: Sequence[Metric]) -> Suggestion:
    raw = asked.raw.strip() or _("（空）")
    text = _("指标值“%(raw)s”没有可以衡量的口径。") % {"raw": raw[:40]}
    if candidates:
        text += _("请先提出可衡量的解释（如“%(example)s”）并经批准，再由“%(title)s”取值") % {
            "example": _example(candidates[0]), "title": candidates[0].title,
        }  # fmt: skip
        return Suggestion("unmeasurable", text, candidates[0])
    return Suggestion("unmeasurable", text + _("请先提出可衡量的解释并经批准，再确定取值方式"))


def _example(metric: Metric) -> str:
    """A target that the metric could be held against."""
    number = {"share": "95", "sum": "100000"}.get(metric.rule, "3" if metric.direction == "less" else "12")
    sign = "≤" if metric.direction == "less" or metric.rule == "sum" else "≥"
    return f"{sign}{number}{metric.unit}"


def _matches(text: str, data: Mapping[str, Any]) -> list[Metric]:
    found = []
    for rule in data["rule"]:
        fits = all(_has(text, group) for group in rule["groups"]) and not _has(text, rule.get("none", ()))
        if fits and METRICS.versions(rule["metric"]):
            found.append(METRICS.get(rule["metric"]))
    return found


def _has(text: str, found: Sequence[str]) -> bool:
    return any(word in text for word in found)
