"""ProjectDiscovery Nuclei: -jsonl lines, or the array of -json-export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from plumbline.kernel.scans.formats.json_values import listed, table, words
from plumbline.kernel.scans.json_stream import Cursor, text_of
from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import ScanRefused, ScanResult, by_word, clean, line, port_of, several

TOOL = "nuclei"
_URL = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:[^/@?#]*@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[^:/?#\s]*)(?::(?P<port>\d{1,5}))?(?P<path>[^?#]*)",
    re.IGNORECASE,
)
_MARKS = re.compile(r'"(?:template-id|templateID|template-path)"\s*:')


def read(request: Request) -> Iterator[ScanResult]:
    """Every match. Only with -matcher-status does Nuclei tell what it tried and did not find."""
    request.scope.tool, request.scope.selective = "Nuclei", True
    text = text_of(request.stream)
    try:
        cursor = Cursor(text.read, request.limits)
        if cursor.peek() == "[":
            for _ in cursor.elements():
                yield from _result(cursor.value(), cursor, request)
            cursor.finish()
        else:
            while cursor.peek():
                yield from _result(cursor.value(), cursor, request)
    finally:
        text.detach()


def _result(value: object, cursor: Cursor, request: Request) -> Iterator[ScanResult]:
    row = table(value)
    rule = line(words(row.get("template-id")) or words(row.get("templateID")), 120)
    if not rule:
        raise ScanRefused(
            "有一条记录不是 Nuclei 的结果（没有 template-id）",
            where=cursor.where(),
            advice="请用 nuclei -jsonl 或 -json-export 重新导出。",
        )
    limits, info = request.limits, table(row.get("info"))
    at = words(row.get("matched-at")) or words(row.get("matched")) or words(row.get("host"))
    host, port, place = _where(at, words(row.get("host")), words(row.get("ip")), words(row.get("port")))
    if row.get("matcher-status") is False:
        request.scope.rules.add(rule)
        request.scope.add_host(host, limits)
        return
    level = by_word(info.get("severity"))
    if level is None:
        level = "low"
        request.scope.unrated += 1
    matcher = words(row.get("matcher-name"))
    name = words(info.get("name")) or rule
    found = ", ".join(listed(row.get("extracted-results")) if row.get("extracted-results") else [])
    parts = (
        words(info.get("description")),
        found and f"提取到：{found}",
        words(row.get("curl-command")) and f"复现：{words(row.get('curl-command'))}",
    )
    classes = table(info.get("classification"))
    yield ScanResult(
        host=host,
        port=port,
        protocol="tcp" if port else "",
        tool=TOOL,
        rule_id=line(f"{rule}:{matcher}" if matcher else rule, 200),
        title=line(f"{name}（{matcher}）" if matcher else name, limits.title),
        severity=level,
        detail=clean("\n\n".join(part for part in parts if part), limits.text),
        advice=clean(words(info.get("remediation")), limits.text),
        cve=several((cve.upper() for cve in listed(classes.get("cve-id"))), limits),
        references=several(listed(info.get("reference")), limits),
        place=line(place, 300),
        seen_at=_moment(words(row.get("timestamp"))),
    )


def _where(at: str, named: str, address: str, port: str) -> tuple[str, int | None, str]:
    """Host, port and path of a match such as https://a.example/x, a.example:22 or 10.0.0.1."""
    found = _URL.match(at)
    parts = found.groupdict() if found else {}
    host = (parts.get("host") or "").strip("[]").lower() or named or address
    path = parts.get("path") or ""
    number = port_of(parts.get("port") or port)
    if number is None:
        number = {"https": 443, "http": 80}.get((parts.get("scheme") or "").lower())
    return line(host, 255), number, "" if path == "/" else path


def _moment(text: str) -> datetime | None:
    # Go writes nanoseconds, Python reads microseconds
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _recognise(head: str) -> bool:
    return head.startswith(("{", "[")) and bool(_MARKS.search(head))


FORMATS.add(TOOL, Format(TOOL, "Nuclei（JSONL 或 JSON）", _recognise, read))
