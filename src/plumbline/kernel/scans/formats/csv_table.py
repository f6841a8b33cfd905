"""Any other scanner's table as .csv: a person says once which column is what."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from plumbline.kernel.scans.limits import DEFAULT_LIMITS, ScanLimits
from plumbline.kernel.scans.registry import FORMATS, Columns, Format, Request
from plumbline.kernel.scans.result import (
    SEVERITIES,
    ScanRefused,
    ScanResult,
    Severity,
    by_score,
    by_word,
    clean,
    line,
    port_of,
    several,
)

TOOL = "csv"
#: field, and the words in heads that speak for it, in the order in which they are tried
FIELDS: dict[str, tuple[str, ...]] = {
    "host": ("主机", "ip", "资产", "目标", "域名", "host", "address", "target", "url", "site", "fqdn"),
    "title": (
        "漏洞名称",
        "问题名称",
        "名称",
        "标题",
        "漏洞",
        "plugin name",
        "nvt name",
        "title",
        "name",
        "vulnerability",
    ),
    "severity": (
        "严重程度",
        "危险级别",
        "风险等级",
        "风险级别",
        "等级",
        "级别",
        "severity",
        "risk",
        "threat",
        "level",
        "cvss",
    ),
    "port": ("端口", "port"),
    "protocol": ("协议", "protocol"),
    "rule": ("漏洞编号", "插件", "plugin id", "oid", "rule", "cve", "id"),
    "detail": ("描述", "详情", "说明", "description", "summary", "detail", "synopsis"),
    "advice": (
        "修复建议",
        "整改建议",
        "解决",
        "建议",
        "加固",
        "solution",
        "remediation",
        "recommendation",
        "fix",
    ),
    "place": ("路径", "位置", "参数", "组件", "path", "location", "package"),
    "cve": ("cve", "cves"),
    "seen_at": ("扫描时间", "发现时间", "时间", "timestamp", "last seen", "date"),
}
REQUIRED = ("host", "title")
#: words for severities in Chinese scanners' reports; the shipped starting point of a mapping
WORDS: dict[str, Severity] = {
    "严重": "critical", "紧急": "critical", "超危": "critical", "极高": "critical",
    "高": "high", "高危": "high", "高风险": "high",
    "中": "medium", "中危": "medium", "中风险": "medium",
    "低": "low", "低危": "low", "低风险": "low",
    "信息": "info", "提示": "info", "无": "info", "安全": "info",
}  # fmt: skip
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t", "|")
_MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)


def heads_of(stream: BinaryIO, *, limits: ScanLimits = DEFAULT_LIMITS) -> list[str]:
    """The heads of the columns, trimmed.

    Raises:
        ScanRefused: it is no table.
    """
    with _Table(stream, limits) as table:
        return list(table.heads)


def sample_of(
    stream: BinaryIO, *, rows: int = 200, limits: ScanLimits = DEFAULT_LIMITS
) -> list[dict[str, str]]:
    """The first rows by head, for the page that asks what is what."""
    with _Table(stream, limits) as table:
        return [
            dict(zip(table.heads, row, strict=False))
            for _, row in zip(range(rows), table.rows(), strict=False)
        ]


def digest_of(heads: Sequence[str]) -> str:
    """SM3 over the heads, by which the next file of the kind is recognised."""
    return hashlib.new("sm3", "\x1f".join(head.lower() for head in heads).encode()).hexdigest()


def guess(heads: Sequence[str]) -> dict[str, str]:
    """A first proposal of the columns. A head serves one field; CVE numbers may serve as rule too."""
    found: dict[str, str] = {}
    for name, spoken in FIELDS.items():
        free = [head for head in heads if name == "cve" or head not in found.values()]
        exact = [head for word in spoken for head in free if head.lower() == word]
        loose = [head for word in spoken for head in free if _means(head.lower(), word)]
        if exact or loose:
            found[name] = (exact or loose)[0]
    return found


def _means(head: str, word: str) -> bool:
    """Whether a head holds a word; English ones as a whole word ("ip" is not in "description")."""
    if not word.isascii():
        return word in head
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", head) is not None


def severity_of(text: str, words: dict[str, str]) -> Severity | None:
    """The severity of a cell: by the mapping's words, the shipped ones, English ones, a CVSS score."""
    key = text.strip().lower()
    for known in (words, WORDS):
        if (level := known.get(key)) in SEVERITIES:
            return next(one for one in SEVERITIES if one == level)
    return by_word(key) or by_score(key)


