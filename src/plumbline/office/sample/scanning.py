"""Reports of scanners as they would have been exported, for the sample's invented hosts."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.core.files.base import ContentFile

from plumbline.kernel.scans.formats.csv_table import WORDS
from plumbline.office.inspections.models import ScanImport
from plumbline.office.inspections.services import scan_jobs, scans
from plumbline.office.sample.county import County

_LEVELS = {"info": "0", "low": "1", "medium": "2", "high": "3", "critical": "4"}
_WORDS = {"critical": "严重", "high": "高危", "medium": "中危", "low": "低危", "info": "信息"}
_HEADS = ("IP地址", "端口", "协议", "插件编号", "漏洞名称", "风险等级", "漏洞描述", "修复建议")
_FIELDS = ("host", "port", "protocol", "rule", "title", "severity", "detail", "advice")
_COLUMNS = dict(zip(_FIELDS, _HEADS, strict=True))


@dataclass
class Scanning:
    """One report on its way into the office."""

    county: County
    row: dict[str, Any]
    rules: dict[str, dict[str, str]]
    case: str

    def take_in(self, now: datetime) -> None:
        """Upload, look, import; what the worker would do is done at once."""
        people, row = self.county.people, self.row
        inspection = self.county.inspections.get(row.get("inspection", ""))
        actor = people.expert if inspection is not None else people.staff
        unit = None if inspection is not None else self.county.unit(row["unit"])
        scan = scans.upload(file=self._file(now), actor=actor, now=now, inspection=inspection, unit=unit)
        scan = self._worked(scan, now)
        if scan.state == ScanImport.State.MAPPING:
            scan = scans.explain_columns(
                scan=scan, columns=_COLUMNS, severities=dict(WORDS), name=row["columns"], actor=actor
            )
            scan = self._worked(scan, now)
        options = {"info": False, "close": row.get("close", False), "confirmed": False}
        scan = self._worked(scans.confirm(scan=scan, options=options, actor=actor), now)
        for hit in scan.hits.select_related("finding"):
            self.county.findings[(self.case, f"{hit.rule}@{hit.host}")] = hit.finding

    def _worked(self, scan: ScanImport, now: datetime) -> ScanImport:
        scan.refresh_from_db()
        scan_jobs.run(scan_id=scan.pk, attempt=scan.attempt, clock=lambda: now)
        scan.refresh_from_db()
        return scan

    def _file(self, now: datetime) -> ContentFile:
        write = nessus if self.row["tool"] == "nessus" else table
        return ContentFile(write(self.row["hosts"], self.rules, now=now), name=self.row["name"])


def nessus(hosts: dict[str, list[str]], rules: dict[str, dict[str, str]], *, now: datetime) -> bytes:
    """A .nessus file: for each host "plugin:port" of what was found."""
    parts = []
    for host, found in hosts.items():
        items = "".join(_item(rules[place.split(":")[0]], *place.split(":")) for place in found)
        end = int(now.timestamp()) - 3600
        parts.append(
            f"<ReportHost name={quoteattr(host)}><HostProperties>"
            f'<tag name="HOST_END_TIMESTAMP">{end}</tag></HostProperties>{items}</ReportHost>'
        )
    text = f'<?xml version="1.0" ?><NessusClientData_v2><Report name="sample">{"".join(parts)}</Report>'
    return (text + "</NessusClientData_v2>").encode()


def _item(rule: dict[str, str], plugin: str, port: str) -> str:
    return (
        f'<ReportItem port="{port}" svc_name="www" protocol="tcp" severity="{_LEVELS[rule["severity"]]}" '
        f'pluginID="{plugin}" pluginName={quoteattr(rule["title"])} pluginFamily="General">'
        f"<description>{escape(rule['detail'])}</description><solution>{escape(rule['advice'])}</solution>"
        "</ReportItem>"
    )


def table(hosts: dict[str, list[str]], rules: dict[str, dict[str, str]], *, now: datetime) -> bytes:
    """A table as a Chinese scanner exports it."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(_HEADS)
    for host, found in hosts.items():
        for place in found:
            plugin, port = place.split(":")
            rule = rules[plugin]
            severity = _WORDS[rule["severity"]]
            words = [rule["title"], severity, rule["detail"], rule["advice"]]
            writer.writerow([host, port, "tcp", plugin, *words])
    return content.getvalue().encode("utf-8-sig")
