"""Which way a name points: is more of it better, or less, or must it never happen?

Read from the words of the name alone (vocabulary of the checks). Where the words do not say, the
answer is "unknown", and no rule builds on it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from plumbline.kernel.plans.wording import any_of, bare, ends, has, words

Polarity = Literal["higher", "lower", "never", "unknown"]

_NEGATORS = (
    r"(?:不(?:再)?(?:出现|出|发生|产生|造成|引发|存在|得有|得发生)|未(?:再)?(?:出现|发生|产生|出)|没有(?:发生|出现)?|"
    r"无(?!线|障碍|人|害|缝|形|纸|偿|锡|极|限|论|法|偏)|零(?!售|星|散|部件|距离|钱)|防止(?:发生|出现)|杜绝|避免|严禁)"
)
_REVERSED = r"(?:零发生|不发生|未发生|为零|零报告|无发生)$"
_MEASURED = re.compile(r"(?:率|天数|时间|时长|比例|占比|度)$")
_URGENT = re.compile(r"响应|处置|处理|办理|修复|恢复|中断|等待|故障|延误|排队|受理")


@cache
def _negated() -> re.Pattern[str]:
    nouns = "|".join(map(re.escape, words("negated_noun")))
    return re.compile(f"{_NEGATORS}[^，。；,;]{{0,14}}?(?:{nouns})")


@cache
def _whole_negated() -> re.Pattern[str]:
    return re.compile(f"^(?:确保|保障|保证|实现|做到|全年|年内)?(?:{_negated().pattern})")


@lru_cache(maxsize=65536)
def never(text: str | None) -> bool:
    """Whether the name itself says that something must not happen (“不发生…事故”)."""
    name = bare(text)
    if not name or _MEASURED.search(name):
        return False
    if re.search(_REVERSED, name) and has("negative_event", name):
        return True
    return _negated().search(name) is not None


@lru_cache(maxsize=65536)
def is_negation(text: str | None) -> bool:
    """Whether a description is, from its start, the denial of an event (“确保不出现…问题”)."""
    return _whole_negated().search(bare(text)) is not None


@lru_cache(maxsize=65536)
def polarity(text: str | None) -> Polarity:
    """Which way a name points."""
    name = bare(text)
    if not name:
        return "unknown"
    if never(name):
        return "never"
    if has("reduction", name):
        return "unknown"
    if ends("time_head", name):
        return "lower" if _URGENT.search(name) and "无" not in name else "unknown"
    if ends("lower_head", name) and re.search(r"不(?:合格|达标|满意|及时|准确)(?:率|度)$", name):
        return "lower"
    if ends("bounded_ratio", name) or name.endswith("合理率"):
        return "higher"
    if ends("lower_head", name):
        return "unknown" if has("remedy", name) else "lower"
    if has("cap", name):
        return "lower"
    if has("negative_event", name):
        return _of_event(name)
    return "higher" if has("higher", name) else "unknown"


def _of_event(name: str) -> Polarity:
    """An unwanted event: more of it is worse, more of what is done about it is better."""
    if has("remedy", name):
        return "higher"
    if has("higher", name):
        return "unknown"
    event = any_of("negative_event").pattern
    measure = r"(?:率|次数|起数|件数|数量|数|量|频次|频率|占比|比例|概率|情况|人数)"
    tail = rf"(?:行为|现象|记录)?(?:发生)?{measure}?$"
    return "lower" if re.search(f"(?:{event}){tail}", name) else "unknown"
