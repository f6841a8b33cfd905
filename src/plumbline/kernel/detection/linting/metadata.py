"""Checks of what a rule says of itself: id, level, status, tags, log source. Source: Sigma 2.1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from plumbline.kernel.detection.attack import OTHER, TECHNIQUE, tactics, technique_name
from plumbline.kernel.detection.linting.issues import Remark
from plumbline.kernel.detection.logsources import LogSource, Row
from plumbline.kernel.detection.rules import LEVELS, Document, day_of

_STATUSES: Final = ("stable", "test", "experimental", "deprecated", "unsupported")
_TAG: Final = re.compile(r"[a-z0-9_-]+\.[a-z0-9._-]+")
_LONGEST_TITLE: Final = 110


def metadata_remarks(document: Document, rows: Sequence[Row], today: date) -> Iterator[Remark]:
    """Remarks on one document of any kind."""
    data = document.data
    yield from _id(data)
    yield from _words(document)
    yield from _tags(data.get("tags"))
    if document.kind == "filter":
        yield from _exception(data, today)
    if document.kind == "detection":
        yield from _logsource(document.info.logsource, data.get("logsource"), rows)


def _id(data: dict[str, Any]) -> Iterator[Remark]:
    key = data.get("id")
    if not key:
        yield Remark(
            "warning",
            "id-missing",
            "没有 id，改动后就认不出是同一条规则，停用和例外也会失效",
            "请加上 id: 后跟一个新的 UUID",
        )
        return
    try:
        UUID(str(key))
    except ValueError:
        yield Remark("warning", "id-form", f"id“{key}”不是 UUID", "请换成新生成的 UUID")


def _words(document: Document) -> Iterator[Remark]:
    data = document.data
    level = data.get("level")
    if document.kind != "filter":
        if level is None:
            yield Remark(
                "warning", "level-missing", "没有 level，按 medium 处理", f"请填 {'、'.join(LEVELS)} 之一"
            )
        elif str(level).lower() not in LEVELS:
            yield Remark(
                "error",
                "level-unknown",
                f"没有“{level}”这个级别",
                f"请填 {'、'.join(LEVELS)} 之一",
            )
        status = data.get("status")
        if status is None:
            yield Remark(
                "hint",
                "status-missing",
                "没有 status",
                "新写的规则请填 experimental，用稳后改为 test、stable",
            )
        elif str(status) not in _STATUSES:
            yield Remark(
                "warning", "status-unknown", f"没有“{status}”这种状态", f"请填 {'、'.join(_STATUSES)} 之一"
            )
        if not data.get("description"):
            yield Remark("hint", "description-missing", "没有 description", "请写一句：发现什么、为什么可疑")
        if document.kind == "detection" and not data.get("falsepositives"):
            yield Remark(
                "hint", "falsepositives-missing", "没有 falsepositives", "请写明什么正常情况也会引起检出"
            )
    if len(document.info.title) > _LONGEST_TITLE:
        yield Remark(
            "hint", "title-long", f"标题超过 {_LONGEST_TITLE} 个字", "请缩短标题，细节写到 description"
        )
    for name in ("date", "modified"):
        value = data.get(name)
        if value is not None and not isinstance(value, date) and not _is_day(str(value)):
            yield Remark("warning", "date-form", f"{name}“{value}”不是日期", "请写成 2026-08-05 的形式")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _tags(tags: Any) -> Iterator[Remark]:
    if tags is None:
        return
    if not isinstance(tags, list):
        yield Remark("error", "tags-form", "tags 不是列表", "请每行一个，前面加“- ”")
        return
    seen: set[str] = set()
    for tag in map(str, tags):
        if tag in seen:
            yield Remark("hint", "tag-twice", f"标签 {tag} 写了两次", "请去掉一个")
        seen.add(tag)
        if not _TAG.fullmatch(tag):
            yield Remark(
                "warning",
                "tag-form",
                f"标签“{tag}”的写法不对",
                "请写成 命名空间.名称，用小写字母、数字、“-”和“.”",
            )
        elif tag.startswith("attack."):
            yield from _attack(tag)


def _attack(tag: str) -> Iterator[Remark]:
    name = tag.removeprefix("attack.")
    if TECHNIQUE.fullmatch(name):
        if not technique_name(name):
            yield Remark(
                "hint", "attack-unknown", f"随软件提供的 ATT&CK 数据中没有 {name.upper()}", "请核对手法编号"
            )
    elif re.match(r"t\d", name):
        yield Remark(
            "warning",
            "attack-form",
            f"标签 {tag} 不是 ATT&CK 手法编号的写法",
            "请写成 attack.t1059 或 attack.t1059.001",
        )
    elif not OTHER.fullmatch(name) and name.replace("_", "-") not in tactics():
        yield Remark(
            "warning", "attack-form", f"ATT&CK 没有“{name}”这个战术", f"战术有：{'、'.join(tactics())}"
        )
    elif "_" in name:
        yield Remark("hint", "attack-form", f"标签 {tag} 用了“_”", f"请写成 {tag.replace('_', '-')}")


def _logsource(source: LogSource, given: Any, rows: Sequence[Row]) -> Iterator[Remark]:
    if source == LogSource():
        yield Remark(
            "error" if not isinstance(given, dict) else "warning",
            "logsource-missing",
            "logsource 没有写明日志来源，会对所有日志运行",
            "请写上 product、category 或 service",
        )
    elif not any(source.takes(row.source) for row in rows):
        yield Remark(
            "warning",
            "logsource-unknown",
            f"不知道哪些日志属于 {source}",
            "请核对写法；确有这种日志的，检测时用 --logsource 声明，或在 sources/ 中加映射",
        )


def _exception(data: dict[str, Any], today: date) -> Iterator[Remark]:
    expires = data.get("expires")
    if not data.get("owner"):
        yield Remark("warning", "exception-owner", "例外没有写明负责人", "请加上 owner: 姓名")
    if expires is None:
        yield Remark(
            "warning", "exception-endless", "例外没有到期日", "请加上 expires: 年-月-日，到期再看是否还需要"
        )
    elif (last := day_of(expires)) is not None:
        if last < today:
            yield Remark(
                "warning",
                "exception-expired",
                f"例外已于 {last} 到期，不再生效",
                "不需要的请删除，仍需要的请改到期日",
            )
    else:
        yield Remark("error", "exception-day", f"到期日“{expires}”不是日期", "请写成 2026-12-31 的形式")
