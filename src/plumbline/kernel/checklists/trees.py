"""JSON and YAML as plain text, lists and tables: nothing is constructed, nothing is guessed.

Numbers, dates and truth values stay the text that the file has ("1.10" is not 1.1). What would fill the
memory is refused before it is built: size, depth, and aliases that multiply (a billion laughs).
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from plumbline.kernel.errors import ChecklistError

#: bytes of a file; the largest public library of requirements has under 4 MB
LARGEST = 30 * 1024 * 1024
#: levels of lists and tables within one another
DEEPEST = 60
#: nodes after every alias is replaced by what it stands for
MOST_NODES = 1_000_000

_AGAIN = "请确认文件完整，或向提供方另要一份。"


def load_tree(name: str, data: bytes) -> dict[str, Any]:
    """The table that the file holds; JSON by its ending or its first character, else YAML.

    Raises:
        ChecklistError: too large, too deep, damaged, or no table.
    """
    demand_size(name, data)
    text = _decode(name, data)
    looks_json = name.lower().endswith(".json") or text.lstrip("\ufeff \t\r\n").startswith("{")
    tree = _json(name, text) if looks_json else _yaml(name, text)
    if not isinstance(tree, dict):
        raise ChecklistError("文件内容不是检查表的结构。", where=name, advice=_AGAIN)
    return tree


def demand_size(name: str, data: bytes) -> None:
    """Refuse what is empty or too large.

    Raises:
        ChecklistError: it is.
    """
    if not data.strip():
        raise ChecklistError("文件是空的。", where=name, advice="请确认选对了文件。")
    if len(data) > LARGEST:
        raise ChecklistError(
            f"文件超过 {LARGEST // 1048576} MB。", where=name, advice="请拆分成几个检查表后再导入。"
        )


def _decode(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # a lone surrogate cannot be kept; JSON can still bring one in by \ud800, see `text_of`
        return text
    raise ChecklistError("文件不是文本，无法读取。", where=name, advice="请另存为 UTF-8 编码后再导入。")


def _json(name: str, text: str) -> Any:
    # every node but the first of its list stands behind a comma; commas in texts are few beside them
    if text.count(",") + text.count("[") + text.count("{") > MOST_NODES:
        raise _too_many(name)
    try:
        tree = json.loads(text.lstrip("\ufeff"), parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ChecklistError(
            "JSON 格式有误，读到此处中断。", where=f"{name} 第{error.lineno}行", advice=_AGAIN
        ) from error
    except RecursionError as error:
        raise _too_deep(name) from error
    _demand_shallow(name, tree)
    return tree


def _demand_shallow(name: str, tree: Any) -> None:
    level = [tree]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for node in level
            if isinstance(node, dict | list)
            for inner in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise _too_deep(name)


def _yaml(name: str, text: str) -> Any:
    try:
        _scan(name, text)
        # this loader constructs text, lists and tables only
        tree = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name} 第{mark.line + 1}行" if mark is not None else name
        raise ChecklistError("YAML 格式有误，读到此处中断。", where=where, advice=_AGAIN) from error
    except (ValueError, TypeError, RecursionError) as error:
        # an unhashable key, a character that YAML does not allow
        raise ChecklistError("YAML 内容无法读取。", where=name, advice=_AGAIN) from error
    _demand_shallow(name, tree)
    return tree


def _scan(name: str, text: str) -> None:
    """Depth and expanded size out of the events, before anything is built."""
    depth = 0
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            total += 1
            if depth > DEEPEST:
                raise _too_deep(name)
            open_nodes.append((event.anchor, total))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            anchor, start = open_nodes.pop()
            if anchor:
                sizes[anchor] = total - start + 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise ChecklistError(
                    "文件中有引用自身的内容，为安全起见不予读取。", where=name, advice=_AGAIN
                )
            total += sizes.get(str(event.anchor), 1)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                sizes[event.anchor] = 1
        if total > MOST_NODES:
            raise _too_many(name)


def _too_many(name: str) -> ChecklistError:
    return ChecklistError(
        "文件内容（含重复引用）展开后过于庞大，为安全起见不予读取。", where=name, advice=_AGAIN
    )


def _too_deep(name: str) -> ChecklistError:
    return ChecklistError(f"文件的层次超过 {DEEPEST} 层，为安全起见不予读取。", where=name, advice=_AGAIN)


#: bullets of Word's symbol fonts, which have no meaning outside it
_BLANKS = "\n\t\u00a0\u3000\u2003\u2002\u2009\u202f"
_BULLETS = str.maketrans({chr(code): "•" for code in range(0xF020, 0xF0FF)})


def text_of(value: object) -> str:
    """A value as one text without control characters; "" for nothing and for lists and tables."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if text in ("null", "~", "Null", "NULL"):
        return ""  # the words of YAML for nothing
    return plain(text)


def plain(text: str) -> str:
    """A text without control characters, halves of surrogates and zero-width characters."""
    if text.isprintable():
        return text.strip()  # most texts: the long way takes many times as long
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BULLETS)
    kept = (c for c in text if c.isprintable() or c in _BLANKS)
    return "".join(kept).strip()


def is_true(value: object) -> bool:
    """Whether a value means yes."""
    return text_of(value).lower() in ("true", "yes", "on", "1")


def table_of(value: object) -> dict[str, Any]:
    """A table; an empty one for anything else."""
    return {plain(str(key)): inner for key, inner in value.items()} if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """A list; a single table or text as a list of one; empty for nothing."""
    if isinstance(value, list):
        return value
    return [] if value in (None, "", {}) else [value]


def texts_of(value: object) -> list[str]:
    """The texts of a list, without empty ones."""
    return [text for text in map(text_of, list_of(value)) if text]
