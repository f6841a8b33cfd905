"""Extended conditions of temporal correlations: and, or, not over rules, as ways to hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaRuleReference,
)

from plumbline.kernel.detection.correlating.correlations import Term
from plumbline.kernel.detection.errors import RuleError

#: characters
LONGEST: Final = 4_000
MOST_TERMS: Final = 256

#: rules that occur, rules that do not
_Way = tuple[frozenset[int], frozenset[int]]


def terms_of(
    node: CorrelationConditionItem | SigmaRuleReference, numbers: Mapping[str, int], order: tuple[int, ...]
) -> tuple[Term, ...]:
    """The ways in which a condition can hold, each with its rules in the order of `order`.

    Raises:
        RuleError: there are too many, none, or one needs no detection at all.
    """
    places = {number: place for place, number in reversed(list(enumerate(order)))}
    ways = [way for way in dict.fromkeys(_ways(node, numbers, True)) if not way[0] & way[1]]
    if not ways:
        raise RuleError("条件自相矛盾，永远不会成立", advice="请检查 condition")
    if any(not wanted for wanted, _unwanted in ways):
        raise RuleError("条件在没有任何事件时也成立", advice="请让 not 与至少一条要出现的规则用 and 连接")
    return tuple(
        Term(tuple(sorted(wanted, key=places.__getitem__)), tuple(sorted(unwanted)))
        for wanted, unwanted in ways
    )


def _ways(
    node: CorrelationConditionItem | SigmaRuleReference, numbers: Mapping[str, int], wanted: bool
) -> list[_Way]:
    if isinstance(node, SigmaRuleReference):
        one, none = frozenset((numbers[node.reference],)), frozenset[int]()
        return [(one, none) if wanted else (none, one)]
    if isinstance(node, CorrelationConditionNOT):
        return _ways(node.args[0], numbers, not wanted)
    parts = [_ways(child, numbers, wanted) for child in node.args]
    if isinstance(node, CorrelationConditionAND) != wanted:
        ways = [way for part in parts for way in part]
    else:
        ways = parts[0]
        for part in parts[1:]:
            ways = list(dict.fromkeys((a | c, b | d) for a, b in ways for c, d in part))
            if len(ways) > MOST_TERMS:
                break
    if len(ways) > MOST_TERMS:
        raise RuleError("条件展开后过大", advice="请拆成几条关联规则")
    return ways
