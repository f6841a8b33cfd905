"""Loads and validates the rulesets.

A newcomer adds one .toml and touches nothing else. A released version stays as it is: a correction
is a new version, so that an old evaluation can be computed again.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any, Literal, TypeVar, get_args

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.plans.rulesets.model import (
    Confidence,
    Execution,
    Grade,
    Grounds,
    Level,
    Quantitative,
    Rounding,
    Ruleset,
    Step,
    Tier,
)
from plumbline.kernel.registry import Registry

HUNDRED = Decimal(100)
QUANTITATIVE_RULES = ("reached", "at_least", "at_most", "equal", "range", "zero", "over", "late")

Choice = TypeVar("Choice", bound=str)


class _Table:
    """One table of the file: reads values of the demanded kind, or says which is missing where."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self.data = data
        self.where = where

    def _refuse(self, key: str, what: str) -> RegistryError:
        return RegistryError(f"“{key}”{what}", where=self.where, advice="请按其他评分规则文件的写法补全。")

    def raw(self, key: str) -> Any:
        if key not in self.data:
            raise self._refuse(key, "没有填写")
        return self.data[key]

    def text(self, key: str) -> str:
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise self._refuse(key, "应为文字")
        return value

    def whole(self, key: str) -> int:
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._refuse(key, "应为整数")
        return value

    def number(self, key: str) -> Decimal:
        """Numbers are written as strings, so that none passes through binary fractions."""
        try:
            value = Decimal(self.text(key))
        except InvalidOperation:
            raise self._refuse(key, "应为加引号的数") from None
        if not value.is_finite() or value < 0:
            raise self._refuse(key, "应为不小于 0 的数")
        return value

    def percent(self, key: str) -> Decimal:
        value = self.number(key)
        if value > HUNDRED:
            raise self._refuse(key, "不应超过 100")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._refuse(key, "应为文字的列表")
        return tuple(value)

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        value = self.text(key)
        for choice in choices:
            if value == choice:
                return choice
        raise self._refuse(key, f"应为 {'、'.join(choices)} 之一")

    def table(self, key: str) -> _Table:
        value = self.raw(key)
        if not isinstance(value, dict):
            raise self._refuse(key, "应为一节")
        return _Table(value, f"{self.where} {key}")

    def tables(self, key: str) -> list[_Table]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._refuse(key, "应为若干节")
        return [_Table(item, f"{self.where} {key}[{index}]") for index, item in enumerate(value, 1)]

    def grounds(self) -> Grounds:
        levels: tuple[Confidence, ...] = get_args(Confidence)
        return Grounds(source=self.text("source"), confidence=self.choice("confidence", levels))

    def steps(self, key: str) -> tuple[Step, ...]:
        return tuple(Step(table.number("bound"), table.percent("share")) for table in self.tables(key))


def _level(table: _Table) -> Level:
    absent = table.table("absent") if "absent" in table.data else _Table({}, table.where)
    return Level(
        key=table.text("key"),
        title=table.text("title"),
        names=table.texts("names"),
        level2=table.texts("level2"),
        points=table.number("points"),
        absent={key: absent.number(key) for key in absent.data},
        grounds=table.grounds(),
    )


def _quantitative(table: _Table) -> Quantitative:
    rules = table.table("rules")
    at_most: tuple[Literal["ratio", "excess", "none"], ...] = ("ratio", "excess", "none")
    equal: tuple[Literal["at_least", "ratio", "deviation", "none"], ...] = (
        "at_least",
        "ratio",
        "deviation",
        "none",
    )
    zero: tuple[Literal["none", "steps"], ...] = ("none", "steps")
    return Quantitative(
        at_most=table.choice("at_most", at_most),
        equal=table.choice("equal", equal),
        zero=table.choice("zero", zero),
        zero_steps=table.steps("zero_steps"),
        strict_cap=table.percent("strict_cap"),
        over_from=table.number("over_from"),
        over_steps=table.steps("over_steps"),
        late_steps=table.steps("late_steps"),
        cost_words=table.texts("cost_words"),
        grounds={key: rules.table(key).grounds() for key in QUANTITATIVE_RULES},
    )


