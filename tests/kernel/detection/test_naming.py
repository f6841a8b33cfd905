"""What correlations are built on, told before rules are compiled."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.naming import named_by
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Document, RuleFile


def documents(*described: dict[str, Any]) -> list[Document]:
    return read([RuleFile("c.yml", yaml.safe_dump_all(described).encode())]).documents


def correlation(name: str, rules: Any, level: str = "high", **more: Any) -> dict[str, Any]:
    section = {"type": "event_count", "rules": rules, "timespan": "1m", "condition": {"gte": 2}, **more}
    return {"title": name, "name": name, "level": level, "correlation": section}


def test_names_come_through_all_levels_and_only_from_what_is_chosen() -> None:
    given = documents(
        correlation("top", ["middle", "Own"]),
        correlation("middle", "low", level="low"),
        correlation("other", ["unused"], level="low"),
        correlation("loop", ["loop"]),
    )
    named = named_by(given, Choice(least="high").leaves_out)
    assert {"middle", "own", "Own", "low", "loop"} <= named
    assert "unused" not in named and "other" not in named


def test_names_in_a_condition_count() -> None:
    given = documents(correlation("top", [], type="temporal", condition="one and not two"))
    assert {"one", "two"} <= named_by(given, Choice().leaves_out)


@pytest.mark.parametrize(
    "section", [None, 5, [], {"rules": 5}, {"rules": [None, {"a": 1}]}, {"condition": []}]
)
def test_odd_correlations_name_nothing(section: Any) -> None:
    given = documents({"title": "x", "correlation": section, "name": "x"})
    assert named_by(given, Choice().leaves_out) == frozenset()
