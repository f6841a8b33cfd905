"""Points: a proposal from the document or the ruleset, exact to the last hundredth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.plans.rulesets.model import Level, Ruleset
from plumbline.kernel.plans.scoring.numbers import HUNDRED, ZERO, divided, multiplied, plain

CENT = Decimal("0.01")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]|\s+")


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One indicator as far as points are concerned. `weight` is the document's, or None."""

    key: str
    title: str
    weight: Decimal | None
    level1: str = ""
    level2: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed points.

    Attributes:
        execution: points of the budget execution.
        weights: points by key; with the execution they sum to exactly 100.
        origin: "document" where the document's own points were kept, "scaled" where they were
            brought to the sum, "ruleset" where the ruleset's were distributed.
        notes: what the reader should know, Chinese.
    """

    execution: Decimal
    weights: dict[str, Decimal]
    origin: str
    notes: tuple[str, ...] = ()


def weights_problem(execution: Decimal, rows: Sequence[WeightRow]) -> str:
    """What is wrong with the points, one sentence; "" when they are 100 and none is negative."""
    negative = [row.title or row.key for row in rows if row.weight is not None and row.weight < ZERO]
    if execution < ZERO or negative:
        return f"分值不能为负：{'、'.join(negative) or '预算执行'}"
    if not rows:
        return "没有可以评分的指标"
    total = execution + sum((row.weight or ZERO for row in rows), ZERO)
    if total == HUNDRED:
        return ""
    side = "多" if total > HUNDRED else "少"
    return f"分值合计 {total:.2f}，比 100 {side} {abs(total - HUNDRED):.2f} 分"


def propose_weights(rows: Sequence[WeightRow], ruleset: Ruleset) -> Proposal:
    """Points for indicators: the document's where they add up, else the ruleset's, evenly spread.

    Raises:
        ScoringError: there is no indicator.
    """
    if not rows:
        raise ScoringError("没有可以评分的指标", advice="请先在目标中把指标设为“考核”。")
    execution = ruleset.execution.points
    return _from_document(rows, execution) or _from_ruleset(rows, ruleset)


def _from_document(rows: Sequence[WeightRow], execution: Decimal) -> Proposal | None:
    given = [row.weight for row in rows if row.weight is not None]
    if len(given) != len(rows) or any(weight < ZERO for weight in given):
        return None
    wanted, total = HUNDRED - execution, sum(given, ZERO)
    if total == wanted:
        return Proposal(execution, {row.key: row.weight or ZERO for row in rows}, "document")
    if total != HUNDRED:
        return None
    parts = largest_remainder(wanted, given)
    note = f"文件中的分值合计 100，没有留出预算执行的 {plain(execution)} 分，已按比例折算。"
    return Proposal(execution, {r.key: p for r, p in zip(rows, parts, strict=True)}, "scaled", (note,))


def _from_ruleset(rows: Sequence[WeightRow], ruleset: Ruleset) -> Proposal:
    notes = _document_notes(rows, ruleset)
    by_level: dict[str, list[WeightRow]] = {level.key: [] for level in ruleset.levels}
    for row in rows:
        level, sure = place(row, ruleset)
        by_level[level.key].append(row)
        if not sure:
            notes.append(f"“{row.title}”的一级指标“{row.level1}”不在评分规则中，暂计入{level.title}。")
    shares = _level_points(by_level, ruleset, notes)
    weights: dict[str, Decimal] = {}
    for key, members in by_level.items():
        if members:
            weights |= _spread(shares[key], members, ruleset)
    return Proposal(
        ruleset.execution.points, {row.key: weights[row.key] for row in rows}, "ruleset", tuple(notes)
    )


def _document_notes(rows: Sequence[WeightRow], ruleset: Ruleset) -> list[str]:
    given = [row.weight for row in rows if row.weight is not None]
    if not given:
        return []
    total, wanted = sum(given, ZERO), HUNDRED - ruleset.execution.points
    missing = len(rows) - len(given)
    blank = f"，另有 {missing} 项没有分值" if missing else ""
    return [
        f"文件中的指标分值合计 {plain(total)}{blank}，不等于应有的 {plain(wanted)}，"
        "未采用，改按评分规则分配。"
    ]


def fitting(rows: Sequence[WeightRow], rulesets: Sequence[Ruleset]) -> Ruleset:
    """The ruleset whose level-1 indicators are those of the rows: most recognised, then fewest without one.

    Among equals the first of `rulesets`, which must not be empty.
    """

    def rank(ruleset: Ruleset) -> tuple[int, int]:
        known = [level for row in rows for level in ruleset.levels if _is_called(level, row.level1)]
        return (-len(known), len(ruleset.levels) - len({level.key for level in known}))

    return min(rulesets, key=rank)


def place(row: WeightRow, ruleset: Ruleset) -> tuple[Level, bool]:
    """The ruleset's level of an indicator, and whether its names say so (else it is the first)."""
    level1, level2 = _name(row.level1), _name(row.level2)
    for level in ruleset.levels:
        if _is_called(level, level1):
            return level, True
    for name in (level1, level2):
        for level in ruleset.levels:
            if name and name in set(map(_name, level.level2)):
                return level, True
    return _nearest(level1 + level2, ruleset)


