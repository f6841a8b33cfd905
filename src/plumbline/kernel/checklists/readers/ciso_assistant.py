"""Libraries of CISO Assistant (intuitem): YAML or JSON with frameworks of requirement nodes.

Shape: `objects.framework.requirement_nodes`, a flat list joined by `parent_urn`; older files have one
`object`, some several `frameworks`. A node that is not `assessable` is a section. Questions of a node
become items below it. Seen at https://github.com/intuitem/ciso-assistant-community, backend/library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from plumbline.kernel.checklists.branching import circles
from plumbline.kernel.checklists.draft import (
    CHOICE,
    CONFORMITY,
    NUMBER,
    SECTION,
    TEXT,
    YES_NO,
    ChecklistDraft,
    ItemDraft,
)
from plumbline.kernel.checklists.reading import reader
from plumbline.kernel.checklists.trees import is_true, list_of, load_tree, table_of, text_of, texts_of
from plumbline.kernel.errors import ChecklistError

#: languages that are taken in place of the file's own, in this order
_LANGUAGES = ("zh", "zh-CN", "zh-cn", "zh_CN", "zh-Hans", "zh-hans")
_WORDS = {
    "threats": "威胁清单",
    "risk_matrix": "风险矩阵",
    "reference_controls": "参考控制措施",
    "requirement_mapping_set": "要求对应关系",
    "requirement_mapping_sets": "要求对应关系",
    "metric_definitions": "度量定义",
    "preset": "预设",
    "ttp_catalogs": "攻击手法目录",
    "tactics": "攻击战术",
    "techniques": "攻击技术",
}
_LIBRARY = re.compile(rb"requirement_nodes|^objects?:|\"objects?\"\s*:", re.MULTILINE)
_FRAMEWORKS = ("framework", "frameworks")
_NODE_KEYS = {
    "urn", "parent_urn", "assessable", "depth", "ref_id", "name", "description", "annotation",
    "typical_evidence", "implementation_groups", "translations", "questions", "question",
    "reference_controls", "threats", "weight", "order_id",
}  # fmt: skip


def _takes(name: str, data: bytes) -> bool:
    return bool(_LIBRARY.search(data))


@dataclass
class _Work:
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


@reader("ciso", title="CISO Assistant 框架库（.yaml）", suffixes=(".yaml", ".yml", ".json"), takes=_takes)
def read_ciso_assistant(name: str, data: bytes) -> ChecklistDraft:
    """A library as a checklist; several frameworks become its outermost sections.

    Raises:
        ChecklistError: the file cannot be read, or holds no framework.
    """
    library = load_tree(name, data)
    objects = table_of(library.get("objects")) or table_of(library.get("object"))
    if "requirement_nodes" in objects:
        objects = {"framework": objects}
    if "requirement_nodes" in library:
        objects = {"framework": library}
    frameworks = [table_of(entry) for key in _FRAMEWORKS for entry in list_of(objects.get(key))]
    frameworks = [entry for entry in frameworks if list_of(entry.get("requirement_nodes"))]
    if not frameworks:
        raise _no_framework(name, objects)
    work = _Work(names=_names(objects))
    items: list[ItemDraft] = []
    for framework in frameworks:
        read = list(_framework(name, framework, work))
        if len(frameworks) > 1:
            key = _unique(text_of(framework.get("ref_id")) or "F", {item.key for item in items})
            head = ItemDraft(key, _words(framework, "name", work) or key)
            read = [head, *(replace(item, depth=item.depth + 1) for item in read)]
        items.extend(read)
    first = frameworks[0]
    others = [
        _WORDS.get(key, key) for key in objects if key not in _FRAMEWORKS and key != "reference_controls"
    ]
    if others:
        work.notes.append(f"文件中还有{'、'.join(others)}，没有导入。")
    description = [_words(library, "description", work), *(_levels(f, work) for f in frameworks)]
    return ChecklistDraft(
        key=(text_of(library.get("ref_id")) or text_of(first.get("ref_id")) or "ciso")[:80],
        title=(_words(library, "name", work) or _words(first, "name", work))[:200],
        format="ciso",
        edition=text_of(library.get("version"))[:40],
        description="\n\n".join(filter(None, description)),
        licence=" ".join(text_of(library.get("copyright")).split())[:200],
        items=tuple(_renamed(items)),
        notes=tuple(_notes(library, work)),
    )


def _no_framework(name: str, objects: Mapping[str, Any]) -> ChecklistError:
    held = [_WORDS[key] for key in objects if key in _WORDS]
    what = f"这个库文件里是{'、'.join(dict.fromkeys(held))}，没有检查要求。" if held else "没有找到检查要求。"
    return ChecklistError(what, where=name, advice="请选择含有 framework（requirement_nodes）的库文件。")


def _notes(library: Mapping[str, Any], work: _Work) -> Iterator[str]:
    yield from dict.fromkeys(work.notes)
    if work.languages:
        yield f"文件另有 {'、'.join(sorted(work.languages))} 译文，没有导入。"
    for key, count in sorted(work.unread.items()):
        yield f"有 {count} 处“{key}”没有对应的栏目，没有导入。"
    for key, word in (("provider", "发布者"), ("packager", "整理者"), ("publication_date", "发布日期")):
        if text_of(library.get(key)):
            yield f"{word}：{text_of(library.get(key))[:200]}"


def _names(objects: Mapping[str, Any]) -> dict[str, str]:
    """Names of controls and threats by urn."""
    found = {}
    for kind in ("reference_controls", "threats"):
        for entry in map(table_of, list_of(objects.get(kind))):
            title = " ".join(filter(None, (text_of(entry.get("ref_id")), text_of(entry.get("name")))))
            found[text_of(entry.get("urn")).lower()] = title
    return found


def _words(entry: Mapping[str, Any], key: str, work: _Work) -> str:
    """A text of an entry, in Chinese where the file has it."""
    translations = table_of(entry.get("translations"))
    work.languages.update(language for language in translations if language not in _LANGUAGES)
    for language in _LANGUAGES:
        text = text_of(table_of(translations.get(language)).get(key))
        if text:
            return text
    return text_of(entry.get(key))


def _levels(framework: Mapping[str, Any], work: _Work) -> str:
    """The framework's own scale in words: it is not used for points."""
    lines = [
        f"{text_of(level.get('score'))} {_words(level, 'name', work)}：{_words(level, 'description', work)}"
        for level in map(table_of, list_of(framework.get("scores_definition")))
    ]
    return "\n".join(["原框架的成熟度等级：", *lines]) if lines else ""


