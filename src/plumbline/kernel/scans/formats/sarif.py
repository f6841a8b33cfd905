"""SARIF 2.1.0 (OASIS), which code scanners of all kinds write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plumbline.kernel.scans.formats.json_values import listed, rows, table, tables, words
from plumbline.kernel.scans.json_stream import Cursor, text_of
from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import ScanResult, Severity, by_score, clean, line, several

TOOL = "sarif"
_LEVELS: dict[str, Severity] = {"error": "high", "warning": "medium", "note": "low", "none": "info"}
_MARKS = re.compile(r'"runs"\s*:|sarif', re.IGNORECASE)
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.IGNORECASE)


@dataclass
class _Run:
    """What a run says besides its results."""

    name: str = ""
    version: str = ""
    host: str = ""
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_index: list[dict[str, Any]] = field(default_factory=list)
    ended: datetime | None = None


def read(request: Request) -> Iterator[ScanResult]:
    """Results of all runs. Read twice: the rules may stand after the results."""
    runs = list(_runs(request))
    for run in runs:
        request.scope.tool = request.scope.tool or line(f"{run.name} {run.version}", 60)
        request.scope.rules.update(run.rules)
        request.scope.add_moment(run.ended)
        request.scope.add_host(run.host, request.limits)
        request.scope.tools.add(_tool(run))
    for position, value in _results(request):
        run = runs[position] if position < len(runs) else _Run()
        result = _result(table(value), run, request)
        if result is not None:
            yield result


def _runs(request: Request) -> Iterator[_Run]:
    text = text_of(request.stream)
    try:
        cursor = Cursor(text.read, request.limits)
        for key in cursor.members():
            if key == "runs" and cursor.peek() == "[":
                for _ in cursor.elements():
                    if cursor.peek() == "{":
                        yield _run(cursor)
                    else:
                        cursor.skip()
                        yield _Run()
            else:
                cursor.skip()
        cursor.finish()
    finally:
        text.detach()


def _run(cursor: Cursor) -> _Run:
    run = _Run()
    for key in cursor.members():
        if key == "tool":
            driver = table(table(value := cursor.value()).get("driver"))
            run.name = words(driver.get("name"))
            run.version = words(driver.get("semanticVersion")) or words(driver.get("version"))
            run.by_index = list(tables(driver.get("rules")))
            everything = [*run.by_index]
            for extension in tables(table(value).get("extensions")):
                everything += tables(extension.get("rules"))
            run.rules = {words(rule.get("id")): rule for rule in everything if words(rule.get("id"))}
        elif key == "versionControlProvenance":
            for source in tables(cursor.value()):
                run.host = run.host or line(words(source.get("repositoryUri")), 255)
        elif key == "invocations":
            for call in tables(cursor.value()):
                run.ended = _moment(words(call.get("endTimeUtc"))) or run.ended
        else:
            cursor.skip()
    return run


def _results(request: Request) -> Iterator[tuple[int, object]]:
    text = text_of(request.stream)
    try:
        cursor = Cursor(text.read, request.limits)
        for key in cursor.members():
            if key != "runs" or cursor.peek() != "[":
                cursor.skip()
                continue
            for position in cursor.elements():
                if cursor.peek() != "{":
                    cursor.skip()
                    continue
                for part in cursor.members():
                    if part == "results" and cursor.peek() == "[":
                        for _ in cursor.elements():
                            yield position, cursor.value()
                    else:
                        cursor.skip()
    finally:
        text.detach()


def _result(row: dict[str, Any], run: _Run, request: Request) -> ScanResult | None:
    limits = request.limits
    if words(row.get("kind")) not in ("", "fail"):
        return None
    if any(words(s.get("status")) in ("", "accepted") for s in tables(row.get("suppressions"))):
        request.scope.left_out += 1
        return None
    if words(row.get("baselineState")) == "absent":
        return None
    rule_id, rule = _rule(row, run)
    message = _message(table(row.get("message")), rule)
    title = words(table(rule.get("shortDescription")).get("text")) or words(rule.get("name")) or message
    where, place = _place(row)
    full = words(table(rule.get("fullDescription")).get("text"))
    tags = " ".join(listed(table(rule.get("properties")).get("tags") or []))
    help_text = table(rule.get("help"))
    return ScanResult(
        host=run.host,
        tool=_tool(run),
        rule_id=line(rule_id or title, 200),
        title=line(title or rule_id or "未命名的结果", limits.title),
        severity=_level(row, rule, request),
        detail=clean(
            "\n\n".join(part for part in (message, full, where and f"位置：{where}") if part), limits.text
        ),
        advice=clean(words(help_text.get("text")) or words(help_text.get("markdown")), limits.text),
        cve=several((cve.upper() for cve in _CVE.findall(f"{rule_id} {message} {tags}")), limits),
        references=several([words(rule.get("helpUri"))], limits),
        place=line(place, 300),
        seen_at=run.ended,
    )


def _tool(run: _Run) -> str:
    return line(f"{TOOL}/{run.name}" if run.name else TOOL, 60)


def _rule(row: dict[str, Any], run: _Run) -> tuple[str, dict[str, Any]]:
    reference = table(row.get("rule"))
    rule_id = words(row.get("ruleId")) or words(reference.get("id"))
    index = row.get("ruleIndex", reference.get("index"))
    if rule_id in run.rules:
        return rule_id, run.rules[rule_id]
    # "CA1000/1" is a case of the rule "CA1000"
    if rule_id.rpartition("/")[0] in run.rules:
        return rule_id, run.rules[rule_id.rpartition("/")[0]]
    if isinstance(index, int) and 0 <= index < len(run.by_index):
        rule = run.by_index[index]
        return rule_id or words(rule.get("id")), rule
    return rule_id, {}


def _message(message: dict[str, Any], rule: dict[str, Any]) -> str:
    text = words(message.get("text")) or words(message.get("markdown"))
    if not text and (key := words(message.get("id"))):
        text = words(table(table(rule.get("messageStrings")).get(key)).get("text"))
    for position, argument in enumerate(listed(message.get("arguments") or [])):
        text = text.replace(f"{{{position}}}", argument)
    return text


def _level(row: dict[str, Any], rule: dict[str, Any], request: Request) -> Severity:
    """The CVSS score of result or rule if there is one, else the level; a warning where none is said."""
    for properties in (table(row.get("properties")), table(rule.get("properties"))):
        if level := by_score(properties.get("security-severity", "")):
            return level
    said = words(row.get("level")) or words(table(rule.get("defaultConfiguration")).get("level"))
    if said not in _LEVELS:
        request.scope.unrated += 1
    return _LEVELS.get(said, "medium")


def _place(row: dict[str, Any]) -> tuple[str, str]:
    """Where it is, for people (with the line) and as identity.

    A line moves with every change above it, so the scanner's own fingerprint stands in for it, and the
    line only where there is none.
    """
    first = next(tables(row.get("locations")), {})
    physical = table(first.get("physicalLocation"))
    uri = _plain(words(table(physical.get("artifactLocation")).get("uri")))
    start = words(table(physical.get("region")).get("startLine"))
    if not uri:
        logical = next(tables(first.get("logicalLocations") or rows(first.get("logicalLocation"))), {})
        uri = words(logical.get("fullyQualifiedName")) or words(logical.get("name"))
    readable = f"{uri} 第 {start} 行" if uri and start else uri
    marks = table(row.get("partialFingerprints")) or table(row.get("fingerprints"))
    mark = ",".join(f"{words(marks[key])[:64]}" for key in sorted(marks)[:2])
    if mark:
        return readable, f"{uri} #{mark}"
    return readable, f"{uri}:{start}" if start else uri


def _plain(uri: str) -> str:
    """A URI with its %20 and %E4 as characters, where they are UTF-8."""
    content = uri.encode(errors="replace")
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), content)
    return raw.decode(errors="replace")
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), uri.encode(errors="replace")
    )
    return raw.decode(errors="replace")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


FORMATS.add(
    TOOL,
    Format(
        TOOL, "SARIF 2.1.0", lambda head: head.startswith("{") and bool(_MARKS.search(head)), read, order=20
    ),
)