def load_ruleset(name: str, data: bytes) -> Ruleset:
    """Read one ruleset.

    Args:
        name: the file's name, for messages.
        data: the bytes of the .toml.

    Raises:
        RegistryError: it is no TOML, a value is missing or wrong, or the points are not 100.
    """
    try:
        top = _Table(tomllib.loads(data.decode()), name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"评分规则不是有效的 TOML：{error}", where=name) from error
    execution, rounding = top.table("execution"), top.table("rounding")
    methods: tuple[Literal["proportional", "steps"], ...] = ("proportional", "steps")
    spreads: tuple[Literal["level2", "level3"], ...] = ("level2", "level3")
    built = Ruleset(
        key=top.text("key"),
        version=top.whole("version"),
        title=top.text("title"),
        summary=top.text("summary"),
        jurisdiction=top.text("jurisdiction"),
        year=top.whole("year"),
        spread=top.choice("spread", spreads),
        grounds=top.grounds(),
        execution=Execution(
            points=execution.number("points"),
            method=execution.choice("method", methods),
            steps=execution.steps("steps"),
            grounds=execution.grounds(),
        ),
        levels=tuple(_level(table) for table in top.tables("levels")),
        tiers=tuple(
            Tier(t.text("key"), t.text("title"), t.percent("high"), t.percent("low"), t.grounds())
            for t in top.tables("tiers")
        ),
        quantitative=_quantitative(top.table("quantitative")),
        grades=tuple(Grade(t.text("title"), t.number("minimum"), t.grounds()) for t in top.tables("grades")),
        rounding=Rounding(places=rounding.whole("places"), grounds=rounding.grounds()),
        digest=hashlib.new("sm3", data).hexdigest(),
    )
    _validate(built, name)
    return built


def _validate(built: Ruleset, name: str) -> None:
    def demand(holds: bool, what: str) -> None:
        if not holds:
            raise RegistryError(what, where=name)

    keys = [level.key for level in built.levels]
    total = built.execution.points + sum((level.points for level in built.levels), Decimal(0))
    demand(total == HUNDRED, f"各项分值合计 {total}，应为 100")
    demand(bool(keys) and len(keys) == len(set(keys)), "一级指标缺失或重复")
    for level in built.levels:
        moved = sum(level.absent.values(), Decimal(0))
        demand(not level.absent or moved == level.points, f"“{level.title}”缺项时分值应全部转移")
        demand(set(level.absent) <= set(keys) - {level.key}, f"“{level.title}”缺项时转移到了不存在的一级指标")
    highs = [tier.high for tier in built.tiers]
    lows = [tier.low for tier in built.tiers]
    demand(bool(highs) and [*highs, Decimal(0)] == [HUNDRED, *lows], "定性档次应从 100 到 0 首尾相接")
    minima = [grade.minimum for grade in built.grades]
    demand(
        minima == sorted(minima, reverse=True) and minima[-1:] == [Decimal(0)], "等级应由高到低，直到 0 分"
    )
    rules = built.quantitative
    demand(rules.zero == "none" or bool(rules.zero_steps), "零目标按档计分时须列出各档")
    demand(
        built.execution.method == "proportional" or bool(built.execution.steps), "执行率按档计分时须列出各档"
    )
    for rising, falling in (
        (built.execution.steps, False),
        (rules.zero_steps, True),
        (rules.late_steps, True),
        (rules.over_steps, True),
    ):
        bounds, shares = [s.bound for s in rising], [s.share for s in rising]
        demand(bounds == sorted(bounds), "各档界限应由小到大")
        demand(shares == sorted(shares, reverse=falling), "各档给分应随界限单调变化")


def _read_all() -> Registry[Ruleset]:
    found: Registry[Ruleset] = Registry("评分规则")
    for file in files(__package__).iterdir():
        if file.name.endswith(".toml"):
            built = load_ruleset(file.name, file.read_bytes())
            found.add(built.id, built)
    return found


#: every ruleset by key@version
RULESETS: Registry[Ruleset] = _read_all()


def ruleset(key: str, version: int) -> Ruleset:
    """One version of a ruleset.

    Raises:
        RegistryError: it is not here.
    """
    return RULESETS.get(f"{key}@{version}")


def latest() -> list[Ruleset]:
    """The newest version of each ruleset: national ones first, then by year and key."""
    newest: dict[str, Ruleset] = {}
    for entry in RULESETS:
        known = newest.get(entry.key)
        if known is None or entry.version > known.version:
            newest[entry.key] = entry
    return sorted(newest.values(), key=lambda entry: (entry.jurisdiction != "全国", entry.year, entry.key))
