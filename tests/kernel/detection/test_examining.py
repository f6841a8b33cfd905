"""What is taken of events that matched: their time, what matters in them, and no more than fits."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import yaml

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.examining import LONGEST_SAMPLE, MOST_SAMPLE_FIELDS, MOST_SAMPLES, Examiner
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile

RULE = {
    "title": "r",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"s": {"CommandLine|contains": "evil", "ParentImage|endswith": "\\p.exe"}, "condition": "s"},
}


def examiner(rule: dict[str, Any], **more: Any) -> Examiner:
    compiled = compile_rules(read([RuleFile("r.yml", yaml.safe_dump(rule).encode())]))
    assert len(compiled.rules) == 1, compiled.problems
    return Examiner(compiled.pack, sampled=True, **more)


def process(**more: Any) -> dict[str, Any]:
    data = {"CommandLine": "evil", "ParentImage": "c:\\p.exe", **more}
    system = {
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "Computer": "pc1",
        "TimeCreated": {"#attributes": {"SystemTime": "2026-08-05T06:00:00Z"}},
    }
    return {"Event": {"System": system, "EventData": data}}


def test_the_fields_that_the_rule_asks_for_come_first() -> None:
    extra = {f"Extra{n}": "x" for n in range(50)}
    outcome = examiner(RULE).examine([orjson.dumps(process(**extra, User="wang"))], [41])
    assert outcome.pairs == [(41, 0)] and outcome.times == {41: 1_785_909_600.0}
    ((rule, sample),) = outcome.samples
    assert (rule, sample.event) == (0, 41)
    names = [name for name, _text in sample.fields]
    assert set(names[:2]) == {"CommandLine", "ParentImage"}
    assert "User" in names and "Computer" in names and "Extra1" not in names


def test_samples_are_few_and_short() -> None:
    detection = {"keywords": ["evil"], "condition": "keywords"}
    rule = {**RULE, "logsource": {"product": "p"}, "detection": detection}
    one = examiner(rule, declared=LogSource("p"))
    event = orjson.dumps({f"f{n}": "evil" * 1_000 for n in range(60)})
    outcome = one.examine([event] * 9, range(9))
    assert len(outcome.pairs) == 9 and len(outcome.samples) == MOST_SAMPLES
    fields = outcome.samples[0][1].fields
    assert len(fields) == MOST_SAMPLE_FIELDS and {len(text) for _name, text in fields} == {LONGEST_SAMPLE}
    one.restart_samples()
    assert len(one.examine([event], [9]).samples) == 1


def test_broken_events_keep_their_number() -> None:
    outcome = examiner(RULE).examine([b"{", orjson.dumps(process()), b"[]"], [7, 8, 9])
    assert outcome.pairs == [(8, 0)] and outcome.count == 3
    assert outcome.faults == [(7, "not JSON"), (9, "not an object")]


def test_an_event_that_is_too_deep_where_no_rule_looks_is_found_and_shown_as_far_as_it_goes() -> None:
    event = process(User="wang")
    deep: Any = "x"
    for _ in range(60):
        deep = {"a": deep}
    event["Event"]["System"]["Security"] = deep
    outcome = examiner(RULE).examine([orjson.dumps(event)], [0])
    assert outcome.pairs == [(0, 0)] and not outcome.faults
    assert ("Computer", "pc1") in outcome.samples[0][1].fields


@pytest.mark.parametrize("depth", [45, 300, 600, 1000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_value_nested_however_deep_is_a_fault_and_no_error(
    depth: int, opening: bytes, closing: bytes
) -> None:
    whole = b'{"CommandLine":' + opening * depth + b'"evil"' + closing * depth + b"}"
    data = (
        b'{"Event":{"System":{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1},"EventData":%b}}'
    )
    for line in (whole, data % whole):
        outcome = examiner(
            {
                **RULE,
                "detection": {"s": {"CommandLine|contains": "evil"}, "k": ["evil"], "condition": "s or k"},
            },
            declared=LogSource("windows", "process_creation"),
        ).examine([line], [3])
        # an object is text where it lies in EventData, as far as it can be written at all
        assert [number for number, _why in outcome.faults] == [3] or outcome.pairs == [(3, 0)]
