"""What a form is filled from: plain values, already chosen by the caller.

Amounts are exact yuan. Texts are as the plan has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """One line of funds: 年度资金总额, 财政资金, 其他资金 …

    Attributes:
        name: as printed.
        initial: 年初预算数. adjusted: 全年（调整后）预算数. executed: 执行数. forecast: 全年预计执行数.
    """

    name: str
    initial: Decimal | None = None
    adjusted: Decimal | None = None
    executed: Decimal | None = None
    forecast: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SpendRow:
    """A spend point: the day, and the percent of the budget by then."""

    day: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator with everything that any of the forms shows of it."""

    key: str
    level1: str
    level2: str
    level3: str = ""
    description: str = ""
    target: str = ""
    basis: str = ""
    weight: Decimal | None = None
    actual: str = ""
    forecast: str = ""
    score: Decimal | None = None
    likelihood: str = ""
    cause: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class ProjectForm:
    """One project as the forms need it."""

    key: str
    number: int
    name: str
    organisation: str
    organisation_code: str
    year: int
    code: str = ""
    department: str = ""
    implementer: str = ""
    total: Money = Money("年度资金总额")
    funds: tuple[Money, ...] = ()
    use: str = ""
    goal: str = ""
    goal_actual: str = ""
    basis: str = ""
    spend: tuple[SpendRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    execution_weight: Decimal | None = None
    execution_score: Decimal | None = None
    total_score: Decimal | None = None
    grade: str = ""
    cause: str = ""
    measure: str = ""
    #: the day up to which a monitoring form looks
    until: date | None = None
    #: which metrics filled in actual values, and on how many records: one sentence below the form
    sources: str = ""