def _framework(name: str, framework: Mapping[str, Any], work: _Work) -> Iterator[ItemDraft]:
    defaults = set()
    for group in map(table_of, list_of(framework.get("implementation_groups_definition"))):
        key = text_of(group.get("ref_id"))
        work.group_names[key] = _words(group, "name", work) or key
        if is_true(group.get("default_selected")):
            defaults.add(key)
    nodes = [table_of(node) for node in list_of(framework.get("requirement_nodes"))]
    keys = _node_keys(nodes)
    items: list[ItemDraft] = []
    groups: dict[str, list[str]] = {}
    for position, depth in _in_tree_order(name, nodes, work):
        node, key = nodes[position], keys[position]
        work.unread.update(k for k in node if k not in _NODE_KEYS)
        item = _node(node, key, depth, work)
        groups[key] = texts_of(node.get("implementation_groups"))
        items.append(item)
        items.extend(_questions(node, item, work))
    yield from _branched(items, groups, defaults, work)


def _node_keys(nodes: list[dict[str, Any]]) -> list[str]:
    """`ref_id` where it is there once, else the end of the urn."""
    refs = [" ".join(text_of(node.get("ref_id")).split()) for node in nodes]
    counts = Counter(ref.lower() for ref in refs)
    taken: set[str] = set()
    keys = []
    for number, (node, ref) in enumerate(zip(nodes, refs, strict=True), start=1):
        tail = text_of(node.get("urn")).rpartition(":")[2]
        wanted = ref if ref and counts[ref.lower()] == 1 and len(ref) <= 60 else tail or ref or f"n{number}"
        key = _unique(wanted, taken)
        taken.add(key)
        keys.append(key)
    return keys


def _unique(wanted: str, taken: set[str]) -> str:
    wanted = wanted[:70] or "n"
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}~{number}", number + 1
    return key


def _in_tree_order(name: str, nodes: list[dict[str, Any]], work: _Work) -> Iterator[tuple[int, int]]:
    """(position, depth) with each node after its parent; siblings as the file has them."""
    by_urn: dict[str, int] = {}
    for position, node in enumerate(nodes):
        by_urn.setdefault(text_of(node.get("urn")).lower(), position)
    children: dict[int, list[int]] = {}
    roots, lost = [], 0
    for position, node in enumerate(nodes):
        parent = text_of(node.get("parent_urn")).lower()
        above = by_urn.get(parent) if parent else None
        lost += bool(parent and above is None)
        if above is None or above == position:
            roots.append(position)
        else:
            children.setdefault(above, []).append(position)
    if lost:
        work.notes.append(f"有 {lost} 条要求的上级不在文件中，放在最外层。")
    seen: set[int] = set()

    def walk(start: int) -> Iterator[tuple[int, int]]:
        steps = [(start, 0)]
        while steps:
            position, depth = steps.pop()
            if position not in seen:
                seen.add(position)
                yield position, depth
                steps.extend((child, depth + 1) for child in reversed(children.get(position, [])))

    for root in roots:
        yield from walk(root)
    circular = [position for position in range(len(nodes)) if position not in seen]
    if circular:
        work.notes.append(f"有 {len(circular)} 条要求的上级互相循环，从其中一条断开。")
    for position in circular:
        yield from walk(position)


