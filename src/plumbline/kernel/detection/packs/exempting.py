"""Exceptions of single rules: Sigma filters that say who decided so, and until when.

title: 备份服务器的计划任务
id: 6f0c…
logsource: {product: windows, category: process_creation}
filter:
    rules: [<id of a rule>]
    known: {Computer: backup01}
    condition: not known
owner: 王敏
expires: 2026-12-31
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from plumbline.kernel.detection.errors import PackError, RuleError
from plumbline.kernel.detection.rules import Document, Info, day_of


@dataclass(frozen=True, slots=True)
class Exempted:
    """An exception as the reader is told of it.

    Attributes:
        rules: what it names; ("any",) for every rule of its log source.
        owner: who answers for it; empty where nobody is named.
        expires: the last day on which it applies; None where it never ends.
        state: applies, expired, unowned (applies, but nobody is named), endless (applies without an end).
    """

    info: Info
    rules: tuple[str, ...]
    owner: str
    expires: date | None
    state: str


#: in the order in which they want attention
STATES: Final = {
    "expired": "已到期，不再生效",
    "unowned": "生效中，没有写明负责人",
    "endless": "生效中，没有到期日",
    "applies": "生效中",
}


def exceptions_of(documents: Iterable[Document], today: date) -> list[Exempted]:
    """The exceptions among documents; those that need attention first, then by last day."""
    found = []
    for document in documents:
        if document.kind != "filter":
            continue
        section = document.data.get("filter")
        named = section.get("rules") if isinstance(section, Mapping) else None
        rules = tuple(map(str, named)) if isinstance(named, list) else (str(named or "any"),)
        owner = str(document.data.get("owner") or "")
        expires = day_of(document.data.get("expires"))  # compiling tells where it is no day
        state = "applies"
        if expires is not None and expires < today:
            state = "expired"
        elif not owner:
            state = "unowned"
        elif expires is None:
            state = "endless"
        found.append(Exempted(document.info, rules, owner, expires, state))
    order = list(STATES)
    return sorted(
        found, key=lambda one: (order.index(one.state), one.expires or date.max, one.info.title, one.info.key)
    )


def exception_text(
    rule: Info,
    conditions: Sequence[str],
    *,
    key: str,
    owner: str,
    expires: date,
    reason: str,
    today: date,
) -> str:
    """The YAML of an exception: `rule` does not count where all of `conditions` ("field=value") hold.

    A value may hold * and ?; several conditions on one field are alternatives. `key` is the exception's id.

    Raises:
        RuleError: a condition is not of that form.
        PackError: there is no condition, owner or reason, or the last day has passed.
    """
    if not conditions:
        raise PackError(
            "例外没有条件", advice="请至少写一个“字段=值”；要停用整条规则请用 plumbline rules off"
        )
    if not owner.strip() or not reason.strip():
        raise PackError("例外要写明负责人和理由", advice="请用 --owner 和 --reason 填写")
    if expires < today:
        raise PackError(f"到期日 {expires} 已经过去", advice="请填今天或以后的日期")
    known: dict[str, Any] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise RuleError(f"条件“{condition}”看不懂", advice="请写成 字段=值，例如 Computer=backup01")
        known.setdefault(name.strip(), []).append(value.strip())
    source = {
        part: getattr(rule.logsource, part)
        for part in ("product", "category", "service")
        if getattr(rule.logsource, part)
    }
    document = {
        "title": f"例外：{rule.title}",
        "id": key,
        "description": reason.strip(),
        "date": today,
        "logsource": source,
        "filter": {
            "rules": [rule.key],
            "known": {name: values[0] if len(values) == 1 else values for name, values in known.items()},
            "condition": "not known",
        },
        "owner": owner.strip(),
        # a day of its own: two that are one object become an anchor and an alias
        "expires": date.fromisoformat(expires.isoformat()),
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
