"""Each format, by an invented report of its kind."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from plumbline.kernel import scans
from plumbline.kernel.scans import Reading, ScanRefused, ScanResult
from plumbline.kernel.scans.formats import csv_table
from plumbline.kernel.scans.registry import Columns
from tests.office.inspections.scan_files import CSV, nessus, sarif


def results(data: bytes, columns: Columns | None = None) -> tuple[Reading, list[ScanResult]]:
    with scans.opened(io.BytesIO(data)) as stream:
        reading = scans.read(stream, columns=columns)
        return reading, list(reading)


OPENVAS = b"""<report id="1" format_id="x" content_type="text/xml"><task id="2"><name>t</name></task>
<report id="3"><gmp><version>22.4</version></gmp>
<host><ip>10.1.1.5</ip><end>2026-03-02T10:00:00Z</end></host>
<host><ip>10.1.1.6</ip><end>2026-03-02T11:00:00Z</end></host>
<results start="1" max="10">
<result id="a"><name>Weak cipher</name><host>10.1.1.5<asset asset_id="9"/><hostname>db</hostname></host>
<port>443/tcp</port><nvt oid="1.3.6.1.4.1.25623.1.0.1"><type>nvt</type><name>Weak cipher</name>
<tags>summary=Old ciphers are offered.|impact=none</tags><solution type="Mitigation">Turn them off.</solution>
<refs><ref type="cve" id="CVE-2015-2808"/><ref type="url" id="https://example.org/a"/></refs></nvt>
<threat>Medium</threat><severity>5.9</severity><description>RC4</description></result>
<result id="b"><name>Log</name><host>10.1.1.5</host><port>general/tcp</port>
<nvt oid="1.2"><name>Log</name></nvt>
<threat>Log</threat><severity>0.0</severity></result>
<result id="c"><name>Not so</name><host>10.1.1.5</host><port>22/tcp</port><nvt oid="1.3"><name>x</name></nvt>
<threat>False Positive</threat><severity>-1.0</severity></result>
</results></report></report>"""

NMAP = b"""<?xml version="1.0"?><!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap --script vulners" version="7.95">
<host endtime="1700000000"><status state="up"/><address addr="10.1.1.9" addrtype="ipv4"/>
<address addr="00:11:22:33:44:55" addrtype="mac"/><ports>
<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="7.4"/>
<script id="vulners" output="x"><table key="cpe"><table>
<elem key="id">CVE-2018-15919</elem><elem key="cvss">5.0</elem>
</table><table><elem key="id">PACKETSTORM:1</elem><elem key="cvss">9.0</elem></table></table></script></port>
<port protocol="tcp" portid="23"><state state="closed"/></port>
<port protocol="tcp" portid="443"><state state="open"/><script id="ssl-poodle"
 output="&#xa;  VULNERABLE:&#xa;  SSL POODLE information leak&#xa;    State: VULNERABLE&#xa;
    IDs:  CVE:CVE-2014-3566&#xa;"/></port></ports></host>
