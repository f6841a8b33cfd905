"""Our own checklists: .toml with citations as rows of their own.

key = "county-yearly"            the same through its editions
title = "…"  edition = "2026"  description = "…"  licence = "…"

[[citations]]
id = "csl-23"
law = "《中华人民共和国网络安全法》"  edition = "2025年修正，2026年1月1日施行"  article = "第二十三条"
source = "where the citation was taken from"  confidence = "high | medium | low"

[[items]]
key = "2.1"                      depth is the number of points in it, or `depth`
title = "…"
answer = "conformity"            without it a section
guidance, evidence, finding, advice = "…"
basis = ["csl-23"]               ids of citations; or a text
points = "2"                     a number in quotes
choices = [["value", "title", "0.5"], …]
condition = { item = "1.1", in = ["yes"] }
severity = "critical | high | medium | low"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from plumbline.kernel.checklists.draft import CONFIDENCES, ChecklistDraft, ItemDraft, Problem
from plumbline.kernel.checklists.reading import reader
from plumbline.kernel.checklists.trees import list_of, plain, table_of, text_of, texts_of
from plumbline.kernel.errors import ChecklistError

_TOP = {"key", "title", "edition", "description", "licence", "citations", "items"}
_ITEM = {
    "key", "title", "depth", "answer", "guidance", "basis", "evidence", "points", "choices", "condition",
    "severity", "finding", "advice", "confidence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Citation:
    text: str
    confidence: str


@reader("toml", title="准绳检查表（.toml）", suffixes=(".toml",))
def read_toml(name: str, data: bytes) -> ChecklistDraft:
    """A checklist of our own.

    Raises:
        ChecklistError: it is no TOML.
    """
    try:
        tree = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ChecklistError("文件不是 UTF-8 文本。", where=name, advice="请另存为 UTF-8 编码。") from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ChecklistError(
            "文件不是有效的 TOML。", where=name, advice=f"请按提示改正：{str(error)[:200]}"
        ) from error
    problems: list[Problem] = []
    citations = dict(_citations(tree, problems))
    items = tuple(_items(tree, citations, problems))
    unread = sorted({key for key in tree if key not in _TOP})
    return ChecklistDraft(
        key=text_of(tree.get("key")),
        title=text_of(tree.get("title")),
        format="toml",
        edition=text_of(tree.get("edition")),
        description=text_of(tree.get("description")),
        licence=text_of(tree.get("licence")),
        items=items,
        problems=tuple(problems),
        notes=(f"不认识的内容没有导入：{'、'.join(unread)}。",) if unread else (),
    )


def _citations(tree: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, _Citation]]:
    for number, row in enumerate(map(table_of, list_of(tree.get("citations"))), start=1):
        where = f"第 {number} 条引用"
        missing = [key for key in ("id", "law", "source", "confidence") if not text_of(row.get(key))]
        if missing:
            problems.append(
                Problem(f"没有填写 {'、'.join(missing)}。", where, "请补全引用的出处和把握程度。")
            )
        confidence = text_of(row.get("confidence"))
        if confidence and confidence not in CONFIDENCES:
            problems.append(Problem("把握程度应为 high、medium 或 low。", where, "请改正。"))
        edition = text_of(row.get("edition"))
        text = f"{text_of(row.get('law'))}{f'（{edition}）' if edition else ''}{text_of(row.get('article'))}"
        yield text_of(row.get("id")), _Citation(text, confidence)


def _items(
    tree: Mapping[str, Any], citations: Mapping[str, _Citation], problems: list[Problem]
) -> Iterator[ItemDraft]:
    for number, row in enumerate(map(table_of, list_of(tree.get("items"))), start=1):
        key = text_of(row.get("key"))
        where = f"第{key}项" if key else f"第 {number} 个条目"
        unread = sorted(k for k in row if k not in _ITEM)
        if unread:
            problems.append(Problem(f"不认识的栏目：{'、'.join(unread)[:100]}。", where, "请改正栏目名称。"))
        cited = _cited(row, citations, where, problems)
        yield ItemDraft(
            key=key,
            title=text_of(row.get("title")),
            depth=_depth(row, key),
            answer=text_of(row.get("answer")),
            guidance=text_of(row.get("guidance")),
            basis="\n".join(c.text for c in cited),
            evidence=text_of(row.get("evidence")),
            points=_points(row, where, problems),
            choices=tuple(_choices(row, where, problems)),
            condition=_condition(row.get("condition"), where, problems),
            severity=text_of(row.get("severity")),
            finding=text_of(row.get("finding")),
            advice=text_of(row.get("advice")),
            confidence=_lowest(text_of(row.get("confidence")), cited),
            where=where,
        )


def _depth(row: Mapping[str, Any], key: str) -> int:
    stated = text_of(row.get("depth"))
    return (
        min(int(stated), 50) if stated.isascii() and stated.isdigit() and len(stated) < 4 else key.count(".")
    )


def _cited(
    row: Mapping[str, Any], citations: Mapping[str, _Citation], where: str, problems: list[Problem]
) -> list[_Citation]:
    basis = row.get("basis")
    if isinstance(basis, str):
        return [_Citation(plain(basis), "")] if plain(basis) else []
    found = []
    for key in texts_of(basis):
        if key in citations:
            found.append(citations[key])
        else:
            problems.append(Problem(f"引用“{key[:40]}”不存在。", where, "请在 citations 中登记这条引用。"))
    return found


def _lowest(stated: str, cited: list[_Citation]) -> str:
    """The least sure of an item's citations."""
    held = [
        confidence for confidence in (stated, *(c.confidence for c in cited)) if confidence in CONFIDENCES
    ]
    return max(held, key=CONFIDENCES.index) if held else ""


