"""Which events a rule's log source means: rows of data, read from `sources/*.toml`.

A file says for which shapes of events it speaks. A row says: an event for which everything in `when` holds
comes from (product, category, service). A rule applies to an event if each of product, category and service
that the rule names is that of one row (or of the source which the caller declares for the whole file).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.shapes import SHAPES

FOLDER = Path(__file__).resolve().parent / "sources"
_SHAPES = frozenset(shape.key for shape in SHAPES)


@dataclass(frozen=True, slots=True)
class LogSource:
    """Product, category and service; an empty text says nothing."""

    product: str = ""
    category: str = ""
    service: str = ""

    def takes(self, other: LogSource) -> bool:
        """Whether a rule of this log source applies to events from `other`."""
        return (
            self.product in ("", other.product)
            and self.category in ("", other.category)
            and self.service in ("", other.service)
        )

    def __str__(self) -> str:
        return "/".join(part or "*" for part in (self.product, self.category, self.service))


@dataclass(frozen=True, slots=True)
class Row:
    """Events of these shapes for which `when` holds come from `source`.

    `when` is (field, values as wildcard patterns) pairs that must all hold; `alias` (field of the event, name
    that rules use) pairs.
    """

    source: LogSource
    shapes: tuple[str, ...]
    when: tuple[tuple[str, tuple[str, ...]], ...]
    alias: tuple[tuple[str, str], ...] = ()
    confidence: str = "high"


def load_rows(folders: Iterable[Path] = (FOLDER,)) -> list[Row]:
    """The rows of every .toml file of these folders, in order of name.

    Raises:
        PackError: a file is not TOML or a row lacks something; names the file.
    """
    rows: list[Row] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                rows += _rows(tomllib.loads(path.read_text(encoding="utf-8")))
            except (
                tomllib.TOMLDecodeError,
                UnicodeDecodeError,
                OSError,
                KeyError,
                TypeError,
                ValueError,
                AttributeError,
            ) as error:
                raise PackError("日志来源映射文件无法读取", where=path.name, advice=str(error)) from error
    return rows


def _rows(data: Mapping[str, Any]) -> list[Row]:
    shapes = _texts(data["shapes"])
    if unknown := set(shapes) - _SHAPES:
        raise ValueError(f"shapes 中没有 {'、'.join(sorted(unknown))}，只有 {'、'.join(sorted(_SHAPES))}")
    product = data.get("product", "")
    rows = [
        Row(LogSource(product, "", service), shapes, (("Channel", _texts(channels)),))
        for service, channels in data.get("services", {}).items()
    ]
    for table in data.get("ids", ()):
        rows += [
            Row(
                LogSource(product, category, table["service"]),
                shapes,
                (("Channel", _texts(table["channel"])), ("EventID", _texts(numbers))),
            )
            for category, numbers in table.items()
            if category not in ("service", "channel")
        ]
    for row in data.get("row", ()):
        rows.append(
            Row(
                LogSource(row.get("product", product), row.get("category", ""), row.get("service", "")),
                shapes,
                tuple((name, _texts(values)) for name, values in row["when"].items()),
                tuple(
                    (name, other) for name, others in row.get("alias", {}).items() for other in _texts(others)
                ),
                row.get("confidence", "high"),
            )
        )
    return rows


def _texts(value: object) -> tuple[str, ...]:
    """One text or number, or a list of them, as texts; an office writes these files too."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, (str, int)) for one in values):
        raise TypeError(f"{value} 应是文字或一组文字")
    return tuple(map(str, values))
