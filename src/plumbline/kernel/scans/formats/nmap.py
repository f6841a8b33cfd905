"""nmap: -oX output. Open ports are informational; vulnerability scripts yield findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from plumbline.kernel.scans.registry import FORMATS, Format, Request
from plumbline.kernel.scans.result import (
    ANY_CVE,
    ScanResult,
    ScanScope,
    Severity,
    by_score,
    clean,
    line,
    port_of,
    several,
)
from plumbline.kernel.scans.xml_stream import Node, nodes

TOOL = "nmap"
OPEN_PORT = "open-port"
#: scripts that look for weaknesses; those of -sC and -A do not
_SCRIPTS = re.compile(r"--script[= ]\S*(?:vul|all|\*)")
_CALLED = re.compile(r"--script[= ](\S+)")
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.IGNORECASE)
_STATE = re.compile(r"State:\s*(?:LIKELY )?VULNERABLE", re.IGNORECASE)
_RISK = re.compile(r"Risk factor:\s*(\w+)(?:[^\n]*?CVSSv\d:\s*([\d.]+))?", re.IGNORECASE)
_HEADS = ("nmaprun", "scaninfo")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
#: what `vulners` lists beside CVE numbers are exploits and copies of the same thing
_TABLES = frozenset({"vulners", "vulscan"})


def read(request: Request) -> Iterator[ScanResult]:
    """Ports and scripts of the hosts that are up."""
    for node in nodes(request.stream, records=("host",), containers=_HEADS, limits=request.limits):
        if node.tag == "nmaprun":
            request.scope.tool = line(f"Nmap {node['version']}", 60)
            request.scope.ports.setdefault("tcp", [])  # a ping scan names none, and tried none
            # which scripts a category stands for the file does not say: only those called by name were run
            named = set(_named(node["args"]))
            request.scope.rules |= {OPEN_PORT, *named} | ({ANY_CVE} if named & _TABLES else set())
            request.scope.unnamed = bool(_SCRIPTS.search(node["args"]))
            continue
        if node.tag == "scaninfo":
            _add_ports(node, request.scope)
            continue
        status = node.first("status")
        if status is not None and status["state"] != "up":
            continue
        host = _address(node)
        if not host:
            continue
        request.scope.add_host(host, request.limits)
        seen_at = _moment(node["endtime"])
        for group in node.all("hostscript"):
            for script in group.all("script"):
                yield from _script(script, host, None, "", seen_at, request)
        for group in node.all("ports"):
            for port in group.all("port"):
                state = port.first("state")
                if state is not None and state["state"] == "open":
                    yield from _port(port, host, seen_at, request)


def _named(args: str) -> Iterator[str]:
    """Scripts that were called by their own names: --script=http-vuln-cve2017-5638,ssl-poodle."""
    for found in _CALLED.finditer(args):
        for name in found[1].strip("\"'").split(","):
            plain = name.removesuffix(".nse")
            if plain in _TABLES or ("-" in plain and "*" not in plain):
                yield plain


def _add_ports(node: Node, scope: ScanScope) -> None:
    """Ports of one protocol: services="22,80,8000-8100"."""
    tried = scope.ports.setdefault(node["protocol"].lower(), [])
    for part in node["services"].split(","):
        if found := _RANGE.fullmatch(part.strip()):
            tried.append((int(found[1]), int(found[2] or found[1])))


def _address(node: Node) -> str:
    by_kind = {address["addrtype"]: address["addr"] for address in node.all("address")}
    return line(by_kind.get("ipv4") or by_kind.get("ipv6") or "", 255)


def _port(port: Node, host: str, seen_at: datetime | None, request: Request) -> Iterator[ScanResult]:
    service = port.first("service")
    words = [service[key] for key in ("name", "product", "version", "extrainfo")] if service else []
    what = line(" ".join(word for word in words if word), 160)
    number, protocol = port_of(port["portid"]), port["protocol"].lower()
    yield ScanResult(
        host=host,
        port=number,
        protocol=protocol,
        tool=TOOL,
        rule_id=OPEN_PORT,
        title=line(f"开放端口 {number}/{protocol} {what}", request.limits.title),
        severity="info",
        detail=what,
        seen_at=seen_at,
    )
    for script in port.all("script"):
        yield from _script(script, host, number, protocol, seen_at, request)


def _script(
    script: Node, host: str, port: int | None, protocol: str, seen_at: datetime | None, request: Request
) -> Iterator[ScanResult]:
    if script["id"] in _TABLES:
        yield from _listed(script, host, port, protocol, seen_at, request)
        return
    output = script["output"]
    if not _STATE.search(output):
        return
    level: Severity = "high"
    if risk := _RISK.search(output):
        words: dict[str, Severity] = {
            "low": "low",
            "medium": "medium",
            "high": "high",
            "critical": "critical",
        }
        level = by_score(risk[2]) or words.get(risk[1].lower(), "high")
    heading = next(
        (row.strip() for row in output.splitlines() if row.strip() and "VULNERABLE" not in row.upper()),
        script["id"],
    )
    yield ScanResult(
        host=host,
        port=port,
        protocol=protocol,
        tool=TOOL,
        rule_id=line(script["id"], 120),
        title=line(f"{heading}（{script['id']}）", request.limits.title),
        severity=level,
        detail=clean(output, request.limits.text),
        cve=several((found.upper() for found in _CVE.findall(output)), request.limits),
        references=several(re.findall(r"https?://\S+", output), request.limits),
        seen_at=seen_at,
    )


def _listed(
    script: Node, host: str, port: int | None, protocol: str, seen_at: datetime | None, request: Request
) -> Iterator[ScanResult]:
    """The CVE numbers that a script found for the version in use."""
    scores: dict[str, str] = {}
    for table in script.walk():
        values = {item["key"]: item.text for item in table.children if item.tag == "elem"}
        if _CVE.fullmatch(values.get("id", "")):
            scores.setdefault(values["id"].upper(), values.get("cvss", ""))
    if not scores:
        for row in script["output"].splitlines():
            if found := _CVE.search(row):
                rest = row[found.end() :].split()
                scores.setdefault(found[0].upper(), rest[0] if rest else "")
    for cve, score in scores.items():
        level = by_score(score)
        if level is None:
            level = "low"
            request.scope.unrated += 1
        yield ScanResult(
            host=host,
            port=port,
            protocol=protocol,
            tool=TOOL,
            rule_id=cve,
            title=line(f"所用软件版本存在已公开漏洞 {cve}", request.limits.title),
            severity=level,
            detail=clean(f"由 nmap 脚本 {script['id']} 按软件版本比对得出，CVSS {score or '未给出'}。", 500),
            advice="请核对实际版本与补丁情况，升级到已修复的版本。",
            cve=(cve,),
            references=(f"https://nvd.nist.gov/vuln/detail/{cve}",),
            seen_at=seen_at,
        )


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


FORMATS.add(TOOL, Format(TOOL, "nmap（-oX）", lambda head: "<nmaprun" in head, read))