def _points(row: Mapping[str, Any], where: str, problems: list[Problem]) -> Decimal | None:
    if row.get("points") is None:
        return None
    text = text_of(row.get("points"))
    try:
        value = Decimal(text) if len(text) <= 12 else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        problems.append(Problem(f"分值“{text[:20]}”不是数。", where, '请填写数字，如 "2"。'))
        return None
    return value


def _choices(
    row: Mapping[str, Any], where: str, problems: list[Problem]
) -> Iterator[tuple[str, str, str | None]]:
    for choice in list_of(row.get("choices")):
        parts = [text_of(part) for part in list_of(choice)]
        if not 1 <= len(parts) <= 3:
            problems.append(Problem("选项应写成 [值, 名称, 得分比例]。", where, "请改正选项。"))
            continue
        share = parts[2] if len(parts) > 2 and parts[2] else None
        if share is not None and not is_share(share):
            problems.append(Problem(f"得分比例“{share[:20]}”应在 0 至 1 之间。", where, "请改正选项。"))
            share = None
        yield parts[0], parts[1] if len(parts) > 1 else parts[0], share


def is_share(text: str) -> bool:
    """Whether a text is a number from 0 to 1."""
    try:
        return len(text) <= 12 and Decimal(0) <= Decimal(text) <= Decimal(1)
    except InvalidOperation:
        return False


def _condition(value: object, where: str, problems: list[Problem], depth: int = 0) -> dict[str, Any]:
    if value in (None, {}):
        return {}
    table = table_of(value)
    if set(table) == {"item", "in"} and text_of(table["item"]) and isinstance(table["in"], list):
        return {"item": text_of(table["item"]), "in": texts_of(table["in"])}
    for joined in ("any", "all"):
        if set(table) == {joined} and isinstance(table[joined], list) and table[joined] and depth < 4:
            return {joined: [_condition(inner, where, problems, depth + 1) for inner in table[joined]]}
    problems.append(Problem("适用条件的写法不对。", where, '应写成 { item = "编号", in = ["yes"] }。'))
    return {}
