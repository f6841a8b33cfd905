"""Correlations from their documents: parsed by pySigma, linked to the rules and correlations they name.

What cannot be used becomes a problem with its reason; the others go on. Source: Sigma correlation rules
specification 2.1 (a range of two operators in one condition, which pySigma refuses, is taken as well).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations
from math import ceil, comb
from typing import Any, Final, cast

from sigma.correlations import SigmaCorrelationCondition, SigmaCorrelationRule
from sigma.exceptions import SigmaError

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.correlating.conditions import LONGEST, MOST_TERMS, terms_of
from plumbline.kernel.detection.correlating.correlations import (
    OPERATORS,
    RISING,
    Correlation,
    Input,
    Kind,
    Operator,
    Term,
)
from plumbline.kernel.detection.correlating.records import Limits
from plumbline.kernel.detection.errors import RuleError
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.naming import named_by, names_of
from plumbline.kernel.detection.rules import Document, Info, Problem, Why

#: correlations built on one another, and rules in one correlation
DEEPEST: Final = 20
MOST_INPUTS: Final = 100
#: seconds: a thousand years; what is longer is a mistake
_LONGEST_SPAN: Final = 31_556_952_000


@dataclass(slots=True)
class Linked:
    """Correlations that run, those that others are built on first.

    Attributes:
        silent: keys of rules and correlations that speak only through the correlations built on them (no
            `generate: true`).
    """

    correlations: list[Correlation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    silent: frozenset[str] = frozenset()


def link(
    documents: Sequence[Document],
    rules: Iterable[Info],
    *,
    choice: Choice | None = None,
    limits: Limits | None = None,
) -> Linked:
    """Link correlations (`Compiled.correlations`) to the rules that run (`Compiled.rules`).

    What `choice` leaves out but chosen correlations are built on runs for them alone.
    """
    rules = list(rules)
    linker = _Linker(documents, rules, limits or Limits())
    linked = Linked()
    choice = choice or Choice()
    named = named_by(documents, choice.leaves_out)
    for document in documents:
        info = document.info
        why = choice.leaves_out(info)
        if why and (info.key in choice.off or not names_of(info) & named):
            linker.refuse(document, "disabled", why)
        else:
            linker.parse(document)
    for document in documents:
        linker.take(document.info.key, ())
    silent = linker.silent()
    running = (*rules, *(one.info for one in linker.done.values()))
    silent |= {info.key for info in running if choice.leaves_out(info)}
    linked.correlations = [replace(one, silent=one.key in silent) for one in linker.done.values()]
    linked.problems = linker.problems
    linked.silent = frozenset(silent)
    return linked


class _TooDeep(RuleError):
    """Met on the way down from a correlation, whose fault it is; what lies below may be in order."""


class _Linker:
    def __init__(self, documents: Sequence[Document], rules: Iterable[Info], limits: Limits) -> None:
        self.problems: list[Problem] = []
        self.done: dict[str, Correlation] = {}
        self._limits = limits
        self._documents = {document.info.key: document for document in documents}
        self._parsed: dict[str, SigmaCorrelationRule] = {}
        self._bounds: dict[str, tuple[tuple[Operator, int | Fraction], ...]] = {}
        self._depth: dict[str, int] = {}
        self._known: dict[str, list[str]] = {}
        for info in [*rules, *(document.info for document in documents)]:
            for name in names_of(info):
                self._known.setdefault(name, []).append(info.key)

    def refuse(self, document: Document, kind: Why, why: str, advice: str = "") -> None:
        info = document.info
        self.problems.append(Problem(info.file, info.title, info.key, kind, why, advice))
        self._parsed.pop(info.key, None)

    def parse(self, document: Document) -> None:
        try:
            data, more = _without_range(document.data)
            rule = SigmaCorrelationRule.from_dict(data)
            conditions = [rule.condition] if isinstance(rule.condition, SigmaCorrelationCondition) else []
            conditions += [SigmaCorrelationCondition.from_dict(one) for one in more]
            bounds = tuple((cast(Operator, one.op.name.lower()), _exact(one.count)) for one in conditions)
        except RuleError as error:
            self.refuse(document, "unreadable", error.what, error.advice)
        except SigmaError as error:
            self.refuse(document, "unreadable", "关联规则不符合 Sigma 规范", str(error)[:300])
        except (TypeError, ValueError, AttributeError, KeyError, RecursionError, OverflowError) as error:
            advice = f"{type(error).__name__}: {error}"[:300]
            self.refuse(document, "unreadable", "关联规则的写法无法识别", advice)
        else:
            self._parsed[document.info.key] = rule
            self._bounds[document.info.key] = bounds

    def take(self, key: str, path: tuple[str, ...]) -> bool:
        """Link one, after those it is built on; whether it runs."""
        if key in self.done:
            return True
        if key not in self._parsed:
            return False
        document = self._documents[key]
        try:
            correlation = self._correlation(key, (*path, key))
            _demand_room(correlation, self._limits)
        except RuleError as error:
            if path and isinstance(error, _TooDeep):
                raise
            self.refuse(document, "unsupported", error.what, error.advice)
            return False
        self.done[key] = correlation
        return True

    def _correlation(self, key: str, path: tuple[str, ...]) -> Correlation:
        rule, bounds = self._parsed[key], self._bounds[key]
        named = [one.reference for one in rule.rules or ()]
        kind = cast(Kind, rule.type.name.lower())
        percentile = 50
        if not isinstance(rule.condition, SigmaCorrelationCondition):
            named = named or rule.condition.get_referenced_rules()
        elif kind == "value_percentile":
            percentile = _percentile(rule.condition.percentile)
        if not 0 < len(named) <= MOST_INPUTS:
            raise RuleError(f"关联规则引用了 {len(named)} 条规则", advice=f"请引用 1 至 {MOST_INPUTS} 条规则")
        if rule.timespan.seconds > _LONGEST_SPAN:
            raise RuleError(f"时间范围 {rule.timespan.spec} 过长", advice="请改短 timespan")
        keys = [self._key(name, path) for name in named]
        self._depth[key] = 1 + max(self._depth.get(each, 0) for each in keys)
        if self._depth[key] > DEEPEST:
            raise _TooDeep(f"关联规则逐级引用超过 {DEEPEST} 级", advice="请减少层级")
        distinct = list(dict.fromkeys(keys))
        aliases = self._aliases(rule, path)
        values = _fields(rule.condition)
        if len(values) > 1 and kind != "value_count":
            raise RuleError(f"{kind} 只能针对一个字段", advice="请在 condition 的 field 中只写一个字段")
        order = tuple(distinct.index(each) for each in keys)
        terms: tuple[Term, ...] = ()
        if not isinstance(rule.condition, SigmaCorrelationCondition):
            numbers = {name: distinct.index(each) for name, each in zip(named, keys, strict=True)}
            terms, bounds = terms_of(rule.condition.parsed, numbers, order), ()
        elif kind == "temporal_ordered" and all(name in RISING for name, _limit in bounds):
            terms, bounds = _orders(order, bounds), ()
        return Correlation(
            info=self._documents[key].info,
            kind="value_percentile" if rule.type.name == "VALUE_MEDIAN" else kind,
            inputs=tuple(
                Input(
                    each,
                    each in self._documents,
                    tuple(fold(aliases.get((name, each), name)) for name in rule.group_by or ()),
                    tuple(fold(aliases.get((name, each), name)) for name in values),
                )
                for each in distinct
            ),
            names=tuple(rule.group_by or ()),
            span=rule.timespan.seconds,
            bounds=bounds,
            terms=terms,
            order=order,
            percentile=percentile,
        )

    def _key(self, name: str, path: tuple[str, ...]) -> str:
        """The key of a rule that runs."""
        name = str(name)
        keys = self._known.get(name) or self._known.get(name.lower()) or []
        if len(set(keys)) > 1:
            raise RuleError(f"引用的名称 {name} 有多条规则使用", advice="请改用规则的 id 引用")
        if not keys:
            raise RuleError(f"引用的规则 {name} 不存在、未启用或无法使用", advice="请检查规则的 id 或 name")
        key = keys[0]
        if key in path:
            raise RuleError(f"关联规则循环引用（经由 {name}）", advice="请取消循环")
        if key in self._documents and key not in self.done and len(path) >= DEEPEST:
            raise _TooDeep(f"关联规则逐级引用超过 {DEEPEST} 级", advice="请减少层级")
        if key in self._documents and not self.take(key, path):
            raise RuleError(f"引用的关联规则 {name} 无法使用或未启用", advice="请先处理那一条规则")
        return key

    def _aliases(self, rule: SigmaCorrelationRule, path: tuple[str, ...]) -> dict[tuple[str, str], str]:
        return {
            (alias.alias, self._key(reference.reference, path)): str(name)
            for alias in rule.aliases
            for reference, name in alias.mapping.items()
        }

    def silent(self) -> set[str]:
        return {
            one.key
            for key, correlation in self.done.items()
            if not self._parsed[key].generate
            for one in correlation.inputs
        }


def _without_range(data: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The document with the first operator of its condition, and a condition for each further one."""
    section = data.get("correlation")
    if not isinstance(section, dict):
        return data, []
    condition = section.get("condition")
    if isinstance(condition, str) and len(condition) > LONGEST:
        raise RuleError(f"条件超过 {LONGEST} 个字符", advice="请拆成几条关联规则")
    if not isinstance(condition, dict):
        return data, []
    named = [name for name in condition if name in OPERATORS]
    first = {name: value for name, value in condition.items() if name not in named[1:]}
    more = [{name: condition[name]} for name in named[1:]]
    return {**data, "correlation": {**section, "condition": first}}, more


