"""Every ruleset is complete, sums to 100 and says where it comes from; a bad one says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.plans.rulesets import RULESETS, Ruleset, latest, load_ruleset, ruleset

TEXT = (files("plumbline.kernel.plans.rulesets") / "national-2020.v1.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("rules", list(RULESETS), ids=lambda rules: rules.id)
def test_every_row_says_its_source(rules: Ruleset) -> None:
    grounds = [
        rules.grounds,
        rules.execution.grounds,
        rules.rounding.grounds,
        *(part.grounds for part in (*rules.levels, *rules.tiers, *rules.grades)),
        *rules.quantitative.grounds.values(),
    ]
    assert all(len(row.source) > 10 for row in grounds)
    assert rules.title and rules.summary and re.fullmatch(r"[0-9a-f]{64}", rules.digest)


def test_the_national_standard_is_10_50_30_10() -> None:
    rules = ruleset("national-2020", 1)
    assert [int(rules.execution.points), *(int(level.points) for level in rules.levels)] == [10, 50, 30, 10]
    assert [(grade.title, int(grade.minimum)) for grade in rules.grades] == [
        ("优", 90),
        ("良", 80),
        ("中", 60),
        ("差", 0),
    ]
    assert "财预〔2020〕10号" in rules.grounds.source


def test_cost_as_level_1_is_10_20_40_20_10() -> None:
    rules = ruleset("cost-2021", 1)
    assert [int(rules.execution.points), *(int(level.points) for level in rules.levels)] == [
        10,
        20,
        40,
        20,
        10,
    ]


def test_national_rulesets_come_first() -> None:
    assert [rules.jurisdiction == "全国" for rules in latest()] == [True, True, False, False]


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(RegistryError, match="national-2020@99"):
        ruleset("national-2020", 99)


CASES: list[tuple[str, Callable[[str], str], str]] = [
    ("points", lambda t: t.replace('points = "50"', 'points = "51"'), "合计 101"),
    ("float", lambda t: t.replace('points = "50"', "points = 50.0"), "应为文字"),
    ("source", lambda t: re.sub(r'source = "[^"]*"', "", t, count=1), "“source”没有填写"),
    (
        "confidence",
        lambda t: t.replace('confidence = "high"', 'confidence = "sure"', 1),
        "应为 high、medium、low 之一",
    ),
    ("tiers", lambda t: t.replace('low = "60"', 'low = "50"'), "首尾相接"),
    ("grades", lambda t: t.replace('minimum = "0"', 'minimum = "1"'), "直到 0 分"),
    (
        "absent",
        lambda t: t.replace('absent = { benefit = "10" }', 'absent = { benefit = "9" }'),
        "应全部转移",
    ),
    ("syntax", lambda t: t + "\n=", "不是有效的 TOML"),
    ("nan", lambda t: t.replace('strict_cap = "99"', 'strict_cap = "NaN"'), "不小于 0"),
]


@pytest.mark.parametrize(("change", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_bad_ruleset_says_what_is_wrong(change: Callable[[str], str], message: str) -> None:
    changed = change(TEXT)
    assert changed != TEXT
    with pytest.raises(RegistryError, match=message) as raised:
        load_ruleset("bad.toml", changed.encode())
    assert "bad.toml" in str(raised.value)
