"""How a forecast to the year's end came about, in words that can be read out and checked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from plumbline.kernel.metrics.forecast import YearEnd
from plumbline.office.lib.dates import day_text
from plumbline.office.targets.wording import number_text


def forecast_sentence(found: YearEnd, *, unit: str) -> str:
    """What was drawn on, or why there is no forecast."""
    if found.last is None:
        return _("还没有实测值，无法预测年末。")
    last = {"day": day_text(found.last.day), "value": f"{number_text(found.last.value)}{unit}"}
    if found.lack == "early":
        return _("年初至 %(day)s 不足 30 天，数据太少，暂不预测年末。") % last
    if found.lack == "few":
        return _("反映当时水平的指标至少要有 3 个不同日期的值才能看出走势，现有 %(n)d 个，暂不预测年末。") % {
            "n": found.readings
        }
    if found.method == "over":
        return _("本年度已结束，以 %(day)s 的值 %(value)s 为准。") % last
    end = f"{number_text(found.value)}{unit}" if found.value is not None else ""
    if found.method == "proportion":
        return _(
            "按进度推算：到 %(day)s 累计 %(value)s，已过 %(elapsed)d 天，全年 %(days)d 天，预计年末 %(end)s。"
        ) % (last | {"elapsed": found.elapsed, "days": found.days, "end": end})
    change = number_text(found.slope) if found.slope is not None else ""
    return _("按走势推算：%(n)d 个值的直线趋势为每天 %(change)s%(unit)s，延长到年末约 %(end)s。") % {
        "n": found.readings, "change": change, "unit": unit, "end": end,
    }  # fmt: skip
