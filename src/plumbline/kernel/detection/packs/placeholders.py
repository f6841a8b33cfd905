"""The values that an office gives for the placeholders of rules, as a TOML file: name = [value, …]."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from plumbline.kernel.detection.errors import PackError

_PLACEHOLDER: Final = re.compile(r"(?<!\\)%([^%\\]+)%")


def asked_for(value: object) -> set[str]:
    """The placeholders whose values a detection asks for, by name without the per cent signs."""
    if isinstance(value, list):
        return {name for one in value for name in asked_for(one)}
    if not isinstance(value, Mapping):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        if "expand" in str(key).split("|")[1:]:
            given = inner if isinstance(inner, list) else [inner]
            found |= {name for one in given for name in _PLACEHOLDER.findall(str(one))}
        else:
            found |= asked_for(inner)
    return found


def read_placeholders(text: str, *, where: str = "placeholders.toml") -> dict[str, tuple[str, ...]]:
    """Name -> values; a name may be written with or without the per cent signs around it.

    Raises:
        PackError: not TOML, or a value is neither a text, a number nor a list of those.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(
            "占位符文件不是有效的 TOML",
            where=where,
            advice=f'每行写成 Admins_Workstations = ["值1", "值2"]。{error}',
        ) from error
    values: dict[str, tuple[str, ...]] = {}
    for name, value in data.items():
        given = value if isinstance(value, list) else [value]
        if not given or not all(isinstance(one, (str, int, float)) and one != "" for one in given):
            raise PackError(
                f"占位符“{name}”的取值不对", where=where, advice='应当是文字或文字的列表，例如 ["10.0.0.0/8"]'
            )
        values[name.strip("%")] = tuple(str(one) for one in given)
    return values
