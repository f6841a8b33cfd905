"""Windows events as forwarders write them: flat, as Winlogbeat nests them, as Wazuh nests them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plumbline.kernel.detection.shapes.base import Head, Opened, Pair, at, leaves, plain


def without_blanks(name: str) -> tuple[str, ...]:
    """Rules write `ThreatName` or `Threat_Name` for the field "Threat Name"."""
    return (name.replace(" ", ""), name.replace(" ", "_")) if " " in name else ()


class FlatWindows:
    """One object with Channel and EventID among its fields, as evtx_dump, NXLog and Zircolite write it."""

    key = "windows"
    heads = ("channel", "eventid", "provider_name")

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return "EventID" in event and "Channel" in event

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        if "EventID" not in event or "Channel" not in event:
            return None
        provider = event.get("Provider_Name", event.get("SourceName", event.get("ProviderName")))
        return (plain(event["Channel"]), plain(event["EventID"]), plain(provider)), event

    def is_far(self, name: str) -> bool:
        return name == "provider_name" or "." in name

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        yield from leaves(event)
        for name in ("SourceName", "ProviderName"):
            if "Provider_Name" not in event and name in event:
                yield "Provider_Name", event[name]
                break

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        return (value for _name, value in leaves(event))

    def names(self, name: str) -> tuple[str, ...]:
        return without_blanks(name)


#: outermost names of Beats that rules may ask for
_ECS = frozenset(("message", "tags"))
#: what Wazuh keeps in data.win.system
_WAZUH = frozenset(
    (
        *("providername", "providerguid", "eventid", "version", "level", "task", "opcode", "keywords"),
        *("systemtime", "eventrecordid", "processid", "threadid", "channel", "computer", "severityvalue"),
        "message",
    )
)


class Beats:
    """Winlogbeat and Elastic Agent: winlog.channel, winlog.event_id, winlog.event_data."""

    key = "windows"
    heads = FlatWindows.heads

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return "winlog" in event and isinstance(event["winlog"], dict) and "channel" in event["winlog"]

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        if not self.recognises(event):
            return None
        winlog = event["winlog"]
        data = winlog.get("event_data")
        return self._head(event), data if type(data) is dict and "user_data" not in winlog else None

    def _head(self, event: Mapping[str, Any]) -> Head:
        winlog = event["winlog"]
        number = winlog.get("event_id")
        return (
            plain(winlog.get("channel")),
            plain(number if number is not None else at(event, "event", "code")),
            plain(winlog.get("provider_name")),
        )

    def is_far(self, name: str) -> bool:
        return name == "computer" or "." in name or name in _ECS or name in self.heads

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        yield from ((name, value) for name, value in leaves(event) if "." in name or name in _ECS)
        yield from zip(("Channel", "EventID", "Provider_Name"), self._head(event), strict=True)
        winlog = event["winlog"]
        yield "Computer", winlog.get("computer_name")
        for section in ("event_data", "user_data"):
            if isinstance(winlog.get(section), dict):
                yield from leaves(winlog[section])

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        """What the event itself says, without what the forwarder put around it."""
        for section in ("event_data", "user_data"):
            if isinstance(event["winlog"].get(section), dict):
                yield from (value for _name, value in leaves(event["winlog"][section]))

    def names(self, name: str) -> tuple[str, ...]:
        return without_blanks(name)


#: backslashes in a row that are not pairs
_ODD = re.compile(r"(?<!\\)\\(?:\\\\)*(?!\\)")


def _unescaped(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Wazuh writes every backslash of a value twice; a value that has single ones is left as it is."""
    if not any(type(value) is str and "\\\\" in value for value in data.values()):
        return data
    return {
        name: value.replace("\\\\", "\\")
        if type(value) is str and "\\\\" in value and not _ODD.search(value)
        else value
        for name, value in data.items()
    }


class Wazuh:
    """Wazuh's alerts and archives: data.win.system and data.win.eventdata."""

    key = "windows"
    heads = FlatWindows.heads

    def recognises(self, event: Mapping[str, Any]) -> bool:
        return isinstance(at(event.get("data"), "win", "system"), dict)

    def opened(self, event: Mapping[str, Any], more: tuple[str, ...]) -> Opened | None:
        return (self._head(event), self._near(event)) if self.recognises(event) else None

    def _head(self, event: Mapping[str, Any]) -> Head:
        system = event["data"]["win"]["system"]
        return tuple(plain(system.get(name)) for name in ("channel", "eventID", "providerName"))

    def _near(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        data = event["data"]["win"].get("eventdata")
        return _unescaped(data) if isinstance(data, dict) else None

    def is_far(self, name: str) -> bool:
        return "." in name or name in _WAZUH or name in self.heads

    def fields(self, event: Mapping[str, Any]) -> Iterator[Pair]:
        yield from ((name, value) for name, value in leaves(event) if "." in name)
        win = event["data"]["win"]
        yield from zip(("Channel", "EventID", "Provider_Name"), self._head(event), strict=True)
        for section in ("system", "eventdata"):
            if isinstance(win.get(section), dict):
                yield from leaves(_unescaped(win[section]))

    def words(self, event: Mapping[str, Any]) -> Iterator[Any]:
        """What the event itself says, without what the forwarder put around it."""
        data = self._near(event)
        return (value for _name, value in leaves(data)) if data is not None else iter(())

    def names(self, name: str) -> tuple[str, ...]:
        return without_blanks(name)
