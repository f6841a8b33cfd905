"""The refusal of a document that is not a plan: one sentence on what it seems to be.

What a document seems to be is data: `kinds.toml` lists kinds with the words that mark them.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from plumbline.kernel.errors import NotAPlan
from plumbline.kernel.plans.source import Source

READABLE = (
    "可以读取的有：部门整体绩效目标文件（文字加绩效目标表）、项目绩效目标申报表、绩效目标表、"
    "绩效自评表、绩效运行监控表。"
)


@cache
def _kinds() -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    data = tomllib.loads((files(__package__) / "kinds.toml").read_text(encoding="utf-8"))
    return tuple(
        (kind["name"], tuple((w, int(n)) for w, n in kind["words"].items())) for kind in data["kind"]
    )


def seems(source: Source) -> str:
    """What kind of document it seems to be, in Chinese; "" when nothing is known."""
    text = re.sub(r"\s+", "", source.text[:200_000])
    scores = [(sum(n for word, n in words if word in text), name) for name, words in _kinds()]
    score, name = max(scores, key=lambda pair: pair[0], default=(0, ""))
    return name if score >= 2 else ""


def refusal(source: Source) -> NotAPlan:
    """The error to raise for a document that no layout claims."""
    if not source.text.strip():
        return NotAPlan("文件里没有文字，不是绩效目标文件。", where=source.name, advice=READABLE)
    name = seems(source)
    what = f"这似乎是{name}，不是绩效目标文件。" if name else "看不出这是绩效目标文件。"
    return NotAPlan(what, where=source.name, advice=READABLE)
