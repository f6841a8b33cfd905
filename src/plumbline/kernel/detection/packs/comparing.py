"""What an update of a pack would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from plumbline.kernel.detection.rules import Document, Info, Reading

#: parts of a rule by their Chinese names; those that change what a rule finds come first
_PARTS: Final = {
    "detection": "检测条件",
    "logsource": "日志来源",
    "correlation": "关联条件",
    "filter": "例外条件",
    "level": "级别",
    "status": "状态",
    "title": "标题",
    "tags": "标签",
    "description": "说明",
    "falsepositives": "误报说明",
    "references": "参考",
    "author": "作者",
    "date": "日期",
    "modified": "修改日期",
    "fields": "字段",
    "related": "相关规则",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that stays, with the Chinese names of the parts that changed; `level`: (old, new) if it did."""

    info: Info
    parts: tuple[str, ...]
    level: tuple[str, str] | None = None
    title: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A rule whose file has another name, with what else changed."""

    info: Info
    old: str
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class Difference:
    """Old pack against new, each list in order of file name."""

    added: list[Info] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Info] = field(default_factory=list)
    renamed: list[Move] = field(default_factory=list)
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.renamed)


def difference(old: Reading, new: Reading) -> Difference:
    """Compare by id; a rule without one is known by its content alone, or else by its file."""
    result = Difference()
    before = {document.info.key: document for document in old.documents}
    after = {document.info.key: document for document in new.documents}
    pairs = [(before[key], after[key]) for key in after if key in before]
    gone = {key: document for key, document in before.items() if key not in after}
    come = {key: document for key, document in after.items() if key not in before}
    by_file = {one.info.file: one for one in gone.values() if one.info.key.startswith("sha256:")}
    for key, document in list(come.items()):
        if key.startswith("sha256:") and (other := by_file.pop(document.info.file, None)):
            pairs.append((other, document))
            del come[key], gone[other.info.key]
    for one, other in pairs:
        parts = changed_parts(one, other)
        if one.info.file != other.info.file:
            result.renamed.append(Move(other.info, one.info.file, parts))
        elif parts:
            result.changed.append(_change(one.info, other.info, parts))
        else:
            result.same += 1
    result.added = _in_order(document.info for document in come.values())
    result.removed = _in_order(document.info for document in gone.values())
    result.changed.sort(key=lambda change: change.info.file)
    result.renamed.sort(key=lambda move: move.info.file)
    return result


def changed_parts(old: Document, new: Document) -> tuple[str, ...]:
    """The Chinese names of the parts in which two versions of a rule differ."""
    keys = [*_PARTS, *sorted((set(old.data) | set(new.data)) - set(_PARTS) - {"id"}, key=str)]
    return tuple(
        _PARTS.get(key, str(key))
        for key in keys
        if _comparable(old.data.get(key)) != _comparable(new.data.get(key))
    )


def _comparable(value: Any) -> str:
    # repr tells 1 from "1" and True, which == does not always
    return repr(value)


def _change(old: Info, new: Info, parts: tuple[str, ...]) -> Change:
    return Change(
        new,
        parts,
        (old.level, new.level) if old.level != new.level else None,
        (old.title, new.title) if old.title != new.title else None,
    )


def _in_order(infos: Iterable[Info]) -> list[Info]:
    return sorted(infos, key=lambda info: info.file)