def read(request: Request) -> Iterator[ScanResult]:
    """Every row with a host and a title."""
    if request.columns is None:
        raise ScanRefused("还没有说明 CSV 各列是什么", advice="请先指定各列的对应关系。")
    words = {key.lower(): value for key, value in request.columns.severities.items()}
    request.scope.tool = "CSV"
    with _Table(request.stream, request.limits) as table:
        _demand(table.heads, request.columns)
        at = {name: table.heads.index(head) for name, head in request.columns.columns.items() if head}
        for row in table.rows():
            cell = {name: row[index].strip() if index < len(row) else "" for name, index in at.items()}
            if not cell["host"] and not cell["title"]:
                continue
            if not cell["host"] or not cell["title"]:
                raise ScanRefused(
                    "这一行缺主机或漏洞名称",
                    where=f"第 {table.line} 行",
                    advice="请补全后再上传，或检查列的对应关系。",
                )
            yield _result(cell, words, request, request.columns.tool)


def _result(cell: dict[str, str], words: dict[str, str], request: Request, tool: str) -> ScanResult:
    limits = request.limits
    level = severity_of(cell.get("severity", ""), words)
    if level is None:
        level = "low"
        request.scope.unrated += 1
    title = line(cell["title"], limits.title)
    return ScanResult(
        host=line(cell["host"], 255),
        port=port_of(cell.get("port", "")),
        protocol=cell.get("protocol", "").lower()[:8],
        tool=tool,
        rule_id=line(cell.get("rule", ""), 200) or title,
        title=title,
        severity=level,
        detail=clean(cell.get("detail", ""), limits.text),
        advice=clean(cell.get("advice", ""), limits.text),
        cve=several((found.upper() for found in _CVE.findall(cell.get("cve", ""))), limits),
        place=line(cell.get("place", ""), 300),
        seen_at=_moment(cell.get("seen_at", "")),
    )


def _demand(heads: Sequence[str], columns: Columns) -> None:
    missing = [name for name in REQUIRED if not columns.columns.get(name)]
    absent = [head for head in columns.columns.values() if head and head not in heads]
    if missing or absent:
        raise ScanRefused(
            f"文件里没有“{'”“'.join(absent)}”列" if absent else "没有指定主机列或漏洞名称列",
            where="表头",
            advice="请重新指定各列的对应关系。",
        )


class _Table:
    """A .csv with its encoding and delimiter found out; its first row of two cells or more is the head."""

    def __init__(self, stream: BinaryIO, limits: ScanLimits) -> None:
        stream.seek(0)
        head = stream.read(64 * 1024)
        stream.seek(0)
        self._limits = limits
        self._text = io.TextIOWrapper(stream, encoding=_encoding(head), newline="")
        sample = head.decode(self._text.encoding, errors="replace")
        first = next((row for row in sample.splitlines() if row.strip()), "")
        delimiter = max(_DELIMITERS, key=first.count)
        self._reader = csv.reader(self._text, delimiter=delimiter, strict=False)
        self.heads = self._heads()

    @property
    def line(self) -> int:
        """The line of the file that was read last, from 1."""
        return self._reader.line_num

    def rows(self) -> Iterator[list[str]]:
        """The rows below the head.

        Raises:
            ScanRefused: a cell is too large, or the encoding fails.
        """
        while (row := self._next()) is not None:
            yield row

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except (csv.Error, UnicodeError) as error:
            raise ScanRefused(
                "表格无法读取（单元格过大、引号不成对或编码有误）",
                where=f"第 {self._reader.line_num} 行附近",
                advice="请另存为 CSV（UTF-8）后再上传。",
            ) from error

    def _heads(self) -> list[str]:
        for _ in range(20):
            row = self._next()
            if row is None:
                break
            heads = [line(cell.lstrip("\ufeff"), 120) for cell in row]
            if sum(bool(head) for head in heads) >= 2 and len(heads) <= self._limits.columns:
                return heads
        raise ScanRefused("没有找到表头", advice="CSV 的第一行应为列名，至少有主机和漏洞名称两列。")

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_error: object) -> None:
        self._text.detach()


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "gb18030"
    return "utf-8-sig"


def _moment(text: str) -> datetime | None:
    """A time without a zone is taken as UTC; only the newest of a report matters, as a hint."""
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    for pattern in _MOMENTS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _recognise(head: str) -> bool:
    first = next((row for row in head.splitlines() if row.strip()), "")
    return (
        not head.startswith(("<", "{", "["))
        and "\x00" not in head
        and "\ufffd" not in first
        and any(delimiter in first for delimiter in _DELIMITERS)
    )


FORMATS.add(TOOL, Format(TOOL, "CSV（自行指定列）", _recognise, read, order=90))
