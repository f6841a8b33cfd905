"""How well a text fits a column of an official form: classes of texts, and points per role.

`classify` puts a text into one of a few classes; `POINTS[role][class]` says how well that class fits
a column of that role. The points are weighed only against each other (see `align`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from plumbline.kernel.plans.layouts import vocabulary as v

COMPARATORS = re.compile(
    r"^(?:[≥≤<>=≧≦＞＜＝]{1,2}|定性|大于等于|小于等于|大于|小于|等于|不低于|不少于|不超过|不高于|至少)$"
)
_NUMBER = re.compile(r"^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$")
_PERCENT = re.compile(r"^[-+]?\d+(?:\.\d+)?[%‰]$")
_TARGET = re.compile(
    r"^(?:[≥≤<>=≧≦]|不低于|不少于|不超过|不高于|大于|小于|等于|至少|达到)=?\s*[\d一二三四五六七八九十百].{0,14}$"
)
_QUANTITY = re.compile(r"^\d[\d,.]*(?:[-~—至]\d[\d,.]*)?[^\d,.。;]{1,8}(?:以上|以下|以内)?$")
_DATE = re.compile(
    r"^(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底)?(?:前|之前|以前)?$|^\d{4}[-./]\d{1,2}[-./]\d{1,2}$|^\d{4}年(?:度|底)?前?$"
)
_CODED = re.compile(r"^(?!20\d\d年)[0-9A-Z]{3,}[-—_]?[\u4e00-\u9fff].*|^[0-9A-Z]{10,}[-—_].+$")
_UNIT_CODED = re.compile(r"^(?!20\d\d年)\d{3,9}[-—_]?[\u4e00-\u9fff]{3,}$")
_POINTS = re.compile(r"^\d{1,3}(?:\.\d+)?分$")
_DIRECTION = re.compile(r"^(?:正向|反向|逆向|负向|正指标|反指标|逆指标|定量|定性(?=指标))(?:型)?(?:指标)?$")


@lru_cache(maxsize=65536)
def classify(text: str) -> str:
    """The class of a cell's text, see `POINTS`."""
    bare = v.plain(text)
    if not bare:
        return "empty"
    for name, test in _TESTS:
        if test(bare):
            return name
    if len(bare) <= 6:
        return "short"
    return "text" if len(bare) <= 40 else "long"


@cache
def _units() -> frozenset[str]:
    return frozenset(v.units())


def _level(bare: str) -> str:
    one, two = v.is_level1(bare), v.is_level2(bare)
    if one and v.points(bare) is not None:
        return "level1!"
    if one and two:
        return "level1or2" if bare.endswith("指标") else "level?"
    if one:
        return "level1" if bare.endswith("指标") else "level1?"
    if two:
        return "level2" if bare.endswith("指标") else "level2?"
    return "levelx" if re.fullmatch(r"[\u4e00-\u9fff/]{2,14}指标(?:\(\d+分?\))?", bare) else ""


def _is_measured(bare: str) -> bool:
    """A number with a known unit (118万元): no code before a name."""
    match = re.match(r"\d[\d,.]*", bare)
    unit = bare[match.end() :] if match else ""
    return unit.removesuffix("以上").removesuffix("以内").removesuffix("左右") in _units()


_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("none", lambda s: s in v.none_marks()),
    ("tick", lambda s: s in v.ticked() or s in "□☐"),
    ("comparator", lambda s: bool(COMPARATORS.match(s))),
    ("number", lambda s: bool(_NUMBER.match(s))),
    ("percent", lambda s: bool(_PERCENT.match(s))),
    ("summary", lambda s: v.is_summary(s)),
    ("direction", lambda s: bool(_DIRECTION.match(s))),
    ("likelihood", lambda s: v.sub_role(s) == "likelihood"),
    ("level1!", lambda s: _level(s) == "level1!"),
    ("level1or2", lambda s: _level(s) == "level1or2"),
    ("level?", lambda s: _level(s) == "level?"),
    ("level1", lambda s: _level(s) == "level1"),
    ("level1?", lambda s: _level(s) == "level1?"),
    ("level2", lambda s: _level(s) == "level2"),
    ("level2?", lambda s: _level(s) == "level2?"),
    ("points", lambda s: bool(_POINTS.match(s))),
    ("unit", lambda s: s in v.units()),
    ("value", lambda s: s in v.qualitative()),
    ("date", lambda s: bool(_DATE.match(s))),
    ("target", lambda s: bool(_TARGET.match(s))),
    ("quantity", lambda s: _is_measured(s)),
    ("unitcoded", lambda s: bool(_UNIT_CODED.match(s))),
    ("coded", lambda s: bool(_CODED.match(s))),
    ("quantity", lambda s: bool(_QUANTITY.match(s))),
    ("levelx", lambda s: _level(s) == "levelx"),
)