def _is_called(level: Level, level1: str) -> bool:
    name = _name(level1)
    return bool(name) and name in {_name(level.title), *map(_name, level.names)}


def _nearest(text: str, ruleset: Ruleset) -> tuple[Level, bool]:
    for level in ruleset.levels:
        words = {_name(word).removesuffix("指标") for word in (level.title, *level.names, *level.level2)}
        if any(word and word in text for word in words):
            return level, True
    return next((level for level in ruleset.levels if level.key == "output"), ruleset.levels[0]), False


def _name(text: str) -> str:
    return _BRACKETED.sub("", text)


def _level_points(
    by_level: dict[str, list[WeightRow]], ruleset: Ruleset, notes: list[str]
) -> dict[str, Decimal]:
    """Points of the levels that have indicators; the points of the others move as the ruleset says."""
    shares = {level.key: level.points for level in ruleset.levels}
    titles = {level.key: level.title for level in ruleset.levels}
    present = {key for key, members in by_level.items() if members}
    for level in ruleset.levels:
        if level.key in present:
            continue
        freed, shares[level.key] = shares[level.key], ZERO
        heirs = {key: part for key, part in level.absent.items() if key in present}
        basis = heirs or {key: shares[key] for key in shares if key in present}
        parts = largest_remainder(freed, list(basis.values()))
        for key, part in zip(basis, parts, strict=True):
            shares[key] += part
        where = "、".join(titles[key] for key in basis)
        notes.append(f"没有{level.title}，其 {plain(freed)} 分并入{where}。")
    return shares


def _spread(total: Decimal, rows: Sequence[WeightRow], ruleset: Ruleset) -> dict[str, Decimal]:
    if ruleset.spread == "level3":
        parts = largest_remainder(total, [Decimal(1)] * len(rows))
        return {row.key: part for row, part in zip(rows, parts, strict=True)}
    groups: dict[str, list[WeightRow]] = {}
    for row in rows:
        groups.setdefault(_name(row.level2), []).append(row)
    weights: dict[str, Decimal] = {}
    for members, part in zip(
        groups.values(), largest_remainder(total, [Decimal(1)] * len(groups)), strict=True
    ):
        inner = largest_remainder(part, [Decimal(1)] * len(members))
        weights |= {row.key: share for row, share in zip(members, inner, strict=True)}
    return weights


def largest_remainder(total: Decimal, basis: Sequence[Decimal]) -> list[Decimal]:
    """`total` split in proportion to `basis`, in hundredths, summing to exactly `total`.

    What rounding down leaves over goes, a hundredth each, to the largest remainders, earlier first.
    """
    whole = sum(basis, ZERO)
    if whole <= ZERO:
        basis, whole = [Decimal(1)] * len(basis), Decimal(len(basis))
    exact = [divided(multiplied(total, part), whole) for part in basis]
    floors = [value.quantize(CENT, rounding=ROUND_DOWN) for value in exact]
    left = int((total - sum(floors, ZERO)) / CENT)
    order = sorted(range(len(basis)), key=lambda index: (floors[index] - exact[index], index))
    for index in order[:left]:
        floors[index] += CENT
    return floors
