"""Questions of a CISO Assistant library: their choices, and when they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from plumbline.kernel.checklists.branching import circles
from plumbline.kernel.checklists.draft import CHOICE, NUMBER, SECTION, TEXT, YES_NO, ItemDraft
from plumbline.kernel.checklists.trees import list_of, table_of, text_of, texts_of

#: languages that are taken in place of the file's own, in this order
_LANGUAGES = ("zh", "zh-CN", "zh-cn", "zh_CN", "zh-Hans", "zh-hans")


@dataclass
class Work:
    """What is gathered while a framework is read."""

    names: dict[str, str] = field(default_factory=dict)
    group_names: dict[str, str] = field(default_factory=dict)
    #: implementation group: conditions under which a choice selects it
    selected: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: urn of a question: (key, {urn or value of a choice: value}); of a split one {…: (key of the part)}
    questions: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    depends: dict[str, dict[str, Any]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def words_of(entry: Mapping[str, Any], key: str, work: Work) -> str:
    """A text of an entry, in Chinese where the file has it."""
    translations = table_of(entry.get("translations"))
    work.languages.update(language for language in translations if language not in _LANGUAGES)
    for language in _LANGUAGES:
        text = text_of(table_of(translations.get(language)).get(key))
        if text:
            return text
    return text_of(entry.get(key))


def decimal_of(value: object) -> Decimal | None:
    text = text_of(value)
    if not text or len(text) > 12:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def questions_of(node: Mapping[str, Any], item: ItemDraft, work: Work) -> Iterator[ItemDraft]:
    questions = node.get("questions")
    entries: list[tuple[str, Any]]
    if isinstance(questions, dict):
        entries = [(str(urn), question) for urn, question in questions.items()]
    else:
        # an older shape: one `question` with a list of questions
        listed = list_of(questions) or list_of(table_of(node.get("question")).get("questions"))
        entries = [(text_of(table_of(question).get("urn")), question) for question in listed]
    for number, (urn, question) in enumerate(entries, start=1):
        yield from _question(urn, table_of(question), f"{item.key[:60]}-q{number}", item, work)


def _question(
    urn: str, question: Mapping[str, Any], key: str, above: ItemDraft, work: Work
) -> Iterator[ItemDraft]:
    kind = text_of(question.get("type"))
    text = words_of(question, "text", work) or key
    choices = [table_of(c) if isinstance(c, dict) else {"value": c} for c in list_of(question.get("choices"))]
    choices = choices or [{"value": c} for c in list_of(question.get("options"))]
    if question.get("depends_on"):
        work.depends[key] = table_of(question.get("depends_on"))
    start = ItemDraft(key, text, above.depth + 1, TEXT, where=f"{above.where} 问题 {key}")
    if kind == "multiple_choice" and choices:
        yield from _split(urn, choices, start, work)
    elif choices and kind in ("unique_choice", "single_choice", "boolean", ""):
        yield _single(urn, choices, start, work)
    else:
        work.questions[urn.lower()] = (key, {})
        answer = {"boolean": YES_NO, "number": NUMBER, "integer": NUMBER}.get(kind, TEXT)
        if kind not in ("text", "date", "number", "integer", "boolean", ""):
            work.notes.append(f"问题类型“{kind[:30]}”按文字作答。")
        if kind == "date":
            work.notes.append("要求填写日期的问题按文字作答。")
        yield replace(start, answer=answer)


def _single(urn: str, choices: list[dict[str, Any]], start: ItemDraft, work: Work) -> ItemDraft:
    scores = [decimal_of(choice.get("add_score")) for choice in choices]
    most = max((score for score in scores if score is not None), default=Decimal(0))
    read: list[tuple[str, str, str | None]] = []
    values: dict[str, str] = {}
    for number, (choice, score) in enumerate(zip(choices, scores, strict=True), start=1):
        title = " ".join(
            filter(None, (words_of(choice, "value", work), _bracketed(words_of(choice, "description", work))))
        )
        share = None
        if most > 0 and score is not None and text_of(choice.get("compute_result")) != "not_applicable":
            share = format((max(score, Decimal(0)) / most).quantize(Decimal("0.0001")).normalize(), "f")
        read.append((str(number), title or str(number), share))
        values[text_of(choice.get("urn")).lower()] = str(number)
        values[text_of(choice.get("value")).lower()] = str(number)
        for group in texts_of(choice.get("select_implementation_groups")):
            work.selected.setdefault(group, []).append({"item": start.key, "in": [str(number)]})
    work.questions[urn.lower()] = (start.key, values)
    return replace(start, answer=CHOICE, choices=tuple(read), points=most if most > 0 else None)


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""


def _split(urn: str, choices: list[dict[str, Any]], start: ItemDraft, work: Work) -> Iterator[ItemDraft]:
    """A question with several answers at once: a section with one yes-or-no item an answer."""
    work.notes.append("可多选的问题拆成了逐项回答“是、否”的检查项。")
    yield replace(start, answer=SECTION)
    parts: dict[str, str] = {}
    for number, choice in enumerate(choices, start=1):
        key = f"{start.key}.{number}"
        score = decimal_of(choice.get("add_score"))
        for name in ("urn", "value"):
            parts[text_of(choice.get(name)).lower()] = key
        for group in texts_of(choice.get("select_implementation_groups")):
            work.selected.setdefault(group, []).append({"item": key, "in": ["yes"]})
        yield replace(
            start,
            key=key,
            title=words_of(choice, "value", work) or key,
            depth=start.depth + 1,
            answer=YES_NO,
            guidance=words_of(choice, "description", work),
            points=score if score is not None and score > 0 else None,
        )
    work.parts[urn.lower()] = parts


def branched(
    items: list[ItemDraft], groups: Mapping[str, list[str]], defaults: set[str], work: Work
) -> Iterator[ItemDraft]:
    """The items with conditions: from `depends_on`, and from groups that a choice selects."""
    found = []
    for item in items:
        condition: dict[str, Any] = {}
        if item.key in work.depends:
            condition = _depends(item, work.depends[item.key], work)
        elif groups.get(item.key):
            mine = groups[item.key]
            if all(group in work.selected and group not in defaults for group in mine):
                ways = [way for group in mine for way in work.selected[group]]
                condition = ways[0] if len(ways) == 1 else {"any": ways}
        found.append(replace(item, condition=condition))
    for circle in circles(found):
        work.notes.append(f"“{circle[0]}”的适用条件互相循环，没有导入。")
        found = [replace(i, condition={}) if i.key in circle else i for i in found]
    yield from found


def _depends(item: ItemDraft, depends: Mapping[str, Any], work: Work) -> dict[str, Any]:
    urn = text_of(depends.get("question")).lower()
    wanted = [text.lower() for text in texts_of(depends.get("answers"))]
    if urn in work.parts:
        keys = [work.parts[urn][text] for text in wanted if text in work.parts[urn]]
        ways = [{"item": key, "in": ["yes"]} for key in keys]
        if ways:
            every = text_of(depends.get("condition")) == "all"
            return ways[0] if len(ways) == 1 else {"all" if every else "any": ways}
    if urn in work.questions:
        key, values = work.questions[urn]
        taken = [values[text] for text in wanted if text in values] if values else wanted
        taken = taken or ["yes" if text == "true" else "no" for text in wanted if text in ("true", "false")]
        if taken:
            return {"item": key, "in": taken}
    work.notes.append(f"“{item.key}”的显示条件指向不存在的问题或答案，没有导入，该项总是出现。")
    return {}
