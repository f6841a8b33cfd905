"""The formats that are known; a newcomer is one file in `formats`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from plumbline.kernel.registry import Registry
from plumbline.kernel.scans.limits import ScanLimits
from plumbline.kernel.scans.result import ScanResult, ScanScope


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a .csv is what.

    Attributes:
        columns: field of `csv_table.FIELDS` to the head of its column.
        severities: word in the file (lower case) to a severity.
        name: of the kept mapping; tables of different scanners must not be taken for one another.
    """

    columns: Mapping[str, str]
    severities: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def tool(self) -> str:
        """What results are kept as: "csv/RSAS"."""
        return f"csv/{self.name}"[:60] if self.name else "csv"


@dataclass(frozen=True, slots=True)
class Request:
    """What a format reads from, and with.

    Attributes:
        stream: the whole report, unpacked, seekable, at its start.
        scope: is filled while reading.
        columns: for a .csv only.
    """

    stream: BinaryIO
    scope: ScanScope
    limits: ScanLimits
    columns: Columns | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        key: what it is kept as.
        title: what people call it.
        recognise: whether a report begins like this; takes its first characters, without a byte order mark.
        read: yields results; raises `ScanRefused`.
        order: which is asked first; what recognises anything comes last.
    """

    key: str
    title: str
    recognise: Callable[[str], bool]
    read: Callable[[Request], Iterator[ScanResult]]
    order: int = 10


FORMATS: Registry[Format] = Registry("扫描报告格式")
