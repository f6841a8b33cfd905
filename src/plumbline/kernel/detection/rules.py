"""What files of rules hold, and what becomes of it: plain values, known without a YAML or Sigma library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.pack import Pack

LEVELS: Final = ("informational", "low", "medium", "high", "critical")
Kind = Literal["detection", "correlation", "filter"]
Why = Literal["unreadable", "unsupported", "placeholder", "duplicate", "disabled", "nowhere"]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file as it was given: its name (with folders, for the reader) and its bytes."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", readable_name(self.name))


def readable_name(name: str) -> str:
    """A name that is not UTF-8 (GBK, mostly) comes with surrogates, which can be neither shown nor kept."""
    return name if name.isascii() else name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Info:
    """What a reader wants to know of a rule, as the rule says it.

    `key` is its id, or, where it has none, a digest of the document; `level` one of `LEVELS`.
    """

    key: str
    title: str
    level: str
    status: str
    tags: tuple[str, ...]
    logsource: LogSource
    description: str
    author: str
    falsepositives: tuple[str, ...]
    references: tuple[str, ...]
    date: str
    modified: str
    name: str
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not used, and why.

    Attributes:
        file, title, key: which; the last two empty where the document tells none.
        why: a sentence for the reader; `advice`: what to do, may be empty.
        kind: unreadable (not YAML, not Sigma), unsupported (valid Sigma that is not supported here),
            placeholder (a value is missing), duplicate, disabled (by choice), nowhere (no events of its log
            source are known).
    """

    file: str
    title: str
    key: str
    kind: Why
    why: str
    advice: str = ""


def day_of(value: Any) -> date | None:
    """The day that a value of a document tells (YAML makes days and points in time of them), or None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


@dataclass(slots=True)
class Document:
    """One document of a file: what it is, and as YAML gave it."""

    kind: Kind
    info: Info
    data: dict[str, Any]


@dataclass(slots=True)
class Reading:
    """What files held."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Compiled:
    """A pack, the rules in it by number, and everything that is not in it, with the reason."""

    pack: Pack
    rules: list[Info]
    problems: list[Problem]
    correlations: list[Document] = field(default_factory=list)
