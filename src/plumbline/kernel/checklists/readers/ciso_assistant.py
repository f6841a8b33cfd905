"""Libraries of CISO Assistant (intuitem): YAML or JSON with frameworks of requirement nodes.

Shape: `objects.framework.requirement_nodes`, a flat list joined by `parent_urn`; older files have one
`object`, some several `frameworks`. A node that is not `assessable` is a section. Questions of a node
become items below it. Seen at https://github.com/intuitem/ciso-assistant-community, backend/library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from plumbline.kernel.checklists.ciso_questions import Work, branched, decimal_of, questions_of, words_of
from plumbline.kernel.checklists.draft import (
    CONFORMITY,
    SECTION,
    ChecklistDraft,
    ItemDraft,
)
from plumbline.kernel.checklists.reading import reader
from plumbline.kernel.checklists.trees import is_true, list_of, load_tree, table_of, text_of, texts_of
from plumbline.kernel.errors import ChecklistError

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
    work = Work(names=_names(objects))
    items: list[ItemDraft] = []
    for framework in frameworks:
        read = list(_framework(name, framework, work))
        if len(frameworks) > 1:
            key = _unique(text_of(framework.get("ref_id")) or "F", {item.key for item in items})
            head = ItemDraft(key, words_of(framework, "name", work) or key)
            read = [head, *(replace(item, depth=item.depth + 1) for item in read)]
        items.extend(read)
    first = frameworks[0]
    others = [
        _WORDS.get(key, key) for key in objects if key not in _FRAMEWORKS and key != "reference_controls"
    ]
    if others:
        work.notes.append(f"文件中还有{'、'.join(others)}，没有导入。")
    description = [words_of(library, "description", work), *(_levels(f, work) for f in frameworks)]
    return ChecklistDraft(
        key=(text_of(library.get("ref_id")) or text_of(first.get("ref_id")) or "ciso")[:80],
        title=(words_of(library, "name", work) or words_of(first, "name", work))[:200],
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


def _notes(library: Mapping[str, Any], work: Work) -> Iterator[str]:
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


def _levels(framework: Mapping[str, Any], work: Work) -> str:
    """The framework's own scale in words: it is not used for points."""
    lines = []
    for level in map(table_of, list_of(framework.get("scores_definition"))):
        name, description = words_of(level, "name", work), words_of(level, "description", work)
        lines.append(f"{text_of(level.get('score'))} {name}：{description}")
    return "\n".join(["原框架的成熟度等级：", *lines]) if lines else ""


def _framework(name: str, framework: Mapping[str, Any], work: Work) -> Iterator[ItemDraft]:
    defaults = set()
    for group in map(table_of, list_of(framework.get("implementation_groups_definition"))):
        key = text_of(group.get("ref_id"))
        work.group_names[key] = words_of(group, "name", work) or key
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
        items.extend(questions_of(node, item, work))
    yield from branched(items, groups, defaults, work)


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


def _in_tree_order(name: str, nodes: list[dict[str, Any]], work: Work) -> Iterator[tuple[int, int]]:
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


def _node(node: Mapping[str, Any], key: str, depth: int, work: Work) -> ItemDraft:
    ref, title = text_of(node.get("ref_id")), words_of(node, "name", work)
    description = words_of(node, "description", work)
    if not title:
        title, description = description, ""
    groups = [work.group_names.get(group, group) for group in texts_of(node.get("implementation_groups"))]
    controls = _listed(node.get("reference_controls"), work)
    threats = _listed(node.get("threats"), work)
    guidance = [
        description,
        words_of(node, "annotation", work),
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
        evidence=words_of(node, "typical_evidence", work),
        points=decimal_of(node.get("weight")) if is_true(node.get("assessable")) else None,
        where=f"要求 {ref or key}",
    )


def _listed(value: object, work: Work) -> str:
    entries = [text_of(table_of(e).get("urn")) if isinstance(e, dict) else text_of(e) for e in list_of(value)]
    return "、".join(work.names.get(urn.lower()) or urn.rpartition(":")[2] for urn in entries if urn)


def _renamed(items: list[ItemDraft]) -> Iterator[ItemDraft]:
    """Keys of several frameworks in one file may clash; the later one gets a new key."""
    taken: set[str] = set()
    for item in items:
        key = _unique(item.key, taken) if item.key in taken else item.key
        taken.add(key)
        yield item if key == item.key else replace(item, key=key, condition={})
