"""From a pySigma rule to an expression tree.

Source: the Sigma specification 2.1 (rules, modifiers appendix) as pySigma 2 parses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from sigma import conditions, types
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from plumbline.kernel.detection.errors import ODD, PlaceholderError, RuleError
from plumbline.kernel.detection.expressions import (
    FALSE,
    MANY,
    ONE,
    Atom,
    Compared,
    Network,
    Node,
    Part,
    Pattern,
    Present,
    Regex,
    SameAs,
    Test,
    TimePart,
    all_of,
    any_of,
    negation,
)

_OPERATORS: Final[dict[types.CompareOperators, Literal["lt", "lte", "gt", "gte", "neq"]]] = {
    types.CompareOperators.LT: "lt",
    types.CompareOperators.LTE: "lte",
    types.CompareOperators.GT: "gt",
    types.CompareOperators.GTE: "gte",
    types.CompareOperators.NEQ: "neq",
}
_TIME_PARTS: Final[dict[types.TimestampPart, Literal["minute", "hour", "day", "week", "month", "year"]]] = {
    types.TimestampPart.MINUTE: "minute",
    types.TimestampPart.HOUR: "hour",
    types.TimestampPart.DAY: "day",
    types.TimestampPart.WEEK: "week",
    types.TimestampPart.MONTH: "month",
    types.TimestampPart.YEAR: "year",
}
_FLAGS: Final = {
    types.SigmaRegularExpressionFlag.IGNORECASE: "i",
    types.SigmaRegularExpressionFlag.MULTILINE: "m",
    types.SigmaRegularExpressionFlag.DOTALL: "s",
}
#: conditions nested deeper are refused: no rule needs it, and a walk over the tree must end
DEEPEST: Final = 60


def expression_of(rule: SigmaRule) -> Node:
    """What `rule` says of an event; several conditions are alternatives.

    Raises:
        RuleError: a condition cannot be parsed, a value is a placeholder, or something is not supported here.
    """
    try:
        parsed = [condition.parsed for condition in rule.detection.parsed_condition]
    except (SigmaError, *ODD) as error:
        # pySigma lets through what is no text, and parses by recursion
        raise RuleError("规则的条件无法解析", where=rule.title, advice=str(error)[:300]) from error
    return any_of([_node(item, 0) if item is not None else FALSE for item in parsed])


def _node(item: object, depth: int) -> Node:
    if depth > DEEPEST:
        raise RuleError(f"条件嵌套超过 {DEEPEST} 层", advice="请拆成几条规则")
    match item:
        case conditions.ConditionAND():
            return all_of([_node(child, depth + 1) for child in item.args])
        case conditions.ConditionOR():
            return any_of([_node(child, depth + 1) for child in item.args])
        case conditions.ConditionNOT():
            return negation(_node(item.args[0], depth + 1))
        case conditions.ConditionFieldEqualsValueExpression():
            return _atom(item.field, item.value)
        case conditions.ConditionValueExpression():
            return _atom(None, item.value)
        case _:
            raise RuleError(f"条件中有不支持的部分（{type(item).__name__}）")


def _atom(field: str | None, value: types.SigmaType) -> Node:
    match value:
        case types.SigmaExpansion():
            return any_of([_atom(field, part) for part in value.values])
        case types.SigmaNull():
            return negation(Atom(field, Present()))
        case types.SigmaExists():
            present = Atom(field, Present())
            return present if value.exists else negation(present)
        case _:
            return Atom(field, _test(field, value))


def _test(field: str | None, value: types.SigmaType) -> Test:
    match value:
        case types.SigmaString():
            parts = _parts(value.s)
            if field is None:
                parts = _within(parts)
            return Pattern(parts, cased=isinstance(value, types.SigmaCasedString))
        case types.SigmaBool():
            return Pattern(("true" if value.boolean else "false",))
        case types.SigmaRegularExpression():
            if value.contains_placeholder():
                raise PlaceholderError("含有未赋值的占位符", advice="请在占位符文件中给出取值")
            return Regex(str(value.regexp), "".join(sorted(_FLAGS[flag] for flag in value.flags)))
        case types.SigmaCIDRExpression():
            return Network(str(value.network))
        case types.SigmaCompareExpression():
            return Compared(_OPERATORS[value.op], value.number.number)
        case types.SigmaTimestampPart():  # a kind of SigmaNumber, so it comes before it
            return TimePart(_TIME_PARTS[value.timestamp_part], int(value.number))
        case types.SigmaNumber():
            number: tuple[Part, ...] = (str(value.number),)
            return Pattern(_within(number) if field is None else number)
        case types.SigmaFieldReference():
            place: Literal["whole", "start", "end"] = (
                "start" if value.starts_with else "end" if value.ends_with else "whole"
            )
            return SameAs(value.field, place)
        case _:
            raise RuleError(f"不支持的取值类型（{type(value).__name__}）")


def _parts(values: Iterable[types.SigmaStringPartType]) -> tuple[Part, ...]:
    """Without empty texts, neighbours joined, `**` as `*`."""
    parts: list[Part] = []
    for value in values:
        if isinstance(value, types.Placeholder):
            raise PlaceholderError(f"占位符 %{value.name}% 没有取值", advice="请在占位符文件中给出取值")
        part: Part
        if isinstance(value, str):
            part = value
        else:
            part = MANY if value == types.SpecialChars.WILDCARD_MULTI else ONE
        if part == "" or (part == MANY and parts and parts[-1] == MANY):
            continue
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return tuple(parts)


def _within(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A keyword stands anywhere in the text."""
    return _parts_joined(MANY, *parts, MANY)


def _parts_joined(*parts: Part) -> tuple[Part, ...]:
    joined: list[Part] = []
    for part in parts:
        if not (part == MANY and joined and joined[-1] == MANY):
            joined.append(part)
    return tuple(joined)
