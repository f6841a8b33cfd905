"""What an evaluation is computed from, and what comes out.

Units: money in yuan, shares and rates in percent (100 = all), scores in points; all exact `Decimal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Target

#: "scored" has a score; "decided" is 0 by a person's decision; "overridden" is a person's score that
#: another person approved. The rest has none: "unmeasured" (no value, or one that does not fit the
#: target), "tier" (a person must choose the tier), "unscorable" (the target cannot be measured).
RowState = Literal["scored", "decided", "overridden", "unmeasured", "tier", "unscorable"]
SCORED: tuple[RowState, ...] = ("scored", "decided", "overridden")


@dataclass(frozen=True, slots=True)
class TierChoice:
    """The tier of a qualitative indicator that a person chose.

    Attributes:
        tier: key in the ruleset.
        share: percent of the points, within the tier.
        reason: why.
    """

    tier: str
    share: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """A score that a person set instead of the computed one, and that another person approved."""

    score: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class FundExecution:
    """Budget and payments of one fund ("财政资金"), for the form; not scored by itself."""

    name: str
    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal


@dataclass(frozen=True, slots=True)
class ExecutionInput:
    """The budget execution of the project.

    Attributes:
        initial: budget of the first approved version (年初预算数); None where the plan has none.
        adjusted: budget of the version that is evaluated (全年预算数).
        executed: payments up to the checkpoint (全年执行数).
        payments: how many payments that is.
        weight: points.
        zero_reason: a rate that cannot be computed was decided to count 0, because …; else "".
    """

    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal
    weight: Decimal
    payments: int = 0
    funds: tuple[FundExecution, ...] = ()
    zero_reason: str = ""
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class IndicatorInput:
    """One indicator with its points and what it reached.

    Attributes:
        key: stable through all versions of the plan.
        target: as scored: the document's reading, or the approved reading of a vague target.
        target_raw: what the document says.
        direction: 指标方向性 of the document ("正向指标"), "" where it has none.
        weight: points.
        measure: None where nothing was entered.
        tier: for qualitative targets.
        zero_reason: no value, and a person decided that it counts 0, because …; else "".
        override: only when approved.
    """

    key: str
    level1: str
    level2: str
    level3: str
    target: Target
    target_raw: str
    weight: Decimal
    direction: str = ""
    measure: Measure | None = None
    tier: TierChoice | None = None
    zero_reason: str = ""
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class EvaluationInputs:
    """Everything a score depends on besides the ruleset."""

    execution: ExecutionInput
    indicators: tuple[IndicatorInput, ...]


@dataclass(frozen=True, slots=True)
class RowResult:
    """The score of one row and how it came about.

    Attributes:
        key: of the indicator; "execution" for the budget execution.
        score: points; None where there is no score yet.
        computed: what the formula gave, before an override; None where it gave nothing.
        formula: with the numbers in it: "97% ÷ 98% × 10 = 9.90", or why there is no score.
        rule: which row of the ruleset applied ("at_least", "late", "tier" …), for its grounds.
        reached: whether the target was met; None where that cannot be said.
        inputs: (label, value) as shown.
        deduction: suggested wording of why points are missing; "" with full points.
        notes: what the reader should know (target perhaps too low, comparator assumed …).
    """

    key: str
    weight: Decimal
    score: Decimal | None
    computed: Decimal | None
    state: RowState
    formula: str
    rule: str
    reached: bool | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    deduction: str = ""
    notes: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        return self.state in SCORED


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """All rows, and total and grade once every row has a score.

    Attributes:
        rate: execution rate in percent, exact; None where it cannot be computed.
        rows: indicators in the order of the inputs.
        total: sum of the rows' scores; None while a row has none.
        subtotal: sum of the scores that are there.
    """

    ruleset: str
    execution: RowResult
    rate: Decimal | None
    rows: tuple[RowResult, ...]
    subtotal: Decimal
    total: Decimal | None
    grade: str

    @property
    def missing(self) -> tuple[RowResult, ...]:
        """Rows without a score, the execution first."""
        return tuple(row for row in (self.execution, *self.rows) if not row.scored)
