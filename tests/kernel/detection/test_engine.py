"""Routing by log source, limits, and what is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection import keeping, routes
from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.engine import LONGEST_EVENT, Engine
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile
from plumbline.kernel.detection.storing import dump, load

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def engine(*described: dict[str, Any]) -> Engine:
    files = [
        RuleFile("r.yml", yaml.safe_dump({"title": "r", "id": str(UUID(int=n)), **one}).encode())
        for n, one in enumerate(described)
    ]
    compiled = compile_rules(read(files))
    assert not compiled.problems
    return Engine(compiled.pack)


def process(selection: Any, **source: str) -> dict[str, Any]:
    source = source or {"product": "windows", "category": "process_creation"}
    return {"logsource": source, "detection": {"s": selection, "condition": "s"}}


def evtx(channel: str, number: Any, data: dict[str, Any], **system: Any) -> bytes:
    return orjson.dumps(
        {
            "Event": {
                "System": {
                    "Provider": {"#attributes": {"Name": "P"}},
                    "EventID": number,
                    "Channel": channel,
                    **system,
                },
                "EventData": data,
            }
        }
    )


IMAGE = process({"Image|endswith": "\\a.exe"})


@pytest.mark.parametrize(
    "line",
    [
        evtx(SYSMON, 1, {"Image": "C:\\A.EXE"}),
        evtx(SYSMON, {"#text": 1, "#attributes": {"Qualifiers": 0}}, {"image": "C:\\a.exe"}),
        evtx("Security", 4688, {"NewProcessName": "C:\\a.exe"}),
        orjson.dumps({"Channel": SYSMON, "EventID": 1, "Image": "C:\\a.exe"}),
        orjson.dumps({"Channel": SYSMON, "EventID": "1", "Image": "C:\\a.exe"}),
        orjson.dumps({"winlog": {"channel": SYSMON, "event_id": 1, "event_data": {"Image": "C:\\a.exe"}}}),
        orjson.dumps(
            {"winlog": {"channel": SYSMON, "event_data": {"Image": "C:\\a.exe"}}, "event": {"code": "1"}}
        ),
        orjson.dumps(
            {
                "data": {
                    "win": {
                        "system": {"channel": SYSMON, "eventID": "1"},
                        "eventdata": {"image": "C:\\a.exe"},
                    }
                }
            }
        ),
    ],
)
def test_one_rule_finds_the_event_however_it_was_forwarded(line: bytes) -> None:
    assert engine(IMAGE).match([line]).pairs == [(0, 0)]


@pytest.mark.parametrize(
    "line",
    [
        evtx(SYSMON, 3, {"Image": "C:\\a.exe"}),
        evtx(SYSMON, True, {"Image": "C:\\a.exe"}),
        evtx(SYSMON, 1.0, {"Image": "C:\\a.exe"}),
        evtx("Application", 1, {"Image": "C:\\a.exe"}),
        evtx("Security", 4624, {"NewProcessName": "C:\\a.exe"}),
        orjson.dumps({"Image": "C:\\a.exe"}),
    ],
)
def test_an_event_of_another_source_does_not_match(line: bytes) -> None:
    found = engine(IMAGE)
    # an event that matches comes first, so that what is kept of it cannot mislead
    assert found.match([evtx(SYSMON, 1, {"Image": "C:\\a.exe"}), line]).pairs == [(0, 0)]


def test_a_declared_source_counts_beside_what_the_event_tells() -> None:
    found = engine(IMAGE)
    line = orjson.dumps({"Image": "/a.exe\\a.exe"})
    assert not found.match([line]).pairs
    assert found.match([line], declared=LogSource("windows", "process_creation")).pairs == [(0, 0)]
    assert not found.match([line], declared=LogSource("linux", "process_creation")).pairs


def test_names_with_blanks_are_known_without_them() -> None:
    rule = process({"ThreatName|contains": "x", "Feature_Name": "y"}, product="windows", service="windefend")
    line = evtx(
        "Microsoft-Windows-Windows Defender/Operational", 1, {"Threat Name": "AXE", "Feature Name": "y"}
    )
    assert engine(rule).match([line]).pairs == [(0, 0)]


def test_keywords_are_looked_for_in_what_the_event_says_and_not_in_its_envelope() -> None:
    rule = {"logsource": {"product": "windows"}, "detection": {"k": ["mimi", "katz"], "condition": "k"}}
    found = engine(rule)
    lines = [
        evtx("System", 1, {"a": "xMIMIx"}),
        evtx("System", 1, {"a": ["x", "katz"]}),
        evtx("System", 1, {"a": {"#text": "mimi"}}),
        evtx("System", 1, {"a": "mi", "b": "mi"}),
        evtx("System", 1, {"a": 5}, Computer="mimi"),
    ]
    assert found.match(lines).pairs == [(0, 0), (1, 0), (2, 0)]


def test_two_names_of_one_field_are_one_list() -> None:
    found = engine(process({"Image|contains|all": ["a", "b"]}))
    lines = [
        evtx(SYSMON, 1, {"Image": "xa", "image": "xb"}),
        evtx(SYSMON, 1, {"Image": "xa"}),
        evtx(SYSMON, 1, {"image": "ab"}),
    ]
    assert found.match(lines).pairs == [(0, 0), (2, 0)]
    assert found.match(lines).pairs == [(0, 0), (2, 0)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "not an object"),
        (b'{"a": "' + b"x" * LONGEST_EVENT + b'"}', "too long"),
        (b'{"Channel":"System","EventID":1,"b":' + b'{"a":' * 60 + b"1" + b"}" * 61, "too deep"),
        (
            orjson.dumps({"Channel": "System", "EventID": 1, **{f"k{n}": [n] for n in range(6_000)}}),
            "too deep",
        ),
    ],
)
def test_what_cannot_be_matched_is_reported_and_the_rest_goes_on(line: bytes, why: str) -> None:
    rule = {"logsource": {"product": "windows"}, "detection": {"k": ["mimi"], "condition": "k"}}
    found = engine(rule).match([line, evtx("System", 1, {"a": "mimi"})])
    assert found.faults == [(0, why)]
    assert found.pairs == [(1, 0)]


def test_what_is_kept_stays_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "ROOM", 5_000)
    monkeypatch.setattr(routes, "MOST_NAMES", 20)
    monkeypatch.setattr(routes, "MOST_OUTCOMES", 10)
    monkeypatch.setattr(routes, "MOST_PLANS", 10)
    found = engine(IMAGE, process({"CommandLine|contains": "x"}))
    lines = [
        evtx(SYSMON, 1, {"Image": f"C:\\{n}\\a.exe", f"n{n}": "v", "CommandLine": f"{n}" * 10})
        for n in range(500)
    ]
    assert len(found.match(lines).pairs) == 500
    (route,) = found._routes.values()
    assert len(route.plans) <= 10 and len(route.outcomes) <= 10 and len(route.names) <= 20
    assert all(len(kept) <= 5_000 / 100 for plan in route.plans.values() for kept in plan.kept)


def test_values_of_all_fields_together_stay_within_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_KEPT", 5)
    found = engine(IMAGE, process({"CommandLine|contains": "x"}))
    found.room.left = 9_000
    names = ["Image", "IMAGE", "image", "iMage", "imaGe", "imAge", "Image"]
    lines = [
        evtx(SYSMON, 1, {names[n % 7]: f"C:\\{n}\\a.exe", "CommandLine": f"{n}" * 10}) for n in range(700)
    ]
    assert len(found.match(lines).pairs) == 700
    (route,) = found._routes.values()
    kept = found.room.kept.values()
    assert {id(one) for plan in route.plans.values() for one in plan.kept} <= {id(one) for one in kept}
    assert len(kept) <= 5 + 2
    held = sum(len(value) + 100 for one in kept for value in one)
    assert 0 < held == 9_000 - found.room.left


def test_long_and_many_names_are_not_kept() -> None:
    found = engine(IMAGE)
    lines = [evtx(SYSMON, 1, {f"{n}" * 11_000: "v", "Image": "\\a.exe"}) for n in range(20)]
    assert len(found.match(lines).pairs) == 20
    (route,) = found._routes.values()
    assert not route.plans and list(route.names) == ["Image"]


@pytest.mark.parametrize("values", [(0.0, -0.0), (-0.0, 0.0), (1.0, 1, True), (True, 1.0, 1)])
def test_values_that_are_equal_in_python_are_told_apart(values: tuple[Any, ...]) -> None:
    rules = [process({"N": text}) for text in ("0.0", "-0.0", "1.0", "1", "true")]
    found = engine(*rules).match([evtx(SYSMON, 1, {"N": value}) for value in values])
    written = ["0.0", "-0.0", "1.0", "1", "true"]
    assert [written[rule] for _event, rule in found.pairs] == [
        orjson.dumps(value).decode() for value in values
    ]


def test_a_field_is_compared_with_one_of_the_head_wherever_that_stands() -> None:
    rule = {
        "logsource": {"product": "windows", "service": "system"},
        "detection": {"s": {"param|fieldref": "EventID"}, "condition": "s"},
    }
    events = [
        {"winlog": {"channel": "System", "event_id": "7", "event_data": {"param": param, **more}}}
        for param in ("7", "8")
        for more in ({}, {"list": [1]})
    ]
    assert engine(rule).match(map(orjson.dumps, events)).pairs == [(0, 0), (1, 0)]


def test_a_field_that_is_not_there_is_not_the_one_without_a_name() -> None:
    rule = process({"a|fieldref": "b"})
    assert not engine(rule).match([evtx(SYSMON, 1, {"a": "x", "": "x"})]).pairs


def test_long_heads_are_not_kept() -> None:
    found = engine(IMAGE)
    found.match([evtx("c" * 100_000 + str(n), 1, {"Image": "x"}) for n in range(5)])
    assert not any(table for tables in found._heads.values() for _shape, table in tables)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_batches_change_nothing(size: int) -> None:
    lines = [evtx(SYSMON, 1, {"Image": f"{n % 3}\\a.exe" if n % 2 else "x"}) for n in range(20)]
    whole = engine(IMAGE).match(lines).pairs
    found = engine(IMAGE)
    parts = [
        (start + n, rule)
        for start in range(0, 20, size)
        for n, rule in found.match(lines[start : start + size]).pairs
    ]
    assert parts == whole


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5))
def test_arbitrary_bytes_are_faults(lines: list[bytes]) -> None:
    found = engine(IMAGE).match(lines)
    assert not found.pairs


_json = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**60), 2**60),
        st.floats(allow_nan=False),
        st.text(max_size=5),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(_json, _json, _json, _json)
def test_events_of_any_form_stop_nothing(channel: Any, number: Any, data: Any, more: Any) -> None:
    rules = (IMAGE, {"logsource": {"product": "windows"}, "detection": {"k": ["mimi"], "condition": "k"}})
    lines = [
        evtx(channel, number, data, Provider=more),
        evtx(SYSMON, 1, data, Security=more),
        orjson.dumps({"Event": more, "winlog": data, "data": {"win": {"system": more, "eventdata": data}}}),
        orjson.dumps({"winlog": {"channel": channel, "event_data": data, "user_data": more}}),
        orjson.dumps({"Channel": channel, "EventID": number, "x": data}),
        evtx(SYSMON, 1, {"Image": "C:\\a.exe"}),
    ]
    assert (5, 0) in engine(*rules).match(lines).pairs


def test_a_pack_that_was_kept_matches_as_the_one_that_was_compiled() -> None:
    described = [
        IMAGE,
        process({"CommandLine|re": "a+b", "User|fieldref": "ParentUser"}),
        process({"Image|cased|contains": "É?x*", "N|gte": 5, "Ip|cidr": "10.0.0.0/8"}),
    ]
    files = [
        RuleFile("r.yml", yaml.safe_dump({"title": "r", "id": str(UUID(int=n)), **one}).encode())
        for n, one in enumerate(described)
    ]
    compiled = compile_rules(read(files))
    kept = load(dump(compiled))
    assert (kept.rules, kept.problems, kept.pack.atoms) == (
        compiled.rules,
        compiled.problems,
        compiled.pack.atoms,
    )
    lines = [
        evtx(SYSMON, 1, {"Image": "C:\\a.exe", "CommandLine": "aab", "User": "X", "ParentUser": "x"}),
        evtx(SYSMON, 1, {"Image": "1É2x3", "N": "5", "Ip": "10.1.1.1"}),
    ]
    assert Engine(kept.pack).match(lines).pairs == Engine(compiled.pack).match(lines).pairs == [
        (0, 0), (0, 1), (1, 2),
    ]  # fmt: skip