<host><status state="down"/><address addr="10.1.1.10" addrtype="ipv4"/></host></nmaprun>"""

NUCLEI = [
    {
        "template-id": "git-config",
        "info": {
            "name": "Git Config",
            "severity": "medium",
            "description": "readable",
            "reference": ["https://example.org/r"],
            "classification": {"cve-id": None},
        },
        "host": "https://www.example.cn",
        "matched-at": "https://www.example.cn:8443/.git/config",
        "timestamp": "2026-03-01T10:00:00.123456789+08:00",
    },
    {
        "template-id": "CVE-2021-1",
        "matcher-name": "body",
        "info": {"name": "Hole", "severity": "unknown", "classification": {"cve-id": ["cve-2021-1"]}},
        "host": "10.1.1.7",
        "matched-at": "10.1.1.7:22",
    },
]

TRIVY = {
    "Results": [
        {
            "Target": "registry.example.cn/app:1.2 (debian 12)",
            "Class": "os-pkgs",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2024-1",
                    "PkgName": "openssl",
                    "InstalledVersion": "3.0",
                    "FixedVersion": "3.1",
                    "Severity": "CRITICAL",
                    "Title": "openssl: overflow",
                }
            ],
        },
        {
            "Target": "Dockerfile",
            "Misconfigurations": [
                {
                    "ID": "DS002",
                    "Title": "root user",
                    "Severity": "HIGH",
                    "Status": "FAIL",
                    "Resolution": "USER",
                },
                {"ID": "DS003", "Title": "fine", "Severity": "LOW", "Status": "PASS"},
            ],
        },
        {
            "Target": "/etc/app.env",
            "Secrets": [{"RuleID": "aws", "Title": "AWS", "Severity": "HIGH", "Match": "AKIAverysecret"}],
        },
    ],
    "ArtifactName": "registry.example.cn/app:1.2",
    "ArtifactType": "container_image",
    "SchemaVersion": 2,
}


def test_nessus_tells_hosts_rules_and_the_time():
    data = nessus(
        {"10.1.1.1": [("10001", 4, 443), ("10002", 0, 0)], "10.1.1.2": []}, plugins=("10001", "10003")
    )
    reading, found = results(data)
    assert reading.format.key == "nessus"
    assert reading.scope.hosts == {"10.1.1.1", "10.1.1.2"}
    assert reading.scope.rules == {"10001", "10003"}
    assert reading.scope.scanned_at == datetime.fromtimestamp(1_700_000_000, UTC)
    first = found[0]
    assert (first.host, first.port, first.protocol, first.rule_id) == ("10.1.1.1", 443, "tcp", "10001")
    assert (first.severity, first.cve, first.advice) == ("critical", ("CVE-2024-10001",), "Upgrade.")
    assert (found[1].severity, found[1].port) == ("info", None)


@pytest.mark.parametrize("wrap", ["%s", "<get_reports_response status='200'>%s</get_reports_response>"])
def test_openvas_leaves_out_what_was_marked_false(wrap):
    reading, found = results(wrap.encode() % OPENVAS)
    assert reading.scope.hosts == {"10.1.1.5", "10.1.1.6"}
    assert reading.scope.left_out == 1
    assert [(one.severity, one.port) for one in found] == [("medium", 443), ("info", None)]
    assert found[0].cve == ("CVE-2015-2808",)
    assert found[0].advice == "Turn them off."
    assert found[0].detail.startswith("Old ciphers")


def test_nmap_tells_open_ports_and_vulnerable_versions():
    reading, found = results(NMAP)
    assert reading.scope.hosts == {"10.1.1.9"}
    assert [(one.rule_id, one.severity, one.port) for one in found] == [
        ("open-port", "info", 22),
        ("CVE-2018-15919", "medium", 22),
        ("open-port", "info", 443),
        ("ssl-poodle", "high", 443),
    ]
    assert found[3].title.startswith("SSL POODLE")
    assert found[3].cve == ("CVE-2014-3566",)


def test_nmap_without_scripts_says_nothing_of_what_scripts_found():
    reading, _found = results(NMAP.replace(b"--script vulners", b"-p 22"))
    assert reading.scope.rules == {"open-port"}


@pytest.mark.parametrize("as_lines", [True, False])
def test_nuclei_lines_and_arrays_are_the_same(as_lines):
    data = "\n".join(map(json.dumps, NUCLEI)) if as_lines else json.dumps(NUCLEI, indent=2)
    reading, (first, second) = results(data.encode())
    assert (first.host, first.port, first.place) == ("www.example.cn", 8443, "/.git/config")
    assert first.seen_at is not None
    assert (second.host, second.port, second.rule_id) == ("10.1.1.7", 22, "CVE-2021-1:body")
    assert second.cve == ("CVE-2021-1",)
    assert (second.severity, reading.scope.unrated) == ("low", 1)


def test_trivy_takes_the_image_without_its_release_and_keeps_no_secret():
    reading, found = results(json.dumps(TRIVY).encode())
    assert reading.scope.hosts == {"registry.example.cn/app"}
    assert [(one.rule_id, one.severity) for one in found] == [
        ("CVE-2024-1", "critical"),
        ("DS002", "high"),
        ("aws", "high"),
    ]
    assert found[0].place == "openssl"
    assert "AKIA" not in repr(found[2])


def test_the_next_release_of_an_image_has_the_same_identity():
    again = json.loads(json.dumps(TRIVY).replace("app:1.2", "app:1.3"))
    before, after = results(json.dumps(TRIVY).encode())[1], results(json.dumps(again).encode())[1]
    assert [(x.host, x.rule_id, x.place) for x in before] == [(x.host, x.rule_id, x.place) for x in after]


def test_sarif_finds_rules_that_stand_after_the_results():
    data = sarif([("R1", "error", "a%20b.py"), ("R2", "none", "c.py")], rules=("R1", "R2"))
    reading, found = results(data)
    assert reading.scope.rules == {"R1", "R2"}
    assert reading.scope.tools == {"sarif/Lint"}
    assert [(one.title, one.severity, one.place) for one in found] == [
        ("R1", "high", "a b.py:3"),
        ("R2", "info", "c.py:3"),
    ]


def test_sarif_without_results_still_knows_its_tool():
    reading, found = results(sarif([], rules=("R1",)))
    assert (found, reading.scope.tools) == ([], {"sarif/Lint"})


def test_a_table_in_the_encoding_of_chinese_windows_is_read():
    with scans.opened(io.BytesIO(CSV)) as stream:
        heads = csv_table.heads_of(stream)
        columns = csv_table.guess(heads)
    assert columns == {
        "host": "IP地址", "title": "漏洞名称", "severity": "危险级别", "port": "端口", "advice": "修复建议",
    }  # fmt: skip
    reading, found = results(CSV, Columns(columns, {"三级": "medium"}, "RSAS"))
    assert [(one.host, one.title, one.severity) for one in found] == [
        ("10.8.1.20", "弱口令", "high"),
        ("10.8.1.20", "版本过旧", "medium"),
        ("10.8.1.21", "信息泄露", "low"),
    ]
    assert reading.scope.tools == {"csv/RSAS"}


def test_a_row_without_its_host_is_refused_by_its_line():
    data = "主机,漏洞名称\n10.1.1.1,a\n,b\n".encode()
    with pytest.raises(ScanRefused, match="第 3 行"):
        results(data, Columns({"host": "主机", "title": "漏洞名称"}))


def test_packed_reports_are_read_by_content_whatever_they_are_called():
    plain = nessus({"10.1.1.1": [("10001", 4, 443)]})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.bin", plain)
    for data in (plain, gzip.compress(plain), buffer.getvalue()):
        assert len(results(data)[1]) == 1
