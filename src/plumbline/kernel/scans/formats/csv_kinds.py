"""Tables whose columns need no asking: those that well-known scanners write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from plumbline.kernel.scans.formats.csv_table import guess, severity_of

#: heads by which tables are known that scanners write themselves
_KNOWN = {
    "Nessus CSV": {"plugin id", "risk", "host", "protocol", "port", "name", "solution"},
    "OpenVAS CSV": {"ip", "port", "severity", "nvt name", "nvt oid", "solution"},
}
#: heads of Chinese scanners' tables, of which one of each must be there
_CHINESE = (
    {"主机", "主机/ip", "主机ip", "主机地址", "主机名/ip", "ip", "ip地址", "资产ip", "目标ip"},
    {"漏洞名称"},
    {"风险等级", "危险级别", "危险等级", "风险级别", "漏洞等级", "漏洞级别", "严重程度", "威胁级别"},
    {"解决方案", "整改建议", "修复建议", "加固建议", "解决办法"},
)


def known_kind(heads: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """What a table is called whose columns need no asking; "" for any other.

    Args:
        rows: some rows by head: a word for a severity that nobody knows has to be asked about.
    """
    lower = {re.sub(r"\s", "", head.lower()) for head in heads}
    names = [name for name, needed in _KNOWN.items() if needed <= {head.lower() for head in heads}]
    if not names and all(not lower.isdisjoint(words) for words in _CHINESE):
        names = ["漏洞清单"]
    if not names:
        return ""
    head = guess(heads).get("severity", "")
    words = (row.get(head, "").strip() for row in rows)
    return "" if any(word and severity_of(word, {}) is None for word in words) else names[0]
