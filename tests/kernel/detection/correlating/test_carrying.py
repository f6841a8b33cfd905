"""From files of rules and events to alerts: rules, engine, carrier and correlator together."""

from __future__ import annotations

from typing import Any

import orjson

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.correlating import Alert, Carrier, Correlator, Detection, link
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile
from plumbline.kernel.detection.storing import dump, load

RULES = b"""
title: Correlation - Multiple Failed Logins Followed by Successful Login
id: b180ead8-d58f-40b2-ae54-c8940995b9b6
status: experimental
correlation:
    type: temporal_ordered
    rules:
        - multiple_failed_login
        - successful_login
    group-by:
        - TargetUserName
    timespan: 10m
level: high
---
title: Multiple failed logons
id: a8418a5a-5fc4-46b5-b23b-6c73beb19d41
name: multiple_failed_login
correlation:
    type: event_count
    rules:
        - failed_login
    group-by:
        - targetusername
    timespan: 10m
    condition:
        gte: 10
---
title: Single failed login
id: 53ba33fd-3a50-4468-a5ef-c583635cfa92
name: failed_login
logsource:
    product: windows
    service: security
detection:
    selection:
        EventID:
            - 529
            - 4625
    condition: selection
---
title: Successful login
id: 4d0a2c83-c62c-4ed4-b475-c7e23a9269b8
name: successful_login
logsource:
    product: windows
    service: security
detection:
    selection:
        EventID:
            - 528
            - 4624
    condition: selection
"""


def evtx(number: int, user: str) -> dict[str, Any]:
    return {
        "Event": {
            "System": {"EventID": number, "Channel": "Security", "Computer": "PC"},
            "EventData": {"TargetUserName": user, "IpAddress": "10.0.0.9"},
        }
    }


def flat(number: int, user: str) -> dict[str, Any]:
    return {"EventID": number, "Channel": "Security", "TargetUserName": user}


def alerts_for(events: list[dict[str, Any]]) -> list[Alert]:
    compiled = load(dump(compile_rules(read([RuleFile("mr_logins.yml", RULES)]))))
    linked = link(compiled.correlations, compiled.rules)
    assert not compiled.problems
    assert not linked.problems
    carrier = Carrier(compiled.pack, compiled.rules, linked.correlations)
    matches = Engine(compiled.pack).match([orjson.dumps(event) for event in events])
    correlator = Correlator(linked.correlations)
    detections = [
        Detection(60.0 + event, compiled.rules[rule].key, "f", event, carrier.fields(events[event], rule))
        for event, rule in matches.pairs
        if rule in carrier
    ]
    assert len(detections) == len(events)
    return correlator.feed(detections) + correlator.finish()


def test_the_specifications_chain_over_windows_events() -> None:
    events = [
        *(evtx(4625, "eve") for _ in range(5)),
        *(flat(529, "EVE") for _ in range(5)),
        evtx(4624, "eve"),
    ]
    (alert,) = alerts_for(events)
    assert alert.rule == "b180ead8-d58f-40b2-ae54-c8940995b9b6"
    assert alert.level == "high"
    assert alert.group == (("TargetUserName", "eve"),)
    assert (alert.start, alert.end) == (69.0, 70.0)
    assert not alerts_for(events[:-1])
    assert not alerts_for(events[1:])


def test_a_carrier_takes_what_is_needed_and_no_more() -> None:
    compiled = compile_rules(read([RuleFile("mr_logins.yml", RULES)]))
    carrier = Carrier(compiled.pack, compiled.rules, link(compiled.correlations, compiled.rules).correlations)
    assert carrier.fields(evtx(4625, "Eve"), 0) == {"targetusername": "Eve"}
    assert carrier.fields({"EventID": 1, "Channel": "Security", "TargetUserName": None}, 0) == {}
    assert carrier.fields({"TargetUserName": ["a", 2]}, 1) == {"targetusername": '["a","2"]'}
    assert carrier.fields({"TargetUserName": 7}, 1) == {"targetusername": "7"}
    assert 2 not in carrier
