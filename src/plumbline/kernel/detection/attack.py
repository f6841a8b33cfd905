"""What ATT&CK tags mean, in Chinese: from `reporting/attack.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).resolve().parent / "reporting" / "attack.toml"
TECHNIQUE: Final = re.compile(r"t\d{4}(\.\d{3})?")
#: groups, software and data sources
OTHER: Final = re.compile(r"[gs]\d{4}|ds\d{4}")


_KINDS: Final = (("DS", "数据源"), ("G", "攻击组织"), ("S", "攻击工具"))


@dataclass(frozen=True, slots=True)
class Named:
    """A tag for a reader: `code` as ATT&CK writes it (empty for a tactic), and its Chinese name."""

    code: str
    name: str
    is_tactic: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@cache
def tactics() -> dict[str, str]:
    """Tactic as tags write it -> Chinese name."""
    return dict(_data()["tactics"])


@cache
def techniques() -> dict[str, str]:
    """T1059.001 -> Chinese name."""
    data = _data()
    return {**data["techniques"], **data["recent"]}


def named(tags: Iterable[str]) -> list[Named]:
    """The ATT&CK tags of a rule, tactics first; a sub-technique is named with its technique."""
    known: list[Named] = []
    for tag in tags:
        lower = tag.lower()
        if not lower.startswith("attack."):
            continue
        part = lower[7:].replace("_", "-")
        if part in tactics():
            known.append(Named("", tactics()[part], True))
        else:
            known.append(Named(part.upper(), technique_name(part)))
    return sorted(known, key=lambda one: not one.is_tactic)


def technique_name(number: str) -> str:
    """The Chinese name of t1059.001, "命令与脚本解释器：PowerShell"; empty where none is known."""
    number = number.upper()
    for start, kind in _KINDS:
        if number.startswith(start):
            return kind
    names = techniques()
    own = names.get(number, "")
    main, dot, _sub = number.partition(".")
    return f"{names[main]}：{own}" if dot and own and main in names else own


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
