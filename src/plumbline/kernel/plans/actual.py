"""What a person wrote into the cell of an actual value, read against the target of its indicator.

The inverse of `scoring.engine.actual_text`: what a form prints is read back as the same measure.
"""

from __future__ import annotations

import re
from decimal import Decimal

from plumbline.kernel.errors import TargetError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target
from plumbline.kernel.plans.scoring.numbers import divided, multiplied, rounded, unit_of
from plumbline.kernel.plans.target import parse

UNMEASURED = "未能测量"
SCALE = {"%": Decimal(100), "‰": Decimal(1000)}
PLACES = 8
#: no longer than a value can be kept: what is longer is no number that anybody counted
FRACTION = re.compile(r"(\d{1,15}(?:\.\d{1,8})?)\s*[/／]\s*(\d{1,15}(?:\.\d{1,8})?)")


def read_actual(text: str, target: Target) -> Measure:
    """Read a cell as a measure.

    Args:
        text: "61家", "61", "152/166" (a ratio), "2026年9月21日", "未能测量：问卷未发放", or words.
        target: of the indicator; decides what is expected, and supplies a unit that was left out.

    Raises:
        TargetError: a number or a date was expected, or the unit is another.
    """
    text = text.strip()
    if text.startswith(UNMEASURED):
        return _unmeasured(text)
    if target.kind == "date":
        return _day(text)
    if target.kind != "quantitative":
        return Measure(None, text=text)
    return _number(text, target)


def _unmeasured(text: str) -> Measure:
    reason = text[len(UNMEASURED) :].lstrip("：: ")
    if not reason:
        raise TargetError("没有写明未能测量的原因", advice="请写成“未能测量：原因”。")
    return Measure(None, unmeasured=reason)


def _day(text: str) -> Measure:
    found = parse(text.removesuffix("完成"))
    if found.kind != "date" or found.day is None:
        raise TargetError(f"“{text}”不是日期", advice="请写成“2026年9月21日”。")
    return Measure(None, day=found.day)


def _number(text: str, target: Target) -> Measure:
    if fraction := FRACTION.fullmatch(text):
        return _ratio(Decimal(fraction[1]), Decimal(fraction[2]), unit=unit_of(target))
    found = parse(text)
    if found.fraction is not None and not found.unit:
        return _ratio(*map(Decimal, found.fraction), unit=unit_of(target))
    if found.kind != "quantitative" or found.value is None or found.high is not None or found.comparator:
        raise TargetError(f"“{text}”不是一个数", advice="请只填实际完成的数值，如“61”，不带“≥”“约”等字样。")
    wanted = unit_of(target)
    if found.unit and wanted and found.unit != wanted:
        raise TargetError(
            f"单位“{found.unit}”与指标值的单位“{wanted}”不一致",
            advice=f"请换算成“{wanted}”后填写。",
        )
    if text.startswith(("约", "近", "大约")):
        raise TargetError(f"“{text}”是约数", advice="请填写准确的数值。")
    return Measure(found.value, found.unit or wanted)


def _ratio(above: Decimal, below: Decimal, *, unit: str | None) -> Measure:
    if not below:
        raise TargetError("分母为 0，没有可计算的数据", advice="请写成“未能测量：原因”。")
    value = rounded(divided(multiplied(above, SCALE.get(unit or "", Decimal(1))), below), PLACES)
    return Measure(value, unit, numerator=above, denominator=below)
