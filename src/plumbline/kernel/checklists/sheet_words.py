"""The words of a checklist in a sheet: heads of columns, kinds of answer, severities.

Used both ways: `readers.xlsx` reads them (and what people write in their place), the export writes the
first of each.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from plumbline.kernel.checklists.draft import CHOICE, CONFORMITY, NUMBER, SECTION, TEXT, YES_NO
from plumbline.kernel.plans.numerals import squeeze

#: field: head that the export writes, in the order of its columns
HEADS: dict[str, str] = {
    "key": "编号",
    "depth": "层级",
    "title": "检查内容",
    "answer": "作答方式",
    "points": "分值",
    "guidance": "检查方法",
    "basis": "依据",
    "confidence": "依据把握",
    "evidence": "应提供的材料",
    "choices": "选项",
    "condition": "适用条件",
    "severity": "严重程度",
    "finding": "问题表述",
    "advice": "整改建议",
}

#: field: heads as people write them
SYNONYMS: dict[str, list[str]] = tomllib.loads(
    files(__package__).joinpath("sheet_heads.toml").read_text(encoding="utf-8")
)
_FIELD_OF = {squeeze(word).lower(): field for field, words in SYNONYMS.items() for word in words}
_BRACKETS = re.compile(r"[(\[【〔<《][^()\[\]【】〔〕<>《》]{0,40}[)\]】〕>》]")

ANSWER_WORDS: dict[str, tuple[str, ...]] = {
    SECTION: ("分组", "章节"),
    CONFORMITY: (
        "符合性", "符合/部分符合/不符合", "符合、部分符合、不符合", "符合/不符合", "符合情况", "达标情况",
    ),
    YES_NO: ("是否", "是/否", "是、否", "判断", "判断题", "有/无", "有无"),
    CHOICE: ("选择", "单选", "单选题", "选择题"),
    NUMBER: ("数值", "数字", "数量", "填数", "比例"),
    TEXT: ("文字", "填空", "文本", "简答", "描述", "问答", "填写", "说明"),
}  # fmt: skip
_ANSWER_OF = {squeeze(word): kind for kind, words in ANSWER_WORDS.items() for word in words}

SEVERITY_WORDS = {
    "critical": ("严重", "特别重大", "极高", "紧急"),
    "high": ("高", "高危", "高风险", "重大", "较重"),
    "medium": ("中", "中危", "中风险", "一般"),
    "low": ("低", "低危", "低风险", "轻微"),
}
_SEVERITY_OF = {word: kind for kind, words in SEVERITY_WORDS.items() for word in (kind, *words)}
CONFIDENCE_WORDS = {"high": "高", "medium": "中", "low": "低"}
_VALUE_OF = {
    "是": "yes", "符合": "yes", "有": "yes", "否": "no", "不符合": "no", "无": "no", "部分符合": "partly",
    "不适用": "not_applicable",
}  # fmt: skip
_WORD_OF = {"yes": "是", "no": "否", "partly": "部分符合", "not_applicable": "不适用"}
VALUE_WORDS = {
    YES_NO: {"yes": "是", "no": "否", "not_applicable": "不适用"},
    CONFORMITY: {"yes": "符合", "partly": "部分符合", "no": "不符合", "not_applicable": "不适用"},
}
_CONDITION = re.compile(r"^(\S+?)\s*(?:=|为|是|：|:)\s*(.+)$")
_PARTS = re.compile(r"[;；\n]")


def field_of(head: str) -> str:
    """The field that a head names; "" where it names none."""
    text = squeeze(head).lower().rstrip(":*")
    if not text or len(text) > 40:
        return ""
    return _FIELD_OF.get(text) or _FIELD_OF.get(_BRACKETS.sub("", text)) or ""


def answer_of(text: str) -> tuple[str, list[str]] | None:
    """(kind, choices) that a cell of the column names; None where it is not understood.

    "是/否" · "□是 □否" · "□符合 □部分符合 □不符合" · "选择：全部；部分；没有" · "A / B / C"
    """
    bare = squeeze(text)
    if bare in _ANSWER_OF:
        return _ANSWER_OF[bare], []
    boxes = [part for part in re.split(r"[□☐○◯☑√✓]+", bare) if part] if re.search(r"[□☐○◯☑]", bare) else []
    if boxes:
        words = [box.strip("、,/;:_") for box in boxes]
        return _by_words([word for word in words if word])
    head, colon, rest = bare.partition(":")
    if colon and head in _ANSWER_OF and rest:
        return _ANSWER_OF[head], [part for part in re.split(r"[;/、,]", rest) if part]
    parts = [part for part in re.split(r"[;/、]", bare) if part]
    return _by_words(parts) if len(parts) > 1 else None


def _by_words(words: list[str]) -> tuple[str, list[str]] | None:
    told = {_VALUE_OF.get(word) for word in words} - {"not_applicable"}
    if told == {"yes", "no"}:
        return (CONFORMITY if "符合" in words else YES_NO), []
    if told == {"yes", "no", "partly"}:
        return CONFORMITY, []
    kept = [word for word in words if word != "不适用"]
    return (CHOICE, kept) if len(kept) > 1 and None in told else None


def severity_of(text: str) -> str:
    """A severity by its word; the text itself where it is none, so that it is reported."""
    return _SEVERITY_OF.get(squeeze(text), squeeze(text))


def confidence_of(text: str) -> str:
    """A confidence by its word; "" for anything else."""
    return next((key for key, word in CONFIDENCE_WORDS.items() if squeeze(text) in (key, word)), "")


def choices_text(choices: Sequence[Sequence[str | None]]) -> str:
    """Choices as one cell: value|title|share, joined by semicolons."""
    return "；".join("|".join(str(part) for part in choice if part is not None) for choice in choices)


def choices_of(text: str) -> list[tuple[str, str, str | None]]:
    """What `choices_text` wrote, or plain titles: A；B；C."""
    found: list[tuple[str, str, str | None]] = []
    for number, part in enumerate((p.strip() for p in _PARTS.split(text)), start=1):
        pieces = [piece.strip() for piece in part.split("|")]
        if len(pieces) >= 2:
            found.append((pieces[0], pieces[1], pieces[2] if len(pieces) > 2 else None))
        elif part:
            found.append((str(number), part, None))
    return found


def condition_text(condition: Mapping[str, Any]) -> str:
    """A condition as one cell: 1.2=是；否; joined ones as JSON."""
    if not condition:
        return ""
    if "item" in condition:
        return f"{condition['item']}={'；'.join(_WORD_OF.get(v, v) for v in condition.get('in', ()))}"
    return json.dumps(condition, ensure_ascii=False)


def condition_of(text: str) -> dict[str, Any] | None:
    """What `condition_text` wrote, or 1.2为是; None where it is not understood."""
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return read if isinstance(read, dict) and _is_condition(read) else None
    match = _CONDITION.match(text.strip())
    if match is None:
        return None
    values = [part.strip() for part in re.split(r"[;；、,，]", match[2]) if part.strip()]
    return {"item": match[1], "in": [_VALUE_OF.get(value, value) for value in values]}


def _is_condition(read: Any, depth: int = 0) -> bool:
    if not isinstance(read, dict) or depth > 4:
        return False
    if set(read) == {"item", "in"}:
        return (
            isinstance(read["item"], str)
            and isinstance(read["in"], list)
            and all(isinstance(value, str) for value in read["in"])
        )
    return set(read) in ({"any"}, {"all"}) and all(
        isinstance(inner, list) and inner and all(_is_condition(part, depth + 1) for part in inner)
        for inner in read.values()
    )