def _node(node: Mapping[str, Any], key: str, depth: int, work: _Work) -> ItemDraft:
    ref, title = text_of(node.get("ref_id")), _words(node, "name", work)
    description = _words(node, "description", work)
    if not title:
        title, description = description, ""
    groups = [work.group_names.get(group, group) for group in texts_of(node.get("implementation_groups"))]
    controls = _listed(node.get("reference_controls"), work)
    threats = _listed(node.get("threats"), work)
    guidance = [
        description,
        _words(node, "annotation", work),
        f"适用级别：{'、'.join(g for g in groups if not g.startswith('_DEPENDS_ON_'))}" if groups else "",
        f"参考控制措施：{controls}" if controls else "",
        f"所对应的威胁：{threats}" if threats else "",
    ]
    return ItemDraft(
        key=key,
        title=title or ref or key,
        depth=depth,
        answer=CONFORMITY if is_true(node.get("assessable")) else SECTION,
        guidance="\n\n".join(text for text in guidance if text and not text.endswith("：")),
        basis=ref,
        evidence=_words(node, "typical_evidence", work),
        points=_decimal(node.get("weight")) if is_true(node.get("assessable")) else None,
        where=f"要求 {ref or key}",
    )


def _listed(value: object, work: _Work) -> str:
    entries = [text_of(table_of(e).get("urn")) if isinstance(e, dict) else text_of(e) for e in list_of(value)]
    return "、".join(work.names.get(urn.lower()) or urn.rpartition(":")[2] for urn in entries if urn)


def _decimal(value: object) -> Decimal | None:
    text = text_of(value)
    if not text or len(text) > 12:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _questions(node: Mapping[str, Any], item: ItemDraft, work: _Work) -> Iterator[ItemDraft]:
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
    urn: str, question: Mapping[str, Any], key: str, above: ItemDraft, work: _Work
) -> Iterator[ItemDraft]:
    kind = text_of(question.get("type"))
    text = _words(question, "text", work) or key
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


def _single(urn: str, choices: list[dict[str, Any]], start: ItemDraft, work: _Work) -> ItemDraft:
    scores = [_decimal(choice.get("add_score")) for choice in choices]
    most = max((score for score in scores if score is not None), default=Decimal(0))
    read: list[tuple[str, str, str | None]] = []
    values: dict[str, str] = {}
    for number, (choice, score) in enumerate(zip(choices, scores, strict=True), start=1):
        title = " ".join(
            filter(None, (_words(choice, "value", work), _bracketed(_words(choice, "description", work))))
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


def _split(urn: str, choices: list[dict[str, Any]], start: ItemDraft, work: _Work) -> Iterator[ItemDraft]:
    """A question with several answers at once: a section with one yes-or-no item an answer."""
    work.notes.append("可多选的问题拆成了逐项回答“是、否”的检查项。")
    yield replace(start, answer=SECTION)
    parts: dict[str, str] = {}
    for number, choice in enumerate(choices, start=1):
        key = f"{start.key}.{number}"
        score = _decimal(choice.get("add_score"))
        for name in ("urn", "value"):
            parts[text_of(choice.get(name)).lower()] = key
        for group in texts_of(choice.get("select_implementation_groups")):
            work.selected.setdefault(group, []).append({"item": key, "in": ["yes"]})
        yield replace(
            start,
            key=key,
            title=_words(choice, "value", work) or key,
            depth=start.depth + 1,
            answer=YES_NO,
            guidance=_words(choice, "description", work),
            points=score if score is not None and score > 0 else None,
        )
    work.parts[urn.lower()] = parts


def _branched(
    items: list[ItemDraft], groups: Mapping[str, list[str]], defaults: set[str], work: _Work
) -> Iterator[ItemDraft]:
    """The items with conditions: from `depends_on`, and from groups that a choice selects."""
    branched = []
    for item in items:
        condition: dict[str, Any] = {}
        if item.key in work.depends:
            condition = _depends(item, work.depends[item.key], work)
        elif groups.get(item.key):
            mine = groups[item.key]
            if all(group in work.selected and group not in defaults for group in mine):
                ways = [way for group in mine for way in work.selected[group]]
                condition = ways[0] if len(ways) == 1 else {"any": ways}
        branched.append(replace(item, condition=condition))
    for circle in circles(branched):
        work.notes.append(f"“{circle[0]}”的适用条件互相循环，没有导入。")
        branched = [replace(i, condition={}) if i.key in circle else i for i in branched]
    yield from branched


def _depends(item: ItemDraft, depends: Mapping[str, Any], work: _Work) -> dict[str, Any]:
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


def _renamed(items: list[ItemDraft]) -> Iterator[ItemDraft]:
    """Keys of several frameworks in one file may clash; the later one gets a new key."""
    taken: set[str] = set()
    for item in items:
        key = _unique(item.key, taken) if item.key in taken else item.key
        taken.add(key)
        yield item if key == item.key else replace(item, key=key, condition={})
