"""A share of the budget that a text states, against the amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from plumbline.kernel.plans.achieving import actual_line
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.executing import rate_of, total_row
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements
from plumbline.kernel.plans.wording import plain

_SHARE = re.compile(
    r"(?:已?(?:使用|支出|支付|执行|用)(?:了|率|进度)?(?:为|达到?)?)\s*(?P<about>约|大约|近)?\s*(?P<share>\d+(?:\.\d+)?)\s*[%％]"
)


def _shares(
    document: PlanDocument,
) -> Iterator[tuple[Indicator, str, bool, Decimal, Decimal, tuple[int, ...]]]:
    """Shares of the budget that a text states: (indicator, words, whether about, stated, computed, lines)."""
    for statement in statements(document):
        row = total_row(statement) or next(iter(statement.execution), None)
        computed = rate_of(row) if row else None
        for indicator in statement.indicators if row and computed is not None else ():
            text = plain(indicator.actual.raw if indicator.actual else "")
            match = _SHARE.search(text)
            if match and row and computed is not None:
                lines = at(actual_line(indicator), *row.lines)
                yield indicator, text, bool(match["about"]), Decimal(match["share"]), computed, lines


def _share_agrees(about: bool, stated: Decimal, computed: Decimal) -> bool:
    """Within one percentage point for “about”, else within half of one."""
    return abs(stated - computed) <= (Decimal(1) if about else Decimal("0.5"))


@rule(
    id="stated-share",
    severity="confirmed",
    title="文中的支出比例与金额相符",
    why="文字说的比例可以由执行数和预算数算出。",
    mend="无需整改。",
)
def share_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a text."""
    for _, text, about, stated, computed, lines in _shares(document):
        if _share_agrees(about, stated, computed):
            yield Finding("stated-share", "confirmed", lines, f"“{text}”：按金额计算为{computed:.2f}%")


@rule(
    id="stated-share",
    severity="error",
    title="文中的支出比例与金额不符",
    why="文字与金额互相矛盾，执行情况不可信。",
    mend="按执行数 ÷ 预算数改正文字。",
)
def share_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a text."""
    for _, text, about, stated, computed, lines in _shares(document):
        if not _share_agrees(about, stated, computed):
            yield Finding("stated-share", "error", lines, f"“{text}”：按金额计算为{computed:.2f}%")
