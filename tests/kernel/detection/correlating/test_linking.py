"""What becomes of correlation documents: linked, or a problem with its reason."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.correlations import SigmaExtendedCorrelationCondition

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.correlating import Limits, link
from plumbline.kernel.detection.correlating.conditions import terms_of
from plumbline.kernel.detection.errors import RuleError
from plumbline.kernel.detection.rules import Document
from tests.kernel.detection.correlating.samples import documents_of, info, key_of, linked


def counted(name: str, *rules: str, **more: Any) -> dict[str, Any]:
    section = {"type": "event_count", "rules": list(rules), "timespan": "1m", "condition": {"gte": 2}, **more}
    return {"title": name, "name": name, "correlation": section}


def test_rules_are_named_by_id_or_name_and_come_before_what_is_built_on_them() -> None:
    found = linked([counted("top", key_of("low").upper(), "r"), counted("low", "r")], ["r"])
    assert not found.problems
    assert [one.info.title for one in found.correlations] == ["low", "top"]
    assert [(one.key, one.chained) for one in found.correlations[1].inputs] == [
        (key_of("low"), True),
        ("r", False),
    ]


@pytest.mark.parametrize(
    ("described", "why"),
    [
        (counted("x", "missing"), "引用的规则 missing 不存在"),
        (counted("x", "r", "missing"), "引用的规则 missing 不存在"),
        (counted("x", "x"), "循环引用"),
        (counted("x", "r", condition={"gte": 10_001}), "超过每组保留的上限 10000"),
        (counted("x", "r", type="value_percentile", condition={"field": "n", "gte": 1}), "百分位"),
        (
            counted("x", "r", type="value_percentile", condition={"field": "n", "gte": 1, "percentile": 101}),
            "百分位",
        ),
        (counted("x", "r", type="value_sum", condition={"field": ["n", "m"], "gte": 1}), "一个字段"),
        (counted("x", "r", type="temporal", condition={"gte": 2}), "条件要求 2 条规则"),
        (counted("x", "r", type="temporal_ordered", condition={"gt": 1}), "条件要求 2 条规则"),
        (counted("x", type="temporal", condition="not r"), "没有任何事件时也成立"),
        (counted("x", type="temporal", condition="r and not r"), "永远不会成立"),
        (counted("x", "r", timespan="9999999y"), "过长"),
        (counted("x"), "引用了 0 条规则"),
    ],
)
def test_what_cannot_run_is_told_and_why(described: dict[str, Any], why: str) -> None:
    described["correlation"] = {k: v for k, v in described["correlation"].items() if v != [] or k != "rules"}
    if why == "引用了 0 条规则":
        described["correlation"]["rules"] = []
    found = linked([described, counted("sound", "r")], ["r"])
    (problem,) = found.problems
    assert problem.kind == "unsupported"
    assert why in problem.why
    assert problem.key == key_of("x")
    assert [one.info.title for one in found.correlations] == ["sound"]


NAN = float("nan")


@pytest.mark.parametrize(
    "section",
    [
        [],
        {},
        {"type": "event_count", "rules": ["r"], "timespan": "1m"},
        {"type": "sum", "rules": ["r"], "timespan": "1m", "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "timespan": "0s", "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "timespan": "1x", "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "timespan": 60, "condition": {"gte": 1}},
        {"type": "event_count", "rules": {"a": 1}, "timespan": "1m", "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": {"gte": "many"}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": {"gte": NAN}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": {"lt": float("inf")}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": {"gte": 1, "lt": NAN}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": "a and"},
        {"type": "temporal", "rules": ["r"], "timespan": "1m", "condition": "r and ("},
        {"type": "temporal", "rules": ["r"], "timespan": "1m", "condition": "r and " * 2000 + "r"},
        {"type": "value_count", "rules": ["r"], "timespan": "1m", "condition": {"gte": 1}},
        {"type": 7, "rules": ["r"], "timespan": "1m", "condition": {"gte": 1}},
        {"type": "event_count", "rules": ["r"], "timespan": "1m", "condition": {"gte": 1}, "aliases": ["a"]},
    ],
)
def test_what_is_no_correlation_is_unreadable(section: Any) -> None:
    broken = {"title": "x", "name": "x", "correlation": section}
    found = linked([broken, counted("sound", "r")], ["r"])
    (problem,) = found.problems
    assert problem.kind == "unreadable"
    assert problem.why
    assert [one.info.title for one in found.correlations] == ["sound"]


def test_a_circle_is_told_and_what_leads_into_it() -> None:
    found = linked([counted("a", "b"), counted("b", "c"), counted("c", "b"), counted("d", "r")], ["r"])
    assert {problem.title for problem in found.problems} == {"a", "b", "c"}
    assert any("循环引用" in problem.why for problem in found.problems)
    assert [one.info.title for one in found.correlations] == ["d"]


def test_a_name_that_two_rules_have_is_not_guessed_at() -> None:
    found = link(documents_of([counted("x", "r")]), [info("r"), info("s"), _renamed("t", "r")])
    assert "有多条规则使用" in found.problems[0].why


def _renamed(key: str, name: str) -> Any:
    return replace(info(key), name=name)


def test_a_tower_is_taken_as_high_as_is_allowed() -> None:
    tower = [counted("k0", "r")] + [counted(f"k{n}", f"k{n - 1}") for n in range(1, 40)]
    for described in (tower, tower[::-1]):
        found = linked(described, ["r"])
        assert {one.info.title for one in found.correlations} == {f"k{n}" for n in range(20)}
        assert len(found.problems) == 20
        assert any("超过 20 级" in problem.why for problem in found.problems)


def test_what_is_switched_off_is_told_and_not_built_on() -> None:
    off = Choice(off=frozenset((key_of("low"),)))
    found = linked([counted("low", "r"), counted("top", "low")], ["r"], choice=off)
    assert [(problem.title, problem.kind) for problem in found.problems] == [
        ("low", "disabled"),
        ("top", "unsupported"),
    ]
    assert not found.silent


def test_what_is_not_used_silences_nothing() -> None:
    assert linked([counted("x", "r", "missing")], ["r"]).silent == frozenset()


def test_limits_decide_what_fits() -> None:
    assert linked([counted("x", "r", condition={"gt": 5})], ["r"], limits=Limits(kept=5)).problems
    assert not linked([counted("x", "r", condition={"gt": 4})], ["r"], limits=Limits(kept=5)).problems


WORDS = ["a", "b", "c", "d"]
nodes = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(nodes)
def test_ways_to_hold_say_what_the_condition_says(text: str) -> None:
    numbers = {word: n for n, word in enumerate(WORDS)}
    truth = {
        values: bool(eval(text, {}, dict(zip(WORDS, values, strict=True))))  # noqa: S307
        for values in product([False, True], repeat=len(WORDS))
    }
    try:
        terms = terms_of(SigmaExtendedCorrelationCondition(text).parsed, numbers, tuple(range(4)))
    except RuleError as error:
        assert "永远不会成立" in error.what or "没有任何事件" in error.what
        if "永远" in error.what:
            assert not any(truth.values())
        return
    for values, holds in truth.items():
        ways = [
            all(values[n] for n in term.wanted) and not any(values[n] for n in term.unwanted)
            for term in terms
        ]
        assert any(ways) == holds


plain = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["r", "1m", "gte", "temporal"]),
        st.text(max_size=5),
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
sections = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(
            plain, st.sampled_from(["event_count", "value_sum", "temporal", "temporal_ordered"]),
        ),
        "rules": st.one_of(plain, st.just(["r"])),
        "timespan": st.one_of(plain, st.just("1m")),
        "group-by": plain,
        "aliases": plain,
        "generate": plain,
        "condition": st.one_of(
            plain,
            st.dictionaries(st.sampled_from(["gte", "lt", "eq", "field", "percentile"]), plain, max_size=3),
            st.text("rabnotd ()", max_size=12),
        ),
    },
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(plain, sections), plain)
def test_whatever_a_document_holds_is_taken_or_told(section: Any, other: Any) -> None:
    data = {"title": "x", "id": other, "name": other, "correlation": section}
    found = link([Document("correlation", info("x"), data)], [info("r")])
    assert len(found.correlations) + len(found.problems) == 1
