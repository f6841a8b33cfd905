"""What Hyperscan must take before a rule is let into a pack: one refusal there would stop all rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import hyperscan

from plumbline.kernel.detection.errors import RuleError
from plumbline.kernel.detection.expressions import MANY, ONE, And, Atom, Node, Not, Or, Pattern, Regex
from plumbline.kernel.detection.matching import expression_bytes, regex_flags
from plumbline.kernel.detection.pack import folded_pattern

#: characters; a pattern that is no longer is short enough for Hyperscan, however it is escaped
_PLAINLY_SHORT: Final = 300
_MOST_WILDCARDS: Final = 200


def demand_compilable(node: Node, checked: dict[Regex | Pattern, str]) -> None:
    """Every regular expression must be one that cannot hang, every pattern short enough for one pass.

    `checked` keeps what was found of a test, for it may come again.

    Raises:
        RuleError: one is not.
    """
    for test in _scanned(node):
        if test not in checked:
            checked[test] = _refusal(test)
        if checked[test] and isinstance(test, Regex):
            raise RuleError(f"正则表达式 {test.expression[:80]} 不受支持", advice=checked[test])
        if checked[test]:
            raise RuleError("有一个取值过长或通配符过多", advice=f"请改短：{checked[test]}")


def _scanned(node: Node) -> Iterable[Regex | Pattern]:
    """The regular expressions, and those patterns that might be too long."""
    match node:
        case Atom(_, Regex() as regex):
            yield regex
        case Atom(_, Pattern(parts) as pattern):
            if sum(len(part) if isinstance(part, str) else 10 for part in parts) > _PLAINLY_SHORT:
                yield pattern
        case And(children) | Or(children):
            for child in children:
                yield from _scanned(child)
        case Not(child):
            yield from _scanned(child)


def _refusal(test: Regex | Pattern) -> str:
    try:
        if isinstance(test, Regex):
            expression, flags = test.expression.encode(), regex_flags(test.flags)
        elif MANY not in test.parts and ONE not in test.parts:
            return ""  # it is looked up, not searched for
        elif test.parts.count(MANY) > _MOST_WILDCARDS:
            return f"* 超过 {_MOST_WILDCARDS} 个"  # Hyperscan would take minutes
        else:
            expression, flags = expression_bytes(folded_pattern(test)), 0
        hyperscan.Database().compile(expressions=[expression], flags=[flags])
    except (hyperscan.HyperscanError, UnicodeEncodeError) as error:
        return str(error) or type(error).__name__
    return ""
