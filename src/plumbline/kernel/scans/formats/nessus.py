"""Tenable Nessus: .nessus files (NessusClientData_v2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import (
    ScanResult,
    Severity,
    by_word,
    clean,
    line,
    port_of,
    several,
)
from plumbline.kernel.scans.xml_stream import Node, nodes

TOOL = "nessus"
#: attribute `severity` of a ReportItem
_LEVELS: dict[str, Severity] = {"0": "info", "1": "low", "2": "medium", "3": "high", "4": "critical"}
#: the preference that lists every plugin of the scan
_PLUGINS = "plugin_set"


def read(request: Request) -> Iterator[ScanResult]:
    """Every ReportItem; hosts are those that answered."""
    host, seen_at = "", None
    request.scope.tool = "Nessus"
    records = ("HostProperties", "ReportItem", "preference")
    for node in nodes(request.stream, records=records, containers=("ReportHost",), limits=request.limits):
        if node.tag == "ReportHost":
            host, seen_at = line(node["name"], 255), None
            request.scope.add_host(host, request.limits)
        elif node.tag == "HostProperties":
            tags = {tag["name"]: tag.text for tag in node.all("tag")}
            seen_at = _moment(tags.get("HOST_END_TIMESTAMP", ""), tags.get("HOST_END", ""))
            request.scope.add_moment(seen_at)
        elif node.tag == "preference":
            if node.word("name") == _PLUGINS:
                request.scope.rules.update(part for part in node.word("value").split(";") if part)
        elif host:
            yield _result(node, host, seen_at, request)


def _result(node: Node, host: str, seen_at: datetime | None, request: Request) -> ScanResult:
    limits = request.limits
    level = _LEVELS.get(node["severity"]) or by_word(node.word("risk_factor"))
    if level is None:
        level = "low"
        request.scope.unrated += 1
    output = node.word("plugin_output")
    parts = [node.word("description") or node.word("synopsis"), output and f"扫描输出：\n{output}"]
    protocol = node["protocol"].lower()
    return ScanResult(
        host=host,
        port=port_of(node["port"]),
        protocol=protocol if protocol in ("tcp", "udp") else "",
        tool=TOOL,
        rule_id=line(node["pluginID"], 120),
        title=line(node["pluginName"] or node.word("plugin_name") or node["pluginID"], limits.title),
        severity=level,
        detail=clean("\n\n".join(part for part in parts if part), limits.text),
        advice=clean(node.word("solution"), limits.text),
        cve=several((item.text for item in node.all("cve")), limits),
        references=several(node.word("see_also").split(), limits),
        seen_at=seen_at,
    )


def _moment(stamp: str, words: str) -> datetime | None:
    """The time of the scan: seconds since 1970, or words without a zone, taken as UTC."""
    try:
        if stamp.isdecimal():
            return datetime.fromtimestamp(int(stamp), UTC)
        return datetime.strptime(" ".join(words.split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


FORMATS.add(
    TOOL,
    Format(TOOL, "Nessus（.nessus）", lambda head: "<NessusClientData_v2" in head, read),
)
