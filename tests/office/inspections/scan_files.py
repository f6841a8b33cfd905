"""Invented reports of scanners, as small as they can be."""

from __future__ import annotations

import json
from collections.abc import Iterable

#: plugin, severity (0 to 4), port
Item = tuple[str, int, int]


def nessus(
    hosts: dict[str, Iterable[Item]], *, plugins: Iterable[str] = (), stamp: int = 1_700_000_000
) -> bytes:
    """A .nessus file: results by host; `plugins` are those that the scan tried."""
    tried = ";".join(plugins)
    policy = (
        f"<Policy><Preferences><ServerPreferences><preference><name>plugin_set</name><value>{tried}</value>"
        "</preference></ServerPreferences></Preferences></Policy>"
    )
    reports = []
    for host, items in hosts.items():
        rows = "".join(
            f'<ReportItem port="{port}" svc_name="www" protocol="tcp" severity="{level}" pluginID="{plugin}"'
            f' pluginName="Weakness {plugin}"><description>About {plugin}.</description>'
            f"<solution>Upgrade.</solution><cve>CVE-2024-{int(plugin):05d}</cve></ReportItem>"
            for plugin, level, port in items
        )
        reports.append(
            f'<ReportHost name="{host}"><HostProperties><tag name="HOST_END_TIMESTAMP">{stamp}</tag>'
            f"</HostProperties>{rows}</ReportHost>"
        )
    body = f'<Report name="r">{"".join(reports)}</Report>'
    return f'<?xml version="1.0" ?><NessusClientData_v2>{policy}{body}</NessusClientData_v2>'.encode()


def nmap(services: str, ports: Iterable[int], *, host: str = "10.8.1.20", args: str = "nmap -sV") -> bytes:
    """An nmap file: which ports were tried on a host, and which are open."""
    rows = "".join(f'<port protocol="tcp" portid="{port}"><state state="open"/></port>' for port in ports)
    return (
        f'<?xml version="1.0"?><nmaprun scanner="nmap" args="{args}" version="7.94">'
        f'<scaninfo type="syn" protocol="tcp" services="{services}"/>'
        f'<host endtime="1700000000"><status state="up"/><address addr="{host}" addrtype="ipv4"/>'
        f"<ports>{rows}</ports></host></nmaprun>"
    ).encode()


def sarif(results: Iterable[tuple[str, str, str]], *, tool: str = "Lint", rules: Iterable[str] = ()) -> bytes:
    """A SARIF file: rule, level and path of each result."""
    rows = [
        {
            "ruleId": rule,
            "level": level,
            "message": {"text": f"about {rule}"},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 3}}}
            ],
        }
        for rule, level, path in results
    ]
    driver = {"name": tool, "rules": [{"id": rule, "shortDescription": {"text": rule}} for rule in rules]}
    return json.dumps({"version": "2.1.0", "runs": [{"results": rows, "tool": {"driver": driver}}]}).encode()


def _at(path: str) -> dict[str, object]:
    return {"artifactLocation": {"uri": path}, "region": {"startLine": 3}}


CSV = (
    "IP地址,漏洞名称,危险级别,端口,修复建议\n"
    "10.8.1.20,弱口令,高危,22,修改口令\n"
    "10.8.1.20,版本过旧,三级,80,升级\n"
    "10.8.1.21,信息泄露,低危,443,关闭目录浏览\n"
).encode("gb18030")