def _exact(count: int | float) -> int | Fraction:
    return count if isinstance(count, int) else Fraction(str(count))


def _percentile(value: int | None) -> int:
    if value is None or not 0 <= value <= 100:
        raise RuleError(
            "value_percentile 没有给出有效的百分位", advice="请在 condition 中写 percentile: 0 至 100"
        )
    return value


def _fields(condition: object) -> list[str]:
    if not isinstance(condition, SigmaCorrelationCondition) or condition.fieldref is None:
        return []
    named = condition.fieldref
    return [str(name) for name in named] if isinstance(named, list) else [str(named)]


def _orders(order: tuple[int, ...], bounds: Iterable[tuple[Operator, int | Fraction]]) -> tuple[Term, ...]:
    """The ways in which at least so many of the rules can follow one another."""
    least = max(ceil(limit) + (name == "gt" and limit == ceil(limit)) for name, limit in bounds)
    least = max(1, least)
    if least > len(order):
        raise RuleError(f"条件要求 {least} 条规则，但只引用了 {len(order)} 条", advice="请改小条件中的数")
    if comb(len(order), least) > MOST_TERMS:
        raise RuleError("按序组合过多", advice="请减少引用的规则，或要求全部出现")
    return tuple(dict.fromkeys(Term(chosen) for chosen in combinations(order, least)))


def _demand_room(correlation: Correlation, limits: Limits) -> None:
    if correlation.kind in ("event_count", "value_count") and correlation.decided > limits.kept:
        raise RuleError(
            f"条件要数到 {correlation.decided}，超过每组保留的上限 {limits.kept}",
            advice="请改小条件中的数或缩短 timespan",
        )
    if correlation.kind == "temporal" and not correlation.terms and correlation.slides:
        least = correlation.decided
        if least > len(correlation.inputs):
            raise RuleError(
                f"条件要求 {least} 条规则，但只引用了 {len(correlation.inputs)} 条", advice="请改小条件中的数"
            )
