"""A slow, obvious evaluator: what a Sigma rule means, in plain loops, to hold the engine against.

It shares no code with the engine: it walks what pySigma parsed, and reads events by itself.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import orjson
from sigma import conditions, types
from sigma.rule import SigmaRule


def simple_fold(text: str) -> str:
    """One character to one character: full folding, or lower case, or itself, whichever is one first."""
    folded = ""
    for character in text:
        for candidate in (character.casefold(), character.lower(), character):
            if len(candidate) == 1:
                folded += candidate
                break
    return folded


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def values(value: Any) -> list[str]:
    """The texts of a value: one for each element of a list, none for null."""
    if isinstance(value, list):
        return [one for element in value for one in values(element)]
    return [] if value is None else [text(value)]


def flattened(event: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Every field of a JSON object with its dotted name."""
    found: list[tuple[str, Any]] = []
    for key, value in event.items():
        found.append((prefix + key, value))
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                found += flattened(element, f"{prefix}{key}.")
    return found


class Event:
    """An event as rules see it."""

    def __init__(self, event: dict[str, Any]) -> None:
        self._fields: dict[str, list[str]] = {}
        self.words: list[str] = []
        for name, value in flattened(event):
            self._fields.setdefault(simple_fold(name), []).extend(values(value))
            for element in value if isinstance(value, list) else [value]:
                if not isinstance(element, (dict, list)) and element is not None:
                    self.words.append(text(element))

    @classmethod
    def of(cls, fields: list[tuple[str, Any]], words: list[Any]) -> Event:
        """An event of which is told what its fields are, and where keywords are looked for."""
        event = cls({})
        for name, value in fields:
            event._fields.setdefault(simple_fold(name), []).extend(values(value))
        event.words = [one for word in words for one in values(word)]
        return event

    def texts(self, name: str) -> list[str]:
        return self._fields.get(simple_fold(name), [])


def holds(rule: SigmaRule, event: dict[str, Any] | Event) -> bool:
    """Whether the rule's condition holds for the event, whatever its log source."""
    seen = event if isinstance(event, Event) else Event(event)
    return any(_holds(condition.parsed, seen) for condition in rule.detection.parsed_condition)


def _holds(item: Any, event: Event) -> bool:
    if isinstance(item, conditions.ConditionAND):
        return all(_holds(child, event) for child in item.args)
    if isinstance(item, conditions.ConditionOR):
        return any(_holds(child, event) for child in item.args)
    if isinstance(item, conditions.ConditionNOT):
        return not _holds(item.args[0], event)
    if isinstance(item, conditions.ConditionFieldEqualsValueExpression):
        return _field_holds(item.value, event.texts(item.field), event)
    assert isinstance(item, conditions.ConditionValueExpression)
    return _word_holds(item.value, event)


def _field_holds(value: Any, texts: list[str], event: Event) -> bool:
    if isinstance(value, types.SigmaExpansion):
        return any(_field_holds(one, texts, event) for one in value.values)
    if isinstance(value, types.SigmaNull):
        return not texts
    if isinstance(value, types.SigmaExists):
        return bool(texts) == value.exists
    if isinstance(value, types.SigmaFieldReference):
        return any(_same(a, b, value) for a in texts for b in event.texts(value.field))
    return any(_value_holds(value, one) for one in texts)


def _word_holds(value: Any, event: Event) -> bool:
    if isinstance(value, types.SigmaExpansion):
        return any(_word_holds(one, event) for one in value.values)
    if isinstance(value, types.SigmaNumber):
        return any(str(value.number) in word for word in event.words)
    if isinstance(value, types.SigmaString):
        return any(_wildcards(value).search(_cased(value, word)) for word in event.words)
    return any(_value_holds(value, word) for word in event.words)


def _same(a: str, b: str, value: types.SigmaFieldReference) -> bool:
    a, b = simple_fold(a), simple_fold(b)
    if value.starts_with:
        return a.startswith(b)
    return a.endswith(b) if value.ends_with else a == b


def _value_holds(value: Any, one: str) -> bool:
    if isinstance(value, types.SigmaString):
        return _wildcards(value).fullmatch(_cased(value, one)) is not None
    if isinstance(value, types.SigmaBool):
        return one.lower() == ("true" if value.boolean else "false")
    if isinstance(value, types.SigmaTimestampPart):
        raise NotImplementedError
    if isinstance(value, types.SigmaNumber):
        return one == str(value.number)
    if isinstance(value, types.SigmaRegularExpression):
        # PCRE without Unicode properties: classes are ASCII, `$` also stands before a last line feed
        flags = re.IGNORECASE if types.SigmaRegularExpressionFlag.IGNORECASE in value.flags else re.ASCII
        flags |= re.DOTALL if types.SigmaRegularExpressionFlag.DOTALL in value.flags else re.NOFLAG
        flags |= re.MULTILINE if types.SigmaRegularExpressionFlag.MULTILINE in value.flags else re.NOFLAG
        return re.search(str(value.regexp), one, flags) is not None
    if isinstance(value, types.SigmaCIDRExpression):
        try:
            return ipaddress.ip_address(one) in ipaddress.ip_network(value.cidr)
        except (ValueError, TypeError):
            return False
    assert isinstance(value, types.SigmaCompareExpression)
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", one):
        return False
    number, limit = float(one), value.number.number
    return {
        types.CompareOperators.LT: number < limit,
        types.CompareOperators.LTE: number <= limit,
        types.CompareOperators.GT: number > limit,
        types.CompareOperators.GTE: number >= limit,
        types.CompareOperators.NEQ: number != limit,
    }[value.op]


def _cased(value: types.SigmaString, one: str) -> str:
    return one if isinstance(value, types.SigmaCasedString) else simple_fold(one)


def _wildcards(value: types.SigmaString) -> re.Pattern[str]:
    made = ""
    for part in value.s:
        if part == types.SpecialChars.WILDCARD_MULTI:
            made += ".*"
        elif part == types.SpecialChars.WILDCARD_SINGLE:
            made += "."
        else:
            assert isinstance(part, str)
            made += re.escape(part if isinstance(value, types.SigmaCasedString) else simple_fold(part))
    return re.compile(made, re.DOTALL)
