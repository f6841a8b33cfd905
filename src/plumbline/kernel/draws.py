"""Random draws (双随机) that anybody can repeat from the pool and the seed.

The procedure `sm3-rank@1`: every candidate has a key (of a unit its 统一社会信用代码, else its name; of a
person his user name). He is ranked by SM3(seed + "|" + key), UTF-8, lower hexadecimal; the smallest digest
comes first. A key that stands in the pool twice would be drawn with a double chance, so it is refused.

Whoever knows the seed beforehand knows the result, so the seed is to be fixed by something that nobody
chooses (a lottery number published on the day), or made by the machine on the spot.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.kernel.errors import PlumblineError

PROCEDURE = "sm3-rank@1"
LONGEST_SEED = 64


class DrawRefused(PlumblineError):
    """A draw cannot be made from this pool with this seed."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate in his place.

    Attributes:
        rank: from 1.
        key: as it was given, normalised.
        digest: SM3 of seed and key, 64 hexadecimal digits.
    """

    rank: int
    key: str
    digest: str


def normal(text: str) -> str:
    """The text as it is hashed: NFKC, without space at the ends, so that what looks the same is the same."""
    return unicodedata.normalize("NFKC", text).strip()


def rank(keys: Sequence[str], *, seed: str) -> tuple[Ranked, ...]:
    """All candidates in the order of the draw.

    Args:
        keys: one for each candidate, in any order; the order does not matter.
        seed: 1 to 64 characters.

    Raises:
        DrawRefused: no seed, an empty pool, an empty key, or a key that occurs twice.
    """
    seed = normal(seed)
    if not seed or len(seed) > LONGEST_SEED:
        raise DrawRefused("随机种子须为 1 至 64 个字符。", advice="请填写当日公开的号码，或由系统生成。")
    if not keys:
        raise DrawRefused("抽取范围内没有候选对象。", advice="请放宽抽取范围。")
    cleaned = [normal(key) for key in keys]
    if not all(cleaned):
        raise DrawRefused(
            "有候选对象既没有代码也没有名称。", advice="请先在名录中补全统一社会信用代码或名称。"
        )
    twice = [key for key, count in Counter(cleaned).items() if count > 1]
    if twice:
        raise DrawRefused(
            "候选对象重复，重复者中签机会会加倍。",
            where="、".join(sorted(twice)[:5]),
            advice="请去掉重复的对象。",
        )
    ordered = sorted((_digest(seed, key), key) for key in cleaned)
    return tuple(Ranked(number, key, digest) for number, (digest, key) in enumerate(ordered, start=1))


def pool_digest(keys: Sequence[str]) -> str:
    """SM3 over the pool: its normalised keys sorted, one a line; says that the pool is still the same."""
    return hashlib.new("sm3", "\n".join(sorted(normal(key) for key in keys)).encode()).hexdigest()


def _digest(seed: str, key: str) -> str:
    return hashlib.new("sm3", f"{seed}|{key}".encode()).hexdigest()
