"""The words of the year: traffic lights, warnings, outlooks, in the language of the reader."""

from __future__ import annotations

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.plans.monitoring import Outlook, Warning, is_counted
from plumbline.kernel.plans.scoring.numbers import rounded
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.money import yuan_text
from plumbline.office.targets.models import IndicatorValue

#: the exponent of a number that a person may have typed; finer ones are quotients
MOST_DECIMALS = -4

#: light -> kind of state (lib.templatetags.office.STATES), word
LIGHTS: dict[str, tuple[str, Promise]] = {
    "green": ("good", gettext_lazy("正常")),
    "yellow": ("warning", gettext_lazy("预警")),
    "red": ("bad", gettext_lazy("严重")),
    "grey": ("nodata", gettext_lazy("无数据")),
}

OUTLOOKS: dict[str, tuple[str, Promise]] = {
    "met": ("good", gettext_lazy("已达到")),
    "on_track": ("good", gettext_lazy("预计达到")),
    "at_risk": ("warning", gettext_lazy("接近，有风险")),
    "off_track": ("bad", gettext_lazy("预计达不到")),
    "missed": ("bad", gettext_lazy("已无法达到")),
    "unknown": ("nodata", gettext_lazy("无法预测")),
}

CONFIDENCES: dict[str, tuple[str, Promise]] = {
    "high": ("good", gettext_lazy("高")),
    "medium": ("info", gettext_lazy("中")),
    "low": ("warning", gettext_lazy("低")),
}

#: what a warning is called where there is room for few words
WARNINGS: dict[str, Promise] = {
    "spend_lag": gettext_lazy("支出滞后"),
    "spend_lag_severe": gettext_lazy("支出严重滞后"),
    "spend_none": gettext_lazy("应支未支"),
    "spend_ahead": gettext_lazy("支出过快"),
    "spend_over": gettext_lazy("超出预算"),
    "spend_forecast_low": gettext_lazy("全年执行率偏低"),
    "indicator_missed": gettext_lazy("指标已无法达到"),
    "indicator_off_track": gettext_lazy("指标预计达不到"),
    "indicator_at_risk": gettext_lazy("指标有风险"),
    "value_missing": gettext_lazy("实测值未填"),
}


def number_text(value: Decimal) -> str:
    """A number without trailing zeros: "1,200", "97.5"; what a division left behind to two decimals."""
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < MOST_DECIMALS:
        value = rounded(value, 2) or value  # what is nearly nothing is not shown as nothing
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_text(value: Decimal | None) -> str:
    """A percentage kept as 100 = all; "无数据" for None."""
    return _("无数据") if value is None else f"{number_text(value)}%"


def value_text(value: IndicatorValue) -> str:
    """A measured value in few words."""
    if value.value is not None:
        return f"{number_text(value.value)}{value.unit}"
    return day_text(value.day) if value.day else value.text[:30]


def warning_sentence(warning: Warning) -> str:
    """What a rule says, with its figures and its threshold."""
    key, threshold = warning.rule.key, number_text(warning.rule.threshold)
    figure = number_text(warning.value) if warning.value is not None else ""
    values = {"value": figure, "threshold": threshold}
    if key in ("spend_lag", "spend_lag_severe"):
        return _("支出比计划慢 %(value)s 个百分点（界限 %(threshold)s）。") % values
    if key == "spend_none":
        due = yuan_text(warning.value or Decimal(0))
        return _("按计划应已支付 %(due)s 元，台账中没有支付。") % {"due": due}
    if key == "spend_ahead":
        return _("支出比计划快 %(value)s 个百分点（界限 %(threshold)s），请核对是否提前支付。") % values
    if key == "spend_over":
        return _("执行率 %(value)s%%，已超出预算。") % values
    if key == "spend_forecast_low":
        return _("照目前速度，全年执行率约 %(value)s%%，低于 %(threshold)s%%。") % values
    if key == "value_missing":
        return _("监控节点已到，还没有填报实测值。")
    return str(WARNINGS[key]) + "。"


def outlook_sentence(view: Outlook) -> str:
    """How a forecast came about, so that it can be read out and checked."""
    latest = view.latest
    if view.method == "none" or (latest is None and view.method != "deadline"):
        return _("还没有实测值，无法预测。")
    if view.method == "judged":
        return _("定性指标或未量化指标，由人判断。")
    if view.method == "deadline":
        if view.state == "unknown":
            return _("期限未到，尚未填报完成日期。")
        if latest is not None and latest.measure.day is not None:
            return _("完成于 %(day)s。") % {"day": day_text(latest.measure.day)}
        return _("期限已过，尚未填报完成日期。")
    assert latest is not None and latest.measure.value is not None  # noqa: S101 - the two methods left need one
    values = {"day": day_text(latest.day), "value": number_text(latest.measure.value)}
    if view.method == "latest":
        return _("取 %(day)s 的最新值 %(value)s。") % values
    values |= {
        "elapsed": str(view.elapsed),
        "days": str(view.days),
        "predicted": number_text(view.predicted or Decimal(0)),
    }
    said = _("截至 %(day)s 为 %(value)s，%(value)s ÷ %(elapsed)s 天 × %(days)s 天 ≈ %(predicted)s。") % values
    unit, predicted = latest.measure.unit or "", view.predicted or Decimal(0)
    whole = rounded(predicted, 0)
    if whole == predicted or not is_counted(unit, [latest.measure.value]):
        return said
    # the state is judged by the exact quotient, so that stays beside the whole number
    return said + _("四舍五入取整约 %(whole)s%(unit)s。") % {"whole": number_text(whole), "unit": unit}