_NEVER = -12.0
_TEXTUAL: dict[str, float] = {
    "short": 1.5,
    "text": 2,
    "long": 1,
    "coded": 0,
    "unitcoded": 0,
    "none": -1,
    "levelx": 1,
    "value": -1,
    "quantity": -2,
    "date": -2,
}
_VALUE: dict[str, float] = {
    "number": 3, "percent": 4, "target": 5, "quantity": 4, "date": 4, "value": 4, "points": 0, "short": 1,
    "text": 0.6, "long": -3, "levelx": -3, "unit": -3, "none": 0, "comparator": -6, "coded": -2, "tick": -6,
    "likelihood": -6, "direction": -6,
}  # fmt: skip
_NAME: dict[str, float] = {
    **_TEXTUAL,
    "level2?": 0,
    "level1?": -1,
    "level?": -1,
    "level2": -4,
    "level1or2": -4,
    "value": -3,
    "unit": 0,
}
_REMARK: dict[str, float] = {
    "short": 0.6, "text": 0.8, "long": 1.5, "value": -0.5, "none": 2, "quantity": -2, "levelx": -4, "tick": 1,
    "date": -1, "target": -3, "coded": -1, "number": -6, "percent": -5, "unit": -2,
}  # fmt: skip
_WEIGHT: dict[str, float] = {"number": 4, "points": 5, "percent": 1, "none": 0.5, "quantity": -6}
_MONEY: dict[str, float] = {"number": 4, "quantity": 0, "none": 0, "points": -4}

#: how well a class fits a role; what is not named does not fit
POINTS: dict[str, dict[str, float]] = {
    "ordinal": {"number": 3, "short": -2},
    "unit_name": {"unitcoded": 7, "coded": 5, "text": 2.2, "short": 1.5, "long": 0},
    "unit_code": {"unitcoded": 1, "number": 4, "coded": 1, "short": 0},
    "code": {"unitcoded": 0, "coded": 2, "number": 2, "text": 1, "long": 1},
    "project": {
        "text": 2.2,
        "short": 1.8,
        "long": 1,
        "coded": 3,
        "unitcoded": -6,
        "quantity": 0,
        "value": -1,
    },
    "budget": _MONEY,
    "fund_fiscal": _MONEY,
    "fund_other": _MONEY,
    "goal": {"text": 1.6, "short": 0.5, "long": 3, "value": 0, "quantity": -1},
    "level1": {
        "level1!": 10,
        "level1": 8,
        "level1or2": 2.5,
        "level1?": 6,
        "level?": 4,
        "levelx": 0,
        "short": -3,
    },
    "level1or2": {
        "level1!": 10,
        "level1": 8,
        "level1or2": 6,
        "level2": 6,
        "level1?": 6,
        "level2?": 6,
        "level?": 6,
        "levelx": 1,
        "short": -3,
    },
    "level2": {
        "level2": 7,
        "level1or2": 6,
        "level2?": 5,
        "level?": 4,
        "levelx": 2.5,
        "short": -1.5,
        "text": -5,
    },
    "level3": _NAME,
    "level2or3": {**_NAME, "level2": 7, "level2?": 6, "level?": 6, "level1or2": 4},
    "description": _NAME,
    "comparator": {"comparator": 9, "value": -3},
    "target": _VALUE,
    "unit": {"unit": 6, "short": 0.5, "none": 0.5, "quantity": -3, "percent": -4, "value": -2},
    "weight": _WEIGHT,
    "score": _WEIGHT,
    "direction": {"direction": 9, "short": -4},
    "basis": {"text": 1.2, "short": 0.5, "long": 1.5, "none": 0.5, "value": 0},
    "actual": {**_VALUE, "number": 3, "target": 4, "short": 1.5, "text": 1.2, "long": 0.5},
    "forecast": {**_VALUE, "short": 1.5, "text": 1.2, "long": 0.5},
    "completion": {"percent": 6, "number": 2, "none": 0},
    "history": {**_VALUE, "short": 0, "text": -0.5},
    "likelihood": {"likelihood": 9, "tick": 6, "none": 0, "percent": 1, "value": 1, "short": -2},
    "cause": _REMARK,
    "measure": _REMARK,
    "note": _REMARK,
    "scoring": {"text": 1, "long": 2, "short": 0, "none": 0.5, "levelx": -2},
    "other": {
        "text": 0.5,
        "short": 0.5,
        "long": 0.5,
        "none": 0.5,
        "number": 0,
        "percent": 0,
        "value": 0,
        "tick": 0,
    },
    # columns of the block on money
    "initial": _MONEY,
    "adjusted": _MONEY,
    "executed": _MONEY,
    "fund_forecast": _MONEY,
    "rate": {"percent": 9, "number": 1.5, "none": 1},
    "forecast_rate": {"percent": 8, "number": 1, "none": 1},
}


def points(role: str, kind: str) -> float:
    """How well a text of a class fits a column of a role."""
    if kind == "empty":
        return 0.0
    return POINTS[role].get(kind, _NEVER)
