"""Checks of what a rule matches: too much, nothing, or in a roundabout way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from plumbline.kernel.detection.expressions import (
    FALSE,
    TRUE,
    And,
    Atom,
    Node,
    Not,
    Or,
    Pattern,
    Present,
)
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.linting.issues import Remark

#: characters of a text that says little when it may stand anywhere
_SHORT: Final = 4
#: rules of a log source from which its fields are known well enough
_ENOUGH: Final = 10
_PLAIN: Final = re.compile(r"(?:[^\\.^$*+?{}\[\]|()]|\\[\\.^$*+?{}\[\]|()/\-\"' ])+")


def matching_remarks(node: Node, detection: Mapping[str, Any]) -> Iterator[Remark]:
    """Remarks on a rule's expression, and on its values as they are written."""
    yield from _breadth(node)
    for name, modifiers, value in written(detection):
        if "re" in modifiers and isinstance(value, str):
            yield from _regex(name, value)
        elif isinstance(value, str):
            yield from _wildcards(name, modifiers, value)


def field_remarks(
    detection: Mapping[str, Any], known: Mapping[str, str], count: int, source: str
) -> Iterator[Remark]:
    """Fields that none of `count` other rules of the log source uses; `known` is folded -> as written."""
    if count < _ENOUGH:
        return
    told: set[str] = set()
    for name, _modifiers, _value in written(detection):
        folded = fold(name)
        if not name or folded in known or folded in told:
            continue
        told.add(folded)
        near = difflib.get_close_matches(folded, known, 1, 0.75)
        advice = f"是不是 {known[near[0]]}" if near else "请核对字段名，大小写不要紧"
        yield Remark(
            "warning", "field-unknown", f"{source} 的其他 {count} 条规则都没有用过字段 {name}", advice
        )


def written(detection: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """(field, modifiers, value) of everything in a rule's detection part; keywords have no field."""
    stack = [value for name, value in detection.items() if name != "condition"]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping):
            for key, value in node.items():
                name, *modifiers = str(key).split("|")
                for one in value if isinstance(value, list) else [value]:
                    yield name, tuple(modifiers), one
        elif isinstance(node, list):
            stack += [one for one in node if isinstance(one, (Mapping, list))]
            for one in node:
                if not isinstance(one, (Mapping, list)):
                    yield "", (), one


def _breadth(node: Node) -> Iterator[Remark]:
    if node == FALSE:
        yield Remark("error", "never", "条件永远不成立，这条规则不会有检出", "请检查 condition")
        return
    if node == TRUE or _holds_for_nothing(node):
        yield Remark(
            "error",
            "matches-everything",
            "没有任何字段的事件也会命中，几乎所有日志都会检出",
            "请至少写一个必须出现的字段和值，不要只写 not",
        )
        return
    weakest = _weakest(node)
    if weakest is not None:
        yield Remark("warning", "too-broad", weakest, "请写长一些，或再加一个条件")


def _holds_for_nothing(node: Node) -> bool:
    match node:
        case Atom():
            return False
        case Not(child):
            return not _holds_for_nothing(child)
        case And(children):
            return all(map(_holds_for_nothing, children))
        case Or(children):
            return any(map(_holds_for_nothing, children))


def _weakest(node: Node) -> str | None:
    """Why an expression holds too easily: one of its alternatives is a single weak test."""
    match node:
        case Or(children):
            return next((why for child in children if (why := _weakest(child))), None)
        case And(children):
            reasons = [_weakest(child) for child in children if not isinstance(child, Not)]
            return reasons[0] if reasons and all(reasons) and len(reasons) == 1 else None
        case Not():
            return None
        case Atom(name, Present()):
            return f"只要有字段 {name} 就命中"
        case Atom(name, Pattern(parts)):
            literal = "".join(part for part in parts if isinstance(part, str))
            place = f"字段 {name}" if name else "任意位置"
            if not literal:
                return f"{place}是任何值都命中"
            if len(parts) > 1 and len(literal) < _SHORT and literal.isascii():
                return f"{place}含有“{literal}”就命中，太短"
    return None


def _regex(name: str, expression: str) -> Iterator[Remark]:
    core = expression.removeprefix(".*").removesuffix(".*")
    if core and _PLAIN.fullmatch(core):
        text = re.sub(r"\\(.)", r"\1", core)
        yield Remark(
            "hint",
            "regex-plain",
            f"字段 {name or '关键词'} 的正则表达式 {expression[:60]} 只是一段文字",
            f"请改用 contains：{text[:60]}（不区分大小写，也更快）",
        )
    elif expression.startswith(".*") or expression.endswith(".*"):
        yield Remark(
            "hint",
            "regex-padded",
            f"正则表达式 {expression[:60]} 首尾的 .* 没有作用",
            "请去掉：正则表达式本来就在任意位置查找",
        )


def _wildcards(name: str, modifiers: tuple[str, ...], value: str) -> Iterator[Remark]:
    begins, ends = value.startswith("*"), value.endswith("*") and not value.endswith("\\*")
    redundant = {
        "contains": begins or ends,
        "startswith": ends,
        "endswith": begins,
    }
    for modifier, is_redundant in redundant.items():
        if modifier in modifiers and is_redundant and len(value) > 1:
            yield Remark(
                "hint",
                "wildcard-redundant",
                f"{name}|{modifier} 的值“{value[:60]}”中的 * 是多余的",
                "请去掉首尾的 *",
            )
            return
    if "**" in value:
        yield Remark("hint", "wildcard-double", f"“{value[:60]}”中连着两个 *", "请只留一个")
    if not set(modifiers) & {"contains", "startswith", "endswith", "re"} and name:
        inner = value[1:-1]
        if begins and ends and len(value) > 2 and "*" not in inner and "?" not in inner:
            yield Remark(
                "hint",
                "wildcard-contains",
                f"{name} 的值“{value[:60]}”等于 contains",
                f"请写成 {name}|contains",
            )
