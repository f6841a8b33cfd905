"""An event means the same however a Windows event log was written as JSON; engine and plain loops agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.rule import SigmaRule

from plumbline.kernel.detection.logsources import LogSource
from tests.kernel.detection.reference import Event, holds
from tests.kernel.detection.test_exactness import CONDITIONS, engine_of, item, keywords, scalars

#: Channel, EventID, Provider_Name
Head = tuple[str, int, str]
Content = dict[str, Any]
#: an event, and the values in which keywords are looked for
Written = tuple[dict[str, Any], list[Any]]

NAMES = [
    *("Image", "image", "CommandLine", "ThreatName", "Threat_Name"),
    *("Channel", "EventID", "provider_name", "Computer"),
]
CHANNELS = ["Security", "K", "System"]


def evtx(head: Head, content: Content) -> Written:
    return {"Event": {"#attributes": {"xmlns": "x"}, "System": system(head), "EventData": content}}, [
        *content.values()
    ]


def system(head: Head) -> dict[str, Any]:
    channel, number, provider = head
    return {
        "Provider": {"#attributes": {"Name": provider, "Guid": "0-0"}},
        "EventID": {"#attributes": {"Qualifiers": "16384"}, "#text": number} if number % 2 else number,
        "Channel": channel,
        "Computer": "pc",
        "Security": {"#attributes": {"UserID": "S-1"}},
    }


def evtx_with_user_data(head: Head, content: Content) -> Written:
    return {"Event": {"System": system(head), "UserData": {"Cleared": {**content}}}}, [*content.values()]


def evtx_from_xml(head: Head, content: Content) -> Written:
    channel, number, provider = head
    data = [{"@Name": name, "#text": value} for name, value in content.items()]
    return {
        "Event": {
            "@xmlns": "x",
            "System": {
                "Provider": {"@Name": provider},
                "EventID": {"@Qualifiers": "", "#text": str(number)},
                "Channel": channel,
                "Computer": "pc",
            },
            "EventData": {"Data": data},
        }
    }, [*content.values()]


def flat(head: Head, content: Content) -> Written:
    event = {"Channel": head[0], "EventID": head[1], "Provider_Name": head[2], "Computer": "pc", **content}
    return event, [*event.values()]


def nxlog(head: Head, content: Content) -> Written:
    event = {"SourceName": head[2], **content, "Channel": head[0], "EventID": str(head[1]), "Computer": "pc"}
    return event, [*event.values()]


def beats(head: Head, content: Content) -> Written:
    winlog = {
        "channel": head[0],
        "event_id": str(head[1]),
        "provider_name": head[2],
        "computer_name": "pc",
        "event_data": content,
    }
    return {"winlog": winlog, "host": {"name": "other"}, "message": "k a b 1"}, [*content.values()]


def wazuh(head: Head, content: Content) -> Written:
    doubled = {
        name: value.replace("\\", "\\\\") if isinstance(value, str) else value
        for name, value in content.items()
    }
    told = {"channel": head[0], "eventID": str(head[1]), "providerName": head[2], "computer": "pc"}
    return {"data": {"win": {"system": told, "eventdata": doubled}}, "agent": {"name": "k a b"}}, [
        *content.values()
    ]


SHAPES: list[Callable[[Head, Content], Written]] = [
    evtx, evtx_with_user_data, evtx_from_xml, flat, nxlog, beats, wazuh,
]  # fmt: skip

heads = st.tuples(st.sampled_from(CHANNELS), st.integers(1, 4), st.sampled_from(["a", "K", "provider"]))
contents = st.dictionaries(
    st.sampled_from(["Image", "image", "CommandLine", "Threat Name", "N"]),
    st.one_of(scalars, scalars, st.lists(scalars, max_size=3)),
    max_size=4,
)
maps = st.lists(
    st.sampled_from(NAMES).flatmap(
        lambda name: st.one_of(
            item(name),
            st.sampled_from([*CHANNELS, "k", "pc", 1, 2, "3"]).map(lambda value: {name: value}),
        )
    ),
    min_size=1,
    max_size=3,
).map(lambda items: {key: value for one in items for key, value in one.items()})


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    detections = st.one_of(maps, maps, maps, keywords)
    condition = draw(st.sampled_from(CONDITIONS))
    return {
        "title": "drawn",
        "logsource": {"product": "p", "category": "c"},
        "detection": {"s1": draw(detections), "s2": draw(detections), "condition": condition},
    }


def seen(head: Head, content: Content, words: list[Any]) -> Event:
    fields = [*zip(("Channel", "EventID", "Provider_Name", "Computer"), (*head, "pc"), strict=True)]
    for name, value in content.items():
        fields += [(one, value) for one in {name, name.replace(" ", ""), name.replace(" ", "_")}]
    return Event.of(fields, words)


@pytest.mark.parametrize("write", SHAPES, ids=lambda write: write.__name__)
@settings(max_examples=60, deadline=None)
@given(
    described=st.lists(rules(), min_size=1, max_size=4),
    drawn=st.lists(st.tuples(heads, contents), min_size=1, max_size=5),
)
def test_engine_and_reference_agree_on_every_shape(
    write: Callable[[Head, Content], Written],
    described: list[dict[str, Any]],
    drawn: list[tuple[Head, Content]],
) -> None:
    engine, kept = engine_of(described)
    written = [write(head, content) for head, content in drawn]
    found = engine.match([orjson.dumps(event) for event, _words in written], declared=LogSource("p", "c"))
    assert not found.faults
    assert found.pairs == [
        (number, index)
        for number, ((head, content), (_event, words)) in enumerate(zip(drawn, written, strict=True))
        for index, rule in enumerate(kept)
        if holds(SigmaRule.from_dict(rule), seen(head, content, words))
    ]


RULE = {
    "title": "t",
    "logsource": {"product": "windows"},
    "detection": {"s": {"Channel": "Application", "Data|contains": "two"}, "condition": "s"},
}


@pytest.mark.parametrize("data", ["two", ["one", "two"], {"#text": ["one", "two"]}, {"#text": "two"}])
def test_data_without_names_is_a_field_called_data(data: Any) -> None:
    engine, _kept = engine_of([RULE])
    event = {"Event": {"System": {"Channel": "Application"}, "EventData": {"Data": data, "Binary": "00"}}}
    assert engine.match([orjson.dumps(event)]).pairs == [(0, 0)]


def test_a_rendered_message_is_a_field_and_changes_no_head() -> None:
    rule = {
        "title": "t",
        "logsource": {"product": "windows", "service": "system"},
        "detection": {"s": {"Message|contains": "stopped", "Param": "x"}, "condition": "s"},
    }
    engine, _kept = engine_of([rule])
    event = {
        "Event": {
            "System": {"Channel": "System", "EventID": 7036},
            "EventData": {"Param": "x"},
            "RenderingInfo": {"Message": "It stopped.", "Channel": "other"},
        }
    }
    assert engine.match([orjson.dumps(event)]).pairs == [(0, 0)]
