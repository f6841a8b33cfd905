"""The manifest of a frozen value: what was computed, and every record that it rests on.

JSON lines, UTF-8, keys sorted. First a head (what was computed, how, over which days, with which result),
then one operand a metric used, then one line a record with the SM3 of its content and what it gave to
numerator and denominator. From the lines alone the value can be computed again; from the digests it can be
told whether the records are still what they were.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.calculating import RECORDS, evaluate
from plumbline.kernel.metrics.evidence import Content, Record
from plumbline.kernel.metrics.expression import Known, Reference, parse
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import Rule
from plumbline.kernel.metrics.period import Period, Window
from plumbline.kernel.metrics.shares import measured
from plumbline.kernel.plans.scoring.numbers import plain

FORMAT = "plumbline-evidence@1"
ZERO = Decimal(0)


class ManifestError(PlumblineError):
    """A manifest that cannot be read: damaged, cut off, or of another format."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One metric as it was computed for a frozen value.

    Attributes:
        unmeasured: why it has no value; "" when it has.
        definition: in words, as it was then.
    """

    key: str
    version: int
    title: str
    definition: str
    unit: str
    rule: Rule
    window: Window
    period: Period
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unmeasured: str = ""

    @property
    def name(self) -> str:
        return f"{self.key}@{self.version}/{self.window}"


@dataclass(frozen=True, slots=True)
class Line:
    """One record of one operand, as kept."""

    operand: str
    kind: str
    key: str
    sm3: str
    counted: bool
    part: Decimal
    whole: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What was computed, and the result.

    Attributes:
        window: the binding's own; functions of an expression may use another.
        facts: whom and what it is about: plan, unit, year, project, indicator, checkpoint, scope.
    """

    expression: str
    window: Window
    value: Decimal | None
    unit: str
    numerator: Decimal | None
    denominator: Decimal | None
    unmeasured: str
    day: date
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest."""

    head: Head
    operands: tuple[Operand, ...]
    lines: tuple[Line, ...]

    @property
    def counted(self) -> int:
        return sum(1 for line in self.lines if line.counted)


def content_digest(content: Content) -> str:
    """SM3 of a record's facts: canonical JSON, names sorted."""
    text = json.dumps(dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new("sm3", text.encode()).hexdigest()


def line_of(operand: str, record: Record) -> Line:
    """A record as it is kept."""
    return Line(
        operand, record.kind, record.key, content_digest(record.content), record.counted,
        record.part, record.whole, record.why,
    )  # fmt: skip


def write(head: Head, operands: Sequence[Operand], lines: Iterable[Line]) -> Iterator[bytes]:
    """The manifest's lines, in order; the record lines must come sorted by operand, kind and key."""
    yield _json(
        {
            "type": "head", "format": FORMAT, "expression": head.expression, "window": head.window,
            "value": _text(head.value), "unit": head.unit, "numerator": _text(head.numerator),
            "denominator": _text(head.denominator), "unmeasured": head.unmeasured,
            "day": head.day.isoformat(), "facts": dict(head.facts),
        }
    )  # fmt: skip
    for operand in operands:
        yield _json(
            {
                "type": "metric", "key": operand.key, "version": operand.version, "title": operand.title,
                "definition": operand.definition, "unit": operand.unit, "rule": operand.rule,
                "window": operand.window, "start": operand.period.start.isoformat(),
                "end": operand.period.end.isoformat(), "value": _text(operand.value),
                "numerator": _text(operand.numerator), "denominator": _text(operand.denominator),
                "unmeasured": operand.unmeasured,
            }
        )  # fmt: skip
    for line in lines:
        yield _json(
            {
                "type": "record", "metric": line.operand, "kind": line.kind, "key": line.key,
                "sm3": line.sm3, "counted": line.counted, "part": plain(line.part),
                "whole": plain(line.whole), "why": line.why,
            }
        )  # fmt: skip


def read(data: bytes) -> Manifest:
    """A manifest from its bytes.

    Raises:
        ManifestError: it is none, or is damaged.
    """
    head: Head | None = None
    operands: list[Operand] = []
    lines: list[Line] = []
    for number, raw in enumerate(data.splitlines(), 1):
        try:
            row = json.loads(raw)
            if row["type"] == "head":
                if row["format"] != FORMAT:
                    raise ManifestError(
                        f"佐证清单的格式“{row['format']}”不认识", advice="请升级程序后再验证。"
                    )
                head = _head(row)
            elif row["type"] == "metric":
                operands.append(_operand(row))
            else:
                lines.append(_line(row))
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            raise ManifestError(
                "佐证清单内容损坏", where=f"第 {number} 行", advice="请从备份恢复这个文件。"
            ) from error
    if head is None:
        raise ManifestError("佐证清单没有开头一行", advice="请从备份恢复这个文件。")
    return Manifest(head, tuple(operands), tuple(lines))


def replay(manifest: Manifest) -> Measure:
    """The value, computed again from the record lines alone.

    Raises:
        ManifestError: the expression cannot be read any more.
    """
    parts: dict[str, Decimal] = defaultdict(Decimal)
    wholes: dict[str, Decimal] = defaultdict(Decimal)
    counted: dict[str, int] = defaultdict(int)
    for line in manifest.lines:
        parts[line.operand] += line.part
        wholes[line.operand] += line.whole
        counted[line.operand] += line.counted
    measures = {
        operand.name: (
            Measure(None, operand.unit, unmeasured=operand.unmeasured)
            if operand.unmeasured
            else measured(operand.rule, operand.unit, part=parts[operand.name], whole=wholes[operand.name])
        )
        for operand in manifest.operands
    }
    head = manifest.head
    if not head.expression:
        return next(iter(measures.values()), Measure(None, head.unit, unmeasured=head.unmeasured))
    known = {o.key: Known(o.key, o.title, o.unit, o.version) for o in manifest.operands}
    titles = {o.title: known[o.key] for o in manifest.operands}

    def operand_of(reference: Reference) -> Measure:
        name = f"{reference.key}@{reference.version}/{reference.window or head.window}"
        if reference.records:
            return Measure(Decimal(counted[name]), RECORDS)
        return measures[name]

    try:
        node = parse(head.expression, known=lambda name: known.get(name) or titles.get(name))
        return evaluate(node, operand=operand_of)
    except KeyError as error:
        raise ManifestError("佐证清单缺少公式用到的口径", where=str(error)) from error
    except PlumblineError as error:
        raise ManifestError("佐证清单中的公式不能再计算", where=head.expression, advice=error.what) from error


def _json(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _head(row: Mapping[str, Any]) -> Head:
    return Head(
        row["expression"], row["window"], _number(row["value"]), row["unit"], _number(row["numerator"]),
        _number(row["denominator"]), row["unmeasured"], date.fromisoformat(row["day"]), row["facts"],
    )  # fmt: skip


def _operand(row: Mapping[str, Any]) -> Operand:
    return Operand(
        row["key"], int(row["version"]), row["title"], row["definition"], row["unit"], row["rule"],
        row["window"], Period(date.fromisoformat(row["start"]), date.fromisoformat(row["end"])),
        _number(row["value"]), _number(row["numerator"]), _number(row["denominator"]), row["unmeasured"],
    )  # fmt: skip


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        row["metric"], row["kind"], row["key"], row["sm3"], bool(row["counted"]),
        Decimal(row["part"]), Decimal(row["whole"]), row["why"],
    )  # fmt: skip
