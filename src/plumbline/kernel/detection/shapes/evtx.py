"""Windows event logs as the evtx library writes them: Event / System, EventData, UserData, XML attributes.

Converters from XML write the same with attributes as "@Name" and EventData as a list of Data elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plumbline.kernel.detection.shapes.base import Opened, Pair, plain
from plumbline.kernel.detection.shapes.windows import without_blanks
from plumbline.kernel.detection.texts import DEEPEST, Deep

#: elements of System, and of which their attributes become fields (folded)
_SYSTEM = frozenset(
    (
        *("provider", "eventid", "version", "level", "task", "opcode", "keywords", "timecreated"),
        *("eventrecordid", "correlation", "execution", "channel", "computer", "security"),
    )
)
_SYSTEM_ATTRIBUTES = ("provider_", "eventid_", "timecreated_", "correlation_", "execution_", "security_")


class Evtx:
    """EventData and UserData by their own names, System with attributes as Name_Attribute."""

    key = "evtx"
    heads = ("channel", "eventid", "provider_name")

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return (
            "Event" in event and type(event["Event"]) is dict and type(event["Event"].get("System")) is dict
        )

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        content = event.get("Event")
        if type(content) is not dict:
            return None
        system = content.get("System")
        if type(system) is not dict:
            return None
        data = content.get("EventData")
        # a section that is rare (UserData, RenderingInfo) makes the event one to be gathered
        near = data if type(data) is dict and len(content) - ("#attributes" in content) == 2 else None
        number = system.get("EventID")
        if type(number) is not int:
            number = plain(number)
        provider = system.get("Provider")
        if type(provider) is dict:
            attributes = provider.get("#attributes")
            provider = attributes.get("Name") if type(attributes) is dict else provider.get("@Name")
        channel = system.get("Channel")
        if type(channel) is not str or type(provider) is not str:
            return (plain(channel), number, plain(provider)), near
        return (channel, number, provider), near

    def is_far(self, name: str) -> bool:
        return name in _SYSTEM or name.startswith(_SYSTEM_ATTRIBUTES)

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        for section, content in event["Event"].items():
            if section == "#attributes" or section.startswith("@"):
                continue
            if section == "EventData" and isinstance(content, dict):
                yield from content.items()
                yield from _named_data(content.get("Data"))
            elif isinstance(content, dict):
                yield from _elements(content, 0)
            elif content is not None:
                yield section, content

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        """What the event itself says, without System, which is the same for all events of a machine."""
        for section, content in event["Event"].items():
            if section == "EventData" and isinstance(content, dict):
                yield from content.values()
            elif section not in ("#attributes", "System") and not section.startswith("@"):
                pairs = _elements(content, 0) if isinstance(content, dict) else [(section, content)]
                yield from (value for _name, value in pairs)

    def names(self, name: str) -> tuple[str, ...]:
        return without_blanks(name)


def _named_data(data: Any) -> Iterator[Pair]:
    """Data elements that carry their name as an attribute."""
    for element in data if isinstance(data, list) else (data,):
        if isinstance(element, dict):
            attributes = element.get("#attributes")
            name = attributes.get("Name") if isinstance(attributes, dict) else element.get("@Name")
            if isinstance(name, str):
                yield name, element.get("#text")


def _elements(content: Mapping[str, Any], depth: int) -> Iterator[Pair]:
    """Elements by their own names, whatever they stand in; attributes as Element_Attribute."""
    if depth > DEEPEST:
        raise Deep
    for name, value in content.items():
        if name == "#attributes" or name.startswith("@"):
            continue
        if not isinstance(value, dict):
            yield name, value
            continue
        attributes = value.get("#attributes")
        if isinstance(attributes, dict):
            for attribute, text in attributes.items():
                yield f"{name}_{attribute}", text
        for attribute, text in value.items():
            if attribute.startswith("@"):
                yield f"{name}_{attribute[1:]}", text
        if "#text" in value:
            yield name, value["#text"]
        yield from _elements({k: v for k, v in value.items() if k != "#text"}, depth + 1)
