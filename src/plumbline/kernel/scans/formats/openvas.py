"""OpenVAS / Greenbone (GVM): report XML, bare or wrapped as the web interface exports it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import (
    ScanResult,
    Severity,
    by_score,
    by_word,
    clean,
    line,
    port_of,
    several,
)
from plumbline.kernel.scans.xml_stream import Node, nodes

TOOL = "openvas"
#: threats that are no vulnerability: what the scanner logged, could not do, or a person overrode
_NO_FINDING = {"debug", "error", "false positive"}
_MARKS = re.compile(r"<(?:\w+:)?(?:report|get_reports_response)\b")


def read(request: Request) -> Iterator[ScanResult]:
    """Every result; hosts are the report's own list of hosts."""
    request.scope.tool = "OpenVAS"
    for node in nodes(
        request.stream, records=("result", "host"), containers=("report",), limits=request.limits
    ):
        if node.tag == "report":
            continue
        if node.tag == "host":
            host = line(node.word("ip") or node.text, 255)
            if host and not host.isdecimal():
                request.scope.add_host(host, request.limits)
            request.scope.add_moment(_moment(node.word("end")))
            continue
        result = _result(node, request)
        if result is not None:
            yield result


def _result(node: Node, request: Request) -> ScanResult | None:
    limits, scope = request.limits, request.scope
    where = node.first("host")
    nvt = node.first("nvt")
    if where is None or nvt is None:
        return None
    threat = node.word("threat").lower()
    if threat in _NO_FINDING:
        scope.left_out += threat == "false positive"
        return None
    level: Severity | None = by_score(node.word("severity")) or by_word(threat)
    if level is None:
        level = "low"
        scope.unrated += 1
    number, _, protocol = node.word("port").partition("/")
    if not protocol.strip():
        number, protocol = "", number  # "general/tcp" is named the other way round in old reports
    pairs = (part.partition("=") for part in nvt.word("tags").split("|"))
    tags = {key: value for key, _, value in pairs}
    references = [ref for group in nvt.all("refs") for ref in group.all("ref")]
    cves = [ref["id"] for ref in references if ref["type"].lower() == "cve"]
    cves += [part.strip() for part in nvt.word("cve").split(",") if part.strip().upper().startswith("CVE-")]
    summary = tags.get("summary", "") or tags.get("insight", "")
    detail = "\n\n".join(part for part in (summary, node.word("description")) if part)
    rule = line(nvt["oid"] or node.word("name"), 120)
    protocol = protocol.strip().lower()
    host = line(where.text, 255)
    if not host or not rule:
        return None
    return ScanResult(
        host=host,
        port=port_of(number.strip()),
        protocol=protocol if protocol in ("tcp", "udp") else "",
        tool=TOOL,
        rule_id=rule,
        title=line(node.word("name") or nvt.word("name") or rule, limits.title),
        severity=level,
        detail=clean(detail, limits.text),
        advice=clean(nvt.word("solution") or tags.get("solution", ""), limits.text),
        cve=several(cves, limits),
        references=several((ref["id"] for ref in references if ref["type"].lower() == "url"), limits),
        seen_at=_moment(node.word("modification_time") or node.word("creation_time")),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _recognise(head: str) -> bool:
    return head.startswith("<") and bool(_MARKS.search(head[:4096]))


FORMATS.add(TOOL, Format(TOOL, "OpenVAS / GVM（XML）", _recognise, read, order=20))
