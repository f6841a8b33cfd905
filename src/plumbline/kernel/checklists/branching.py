"""Which items are asked: an item whose condition does not hold is not, nor is anything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plumbline.kernel.checklists.draft import Question, with_ancestors

#: how deep conditions may be nested within one another
DEEPEST = 8


def asked(items: Sequence[Question], answers: Mapping[str, str]) -> set[str]:
    """Keys of the items that are asked, sections included.

    An answer that was given before its own item fell away counts no more. A condition on an item that is
    not there holds: an item must not vanish by a mistake. Conditions that go round in a circle are refused
    when a checklist is read (`circles`); here each item of the circle counts as asked.

    Args:
        answers: {key: value}; "" and missing are not answered.
    """
    above = {item.key: ancestors for item, ancestors in with_ancestors(items)}
    by_key = {item.key: item for item in items}
    order = _dependent_last(items, above)
    found: set[str] = set()
    settled: set[str] = set()
    for key in order:
        if all(parent.key in found or parent.key not in settled for parent in above[key]) and _holds(
            by_key[key].condition, answers, found=found, settled=settled, known=by_key
        ):
            found.add(key)
        settled.add(key)
    return found


def _holds(
    condition: Mapping[str, Any],
    answers: Mapping[str, str],
    *,
    found: set[str],
    settled: set[str],
    known: Mapping[str, Question],
) -> bool:
    if "any" in condition:
        return any(_holds(c, answers, found=found, settled=settled, known=known) for c in condition["any"])
    if "all" in condition:
        return all(_holds(c, answers, found=found, settled=settled, known=known) for c in condition["all"])
    key = condition.get("item")
    if key is None or key not in known or key not in settled:
        return True
    return key in found and answers.get(key, "") in condition.get("in", ())


def referred(condition: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(key, values) of every item that a condition looks at."""
    for inner in (*condition.get("any", ()), *condition.get("all", ())):
        yield from referred(inner)
    if "item" in condition:
        yield condition["item"], tuple(condition.get("in", ()))


def circles(items: Sequence[Question]) -> list[tuple[str, ...]]:
    """Conditions that go round: each circle as the keys along it. An item that depends on a part of itself
    is one too, because the part is asked only when the whole is."""
    above = {item.key: ancestors for item, ancestors in with_ancestors(items)}
    needs = _needs(items, above)
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        on_path: dict[str, int] = {}
        # each step: a key, and what it still has to look at; no recursion, a chain may be long
        steps: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            steps.append((start, iter(needs[start])))
            on_path[start] = 0
            path.append(start)
        while steps:
            key, rest = steps[-1]
            following = next(rest, None)
            if following is None:
                steps.pop()
                path.pop()
                del on_path[key]
                done.add(key)
            elif following in on_path:
                found.append(tuple(path[on_path[following] :]))
            elif following not in done:
                on_path[following] = len(path)
                path.append(following)
                steps.append((following, iter(needs[following])))
    return found


def _needs(items: Sequence[Question], above: Mapping[str, tuple[Question, ...]]) -> dict[str, list[str]]:
    """What must be settled before each item: its ancestors, and what its condition looks at."""
    keys = {item.key for item in items}
    return {
        item.key: [parent.key for parent in above[item.key][-1:]]
        + [key for key, _ in referred(item.condition) if key in keys]
        for item in items
    }


def _dependent_last(items: Sequence[Question], above: Mapping[str, tuple[Question, ...]]) -> list[str]:
    """Keys in an order in which each comes after what it depends on; within a circle, as they come."""
    needs = _needs(items, above)
    order: list[str] = []
    seen: set[str] = set()
    for item in items:
        steps = [(item.key, iter(needs[item.key]))] if item.key not in seen else []
        seen.add(item.key)
        while steps:
            key, rest = steps[-1]
            following = next(rest, None)
            if following is None:
                order.append(key)
                steps.pop()
            elif following not in seen:
                seen.add(following)
                steps.append((following, iter(needs[following])))
    return order
