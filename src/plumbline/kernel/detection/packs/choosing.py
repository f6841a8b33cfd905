"""Which rules run, as a small TOML file that a person can read and write.

least = "medium"
statuses = ["stable", "test"]
tags = ["attack.execution", "attack.t1059."]
products = ["windows"]
off = ["<id of a rule>"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.rules import LEVELS


def read_choice(text: str, *, where: str = "choice.toml") -> Choice:
    """The choice that a TOML text makes.

    Raises:
        PackError: not TOML, an unknown key, or a value of the wrong kind.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError("选择规则的文件不是有效的 TOML", where=where, advice=str(error)) from error
    known = {one.name for one in fields(Choice)}
    if unknown := sorted(set(data) - known):
        raise PackError(
            f"不认识的设置“{unknown[0]}”", where=where, advice=f"可用的设置：{'、'.join(sorted(known))}"
        )
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "least":
            values[name] = demand_level(str(value), where=where)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            values[name] = frozenset(value) if name == "off" else tuple(value)
        else:
            raise PackError(f"“{name}”应当是文字的列表", where=where, advice=f'例如：{name} = ["…"]')
    return Choice(**values)


def write_choice(choice: Choice) -> str:
    """The TOML text of a choice; what chooses all is left out."""
    lines = [] if choice.least == LEVELS[0] else [f'least = "{choice.least}"']
    for one in fields(Choice):
        values = getattr(choice, one.name)
        if one.name != "least" and values:
            lines.append(f"{one.name} = [")
            lines += [f"    {_quoted(value)}," for value in (sorted(values) if one.name == "off" else values)]
            lines.append("]")
    return "".join(f"{line}\n" for line in lines)


def switched(choice: Choice, *, off: Iterable[str] = (), on: Iterable[str] = ()) -> Choice:
    """The choice with some rules switched off or on again."""
    return replace(choice, off=(choice.off | frozenset(off)) - frozenset(on))


def demand_level(text: str, *, where: str = "") -> str:
    """A level by its name.

    Raises:
        PackError: there is no such level.
    """
    if text.lower() not in LEVELS:
        raise PackError(f"没有“{text}”这个级别", where=where, advice=f"级别有：{'、'.join(LEVELS)}")
    return text.lower()


def _quoted(text: str) -> str:
    escaped = "".join(
        f"\\u{ord(c):04X}" if c < " " or c == "\x7f" else f"\\{c}" if c in '"\\' else c for c in text
    )
    return f'"{escaped}"'
