"""OSCAL catalogs (NIST), JSON or YAML: groups as sections, controls as questions; resolved profiles too.

Shape: https://pages.nist.gov/OSCAL/reference/latest/catalog/json-reference/ (1.0 and 1.1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline.kernel.checklists.draft import CONFORMITY, SECTION, ChecklistDraft, ItemDraft
from plumbline.kernel.checklists.reading import reader
from plumbline.kernel.checklists.trees import list_of, load_tree, table_of, text_of, texts_of
from plumbline.kernel.errors import ChecklistError

_INSERT = re.compile(r"\{\{\s*(?:insert:\s*param\s*,\s*)?([A-Za-z_][\w.\-]*)\s*\}\}")
_OTHER = {
    "profile": "基线（profile），只写明选用哪些控制项，没有控制项的内容",
    "component-definition": "组件定义",
    "system-security-plan": "系统安全计划",
    "assessment-plan": "评估计划",
    "assessment-results": "评估结果",
    "plan-of-action-and-milestones": "整改计划",
    "mapping-collection": "对应关系",
}
#: parts by what they are used as; what is in none of these is guidance under its own name
_STATEMENT = ("statement",)
_EVIDENCE = ("assessment-objects", "objects")
_HEADS = {
    "guidance": "实施指南",
    "objective": "评估目标",
    "assessment-objective": "评估目标",
    "assessment-method": "评估方法",
    "assessment": "评估方法",
    "overview": "概述",
    "instruction": "说明",
    "example": "示例",
}
#: inserted parameters may insert others
_DEEPEST = 6
#: letters that insertions may bring in all; parameters that insert each other tenfold would fill the memory
_MOST_INSERTED = 2_000_000
#: what an insertion counts beside its letters, so that very many empty ones end too
_EACH = 20


def _takes(name: str, data: bytes) -> bool:
    return any(f"{word}".encode() in data[:4000] for word in ("catalog", *_OTHER))


@dataclass
class _Work:
    """What is gathered while a catalog is read."""

    title: str
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    unread: Counter[str] = field(default_factory=Counter)
    inserted: int = 0


@reader("oscal", title="OSCAL 目录（.json）", suffixes=(".json", ".yaml", ".yml"), takes=_takes)
def read_oscal(name: str, data: bytes) -> ChecklistDraft:
    """A catalog as a checklist. Withdrawn controls are left out and named.

    Raises:
        ChecklistError: the file cannot be read, is another OSCAL document than a catalog, or its parameters
            multiply beyond `_MOST_INSERTED`.
    """
    tree = load_tree(name, data)
    catalog = table_of(tree.get("catalog"))
    if not catalog:
        raise _no_catalog(name, tree)
    metadata = table_of(catalog.get("metadata"))
    work = _Work(text_of(metadata.get("title")))
    _gather(catalog, work)
    for resource in map(table_of, list_of(table_of(catalog.get("back-matter")).get("resources"))):
        citation = text_of(table_of(resource.get("citation")).get("text"))
        work.resources[text_of(resource.get("uuid"))] = citation or text_of(resource.get("title"))
    items = tuple(_children(catalog, 0, work))
    return ChecklistDraft(
        key=f"oscal-{_slug(work.title) or text_of(catalog.get('uuid'))}"[:80],
        title=work.title[:200],
        format="oscal",
        edition=text_of(metadata.get("version"))[:40],
        description=text_of(metadata.get("remarks")),
        items=items,
        notes=tuple(_notes(metadata, work)),
    )


def _no_catalog(name: str, tree: Mapping[str, Any]) -> ChecklistError:
    held = next((words for key, words in _OTHER.items() if key in tree), "")
    advice = "请导入 OSCAL 目录（catalog）。"
    if "profile" in tree:
        advice = "请导入由它解析出来的目录（resolved profile catalog）。"
    what = f"这份 OSCAL 文件是{held}。" if held else "没有找到 OSCAL 目录（catalog）。"
    return ChecklistError(what, where=name, advice=advice)


def _slug(title: str) -> str:
    return "-".join(re.findall(r"[\w.]+", title.lower()))


def _notes(metadata: Mapping[str, Any], work: _Work) -> Iterator[str]:
    if work.withdrawn:
        shown = "、".join(work.withdrawn[:20])
        more = f" 等 {len(work.withdrawn)} 项" if len(work.withdrawn) > 20 else ""
        yield f"已撤销的控制项没有导入：{shown}{more}。"
    if work.unknown:
        yield f"有 {len(work.unknown)} 个参数在文件中没有定义，保留了参数名。"
    for key, count in sorted(work.unread.items()):
        yield f"有 {count} 处“{key}”没有对应的栏目，没有导入。"
    left = [key for key in ("roles", "parties", "responsible-parties", "revisions") if key in metadata]
    if left:
        yield f"文件的元数据（{'、'.join(left)}）没有导入。"


def _gather(node: Mapping[str, Any], work: _Work) -> None:
    """Parameters of the whole catalog: a control may insert those of another."""
    for parameter in map(table_of, list_of(node.get("params"))):
        work.params[text_of(parameter.get("id"))] = parameter
    for key in ("groups", "controls"):
        for inner in list_of(node.get(key)):
            _gather(table_of(inner), work)


def _children(node: Mapping[str, Any], depth: int, work: _Work) -> Iterator[ItemDraft]:
    """Controls and groups in the file's order; a control's enhancements are its children."""
    for control in map(table_of, list_of(node.get("controls"))):
        yield from _control(control, depth, work)
    for group in map(table_of, list_of(node.get("groups"))):
        yield _group(group, depth, work)
        yield from _children(group, depth + 1, work)


def _group(group: Mapping[str, Any], depth: int, work: _Work) -> ItemDraft:
    label = _label(group)
    text = _texts(group, work)
    return ItemDraft(
        key=_key(text_of(group.get("id")) or label or "g", work),
        title=" ".join(filter(None, (label, text_of(group.get("title"))))) or "—",
        depth=depth,
        answer=SECTION,
        guidance="\n\n".join(filter(None, (text["statement"], text["guidance"], text["evidence"]))),
        where=f"分组 {label or text_of(group.get('title'))}",
    )


def _control(control: Mapping[str, Any], depth: int, work: _Work) -> Iterator[ItemDraft]:
    known = {"id", "class", "title", "params", "props", "parts", "links", "controls"}
    work.unread.update(key for key in control if key not in known)
    label = _label(control) or text_of(control.get("id"))
    if _prop(control, "status").lower() == "withdrawn":
        work.withdrawn.append(label)
        yield from _children(control, depth, work)
        return
    text = _texts(control, work)
    links = [table_of(link) for link in list_of(control.get("links"))]
    related = [text_of(link.get("href")).lstrip("#") for link in links if link.get("rel") == "related"]
    guidance = [text["statement"], text["guidance"], f"相关控制项：{'、'.join(related)}" if related else ""]
    cited = [
        work.resources.get(text_of(link.get("href")).lstrip("#"), text_of(link.get("href")))
        for link in links
        if link.get("rel") == "reference"
    ]
    yield ItemDraft(
        key=_key(text_of(control.get("id")) or label or "c", work),
        title=_inserted(" ".join(filter(None, (label, text_of(control.get("title"))))), work) or "—",
        depth=depth,
        answer=CONFORMITY,
        guidance="\n\n".join(filter(None, guidance)),
        basis="\n".join(filter(None, (f"{work.title} {label}".strip(), *cited))),
        evidence=text["evidence"],
        where=f"控制项 {label}",
    )
    yield from _children(control, depth + 1, work)


def _key(wanted: str, work: _Work) -> str:
    wanted = wanted[:70]
    key, number = wanted, 2
    while key in work.taken:
        key, number = f"{wanted}~{number}", number + 1
    work.taken.add(key)
    return key


def _prop(node: Mapping[str, Any], name: str) -> str:
    """A property; the plain one before those of a class (zero-padded, sp800-53a)."""
    found = [p for p in map(table_of, list_of(node.get("props"))) if text_of(p.get("name")) == name]
    plain = [p for p in found if not p.get("class")]
    return text_of((plain or found or [{}])[0].get("value"))


def _label(node: Mapping[str, Any]) -> str:
    return _prop(node, "label")


def _texts(node: Mapping[str, Any], work: _Work) -> dict[str, str]:
    """Statement, guidance and evidence out of the parts, each with its parts indented."""
    gathered: dict[str, list[str]] = {"statement": [], "guidance": [], "evidence": []}
    for part in map(table_of, list_of(node.get("parts"))):
        name = text_of(part.get("name"))
        if name in _STATEMENT:
            gathered["statement"].extend(_lines(part, 0, work))
        elif name in _EVIDENCE:
            gathered["evidence"].extend(_lines(part, 0, work))
        else:
            place = "evidence" if _holds(part, _EVIDENCE) else "guidance"
            lines = list(_lines(part, 0, work))
            if lines:
                method = _prop(part, "method")
                head = text_of(part.get("title")) or _HEADS.get(name, name)
                gathered[place].append(f"【{head}{f' {method}' if method else ''}】")
                gathered[place].extend(lines)
    return {key: "\n".join(lines) for key, lines in gathered.items()}


def _holds(part: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return any(text_of(table_of(inner).get("name")) in names for inner in list_of(part.get("parts")))


def _lines(part: Mapping[str, Any], indent: int, work: _Work) -> Iterator[str]:
    prose = _inserted(text_of(part.get("prose")), work)
    label = _label(part) if indent else ""
    title = text_of(part.get("title")) if indent else ""
    text = " ".join(filter(None, (label, title, prose)))
    if text:
        yield "　" * max(indent - 1, 0) + text
    for inner in map(table_of, list_of(part.get("parts"))):
        yield from _lines(inner, indent + 1, work)


def _inserted(text: str, work: _Work, depth: int = 0) -> str:
    if "{{" not in text:
        return text
    return _INSERT.sub(lambda match: _counted(match[1], work, depth), text)


def _counted(key: str, work: _Work, depth: int) -> str:
    """A parameter in words, as long as all insertions together stay within bounds."""
    text = _parameter(key, work, depth)
    work.inserted += len(text) + _EACH
    if work.inserted > _MOST_INSERTED:
        raise ChecklistError(
            "文件中的参数互相引用，展开后过大。",
            where=f"参数 {key[:40]}",
            advice="请检查这个参数的取值，或向提供方另要一份。",
        )
    return text


def _parameter(key: str, work: _Work, depth: int) -> str:
    """A parameter in words: its value, else its choices, else its label, in brackets."""
    parameter = work.params.get(key)
    if parameter is None or depth >= _DEEPEST:
        work.unknown.add(key)
        return f"[{key}]"
    values = texts_of(parameter.get("values")) or texts_of(parameter.get("value"))
    if values:
        return "、".join(_inserted(value, work, depth + 1) for value in values)
    select = table_of(parameter.get("select"))
    choices = [_inserted(choice, work, depth + 1) for choice in texts_of(select.get("choice"))]
    if choices:
        many = text_of(select.get("how-many")) == "one-or-more"
        return f"[{'选择一项或多项' if many else '选择一项'}：{'；'.join(choices)}]"
    return f"[{text_of(parameter.get('label')) or key}]"
