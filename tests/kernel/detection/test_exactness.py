"""The engine and the plain evaluator agree, whatever rules and events are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.rule import SigmaRule

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile
from tests.kernel.detection.reference import holds

FIELDS = ["Image", "image", "CommandLine", "User", "a.b", "list", "N"]
#: few letters, so that values meet; with case pairs that are easily got wrong
LETTERS = "aAbBkKK\u017fsSßẞıiİ0127.-/\\*?% \n中é\u00e9\u0131"
words = st.one_of(st.text(LETTERS, max_size=6), st.sampled_from(["k\n", "\n", "a\nb", "\x0b", "ab\n"]))
scalars = st.one_of(
    words,
    st.integers(-3, 12),
    st.booleans(),
    st.none(),
    # the last ones are too long to be kept, or wider than 63 bits
    st.sampled_from(
        ["10.0.0.1", "::1", "1.5", "true", "1", "1.0", "ab" * 1_500, "k" * 2_000 + "\u212aa", 2**63]
    ),
    st.sampled_from([0.0, 1.0, -0.0, 1.5, 1e20]),
)
events = st.dictionaries(
    st.sampled_from(FIELDS),
    st.one_of(
        scalars,
        st.lists(scalars, max_size=3),
        st.dictionaries(st.sampled_from(["b", "x"]), scalars, max_size=2),
        st.lists(st.dictionaries(st.sampled_from(["b", "x"]), scalars, max_size=2), max_size=2),
    ),
    max_size=5,
)
MODIFIERS = [
    "", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|windash",
    "|contains|windash", "|base64", "|base64offset|contains", "|wide|base64offset|contains",
    "|endswith|cased",
]  # fmt: skip


def one_or_many(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, min_size=1, max_size=3))


def item(name: str) -> st.SearchStrategy[dict[str, Any]]:
    plain = st.sampled_from(MODIFIERS).flatmap(
        lambda modifier: one_or_many(
            st.text("abAB", min_size=1, max_size=3) if "base64" in modifier else words
        ).map(lambda value: {name + modifier: value})
    )
    return st.one_of(
        plain,
        one_or_many(st.one_of(st.integers(-3, 12), st.none(), st.booleans(), words)).map(lambda v: {name: v}),
        st.sampled_from(["lt", "lte", "gt", "gte"]).flatmap(
            lambda m: st.one_of(st.integers(-3, 12), st.just(1.5)).map(lambda v: {f"{name}|{m}": v})
        ),
        st.sampled_from(["10.0.0.0/8", "::/64", "10.0.0.1/32"]).map(lambda v: {f"{name}|cidr": v}),
        st.booleans().map(lambda v: {f"{name}|exists": v}),
        st.sampled_from(FIELDS).map(lambda v: {f"{name}|fieldref": v}),
        st.sampled_from([r"a+b", r"^k", r"[a-z]$", r"\d\d", r"a.b", r"(s|b)\b", r"^$", r"\x2e", r"\s"]).map(
            lambda v: {f"{name}|re": v}
        ),
        st.sampled_from([r"a+b", r"^K", r"é"]).map(lambda v: {f"{name}|re|i": v}),
        st.sampled_from([r"^b$", r"a$"]).map(lambda v: {f"{name}|re|m": v}),
        st.sampled_from([r"a.b", r"^.$"]).map(lambda v: {f"{name}|re|s": v}),
    )


maps = st.lists(st.sampled_from(FIELDS).flatmap(item), min_size=1, max_size=3).map(
    lambda items: {key: value for one in items for key, value in one.items()}
)
keywords = st.one_of(
    st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(st.text("abk1", min_size=1, max_size=2), min_size=1, max_size=3).map(lambda v: {"|all": v}),
)
detections = st.one_of(maps, maps, st.lists(maps, min_size=1, max_size=2), keywords)
CONDITIONS = [
    "s1", "not s1", "s1 and s2", "s1 or s2", "s1 and not s2", "not (s1 and s2)", "1 of s*", "all of them",
    "s1 and not 1 of s2*", "(s1 or s2) and not (s1 and s2)", "not s1 and not s2", "s1 or not s2",
]  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "title": "drawn",
        "logsource": {"product": "p", "category": "c"},
        "detection": {
            "s1": draw(detections),
            "s2": draw(detections),
            "condition": draw(st.sampled_from(CONDITIONS)),
        },
    }


def engine_of(described: list[dict[str, Any]]) -> tuple[Engine, list[dict[str, Any]]]:
    """An engine for these rules, and those of them that could be compiled."""
    files = [
        RuleFile(f"{n}.yml", yaml.safe_dump({**one, "id": str(UUID(int=n))}, allow_unicode=True).encode())
        for n, one in enumerate(described)
    ]
    compiled = compile_rules(read(files))
    assert compiled.rules or compiled.problems
    return Engine(compiled.pack), [described[UUID(info.key).int] for info in compiled.rules]


@settings(max_examples=400, deadline=None)
@given(st.lists(rules(), min_size=1, max_size=4), st.lists(events, min_size=1, max_size=6))
def test_engine_and_reference_agree(described: list[dict[str, Any]], drawn: list[dict[str, Any]]) -> None:
    engine, kept = engine_of(described)
    found = engine.match([orjson.dumps(event) for event in drawn], declared=LogSource("p", "c"))
    assert not found.faults
    expected = [
        (n, r)
        for n, event in enumerate(drawn)
        for r, rule in enumerate(kept)
        if holds(SigmaRule.from_dict(rule), event)
    ]
    assert found.pairs == expected
    # what the engine has learnt of these events changes nothing
    again = engine.match([orjson.dumps(event) for event in reversed(drawn)], declared=LogSource("p", "c"))
    last = len(drawn) - 1
    assert sorted((last - n, r) for n, r in again.pairs) == expected
