"""One 自评表 as data: for the page while it is a draft, from its snapshot once it is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext

from plumbline.kernel.errors import ScoringError
from plumbline.kernel.plans.rulesets import Ruleset, ruleset
from plumbline.kernel.plans.scoring import (
    EvaluationInputs,
    EvaluationResult,
    ExecutionInput,
    IndicatorInput,
    RowResult,
    score,
)
from plumbline.kernel.plans.scoring.beside import text_beside
from plumbline.kernel.plans.scoring.engine import actual_text
from plumbline.kernel.plans.scoring.numbers import rounded
from plumbline.kernel.plans.scoring.snapshot import RowText, read_result, read_snapshot
from plumbline.office.targets.models import Evaluation, EvaluationRow, Project
from plumbline.office.targets.queries.evaluation_inputs import Gathered

HUNDRED = Decimal(100)
_NOTHING = RowText("", "", "")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One indicator of a 自评表, in the order of the plan.

    Attributes:
        target_raw: what the document says.
        reading: the approved measurable reading of a vague target, else "".
        actual: 全年实际值 as text, in the unit of the target; "" where nothing was entered.
        score: points; None while the row has none.
        reason, improvement: 偏差原因分析, 改进措施 (what people wrote; for the form join both).
        result: formula, state and notes.
        row, indicator_id: the stored row and the indicator of the evaluated version, for editing;
            None on a sheet of a frozen evaluation.
    """

    level1: str
    level2: str
    level3: str
    target_raw: str
    reading: str
    actual: str
    weight: Decimal
    score: Decimal | None
    reason: str
    improvement: str
    result: RowResult | None
    given: IndicatorInput
    row: EvaluationRow | None = None
    indicator_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExecutionRow:
    """One row of the 项目资金 block: the whole first, then each fund. Money in yuan.

    Attributes:
        initial, adjusted: 年初预算数, 全年预算数; None where the plan states none.
        executed: 全年执行数.
        rate: percent, exact; None where it cannot be computed.
        weight, score: of the whole only, else None.
    """

    name: str
    initial: Decimal | None
    adjusted: Decimal | None
    executed: Decimal
    rate: Decimal | None
    weight: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole 自评表.

    Attributes:
        goal: 年初设定目标; `goal_result`: 年度总体目标完成情况.
        total: sum of all scores; None while a row has none. `subtotal`: what is there so far.
        problem: why nothing could be scored (points not 100 …), "" else.
        execution_reason: 偏差原因 of the execution row.
    """

    evaluation: Evaluation
    project: Project
    rules: Ruleset
    execution: tuple[ExecutionRow, ...]
    rows: tuple[SheetRow, ...]
    goal: str
    goal_result: str
    subtotal: Decimal | None
    total: Decimal | None
    grade: str
    execution_result: RowResult | None
    execution_given: ExecutionInput
    execution_row: EvaluationRow | None = None
    execution_reason: str = ""
    execution_improvement: str = ""
    problem: str = ""
    inputs: EvaluationInputs | None = None

    @property
    def missing(self) -> list[SheetRow]:
        """Indicators without a score."""
        return [row for row in self.rows if row.score is None]

    @property
    def waiting(self) -> int:
        """How many rows, the execution included, have no score yet."""
        execution = self.execution_result is None or not self.execution_result.scored
        return len(self.missing) + execution

    @property
    def pending(self) -> list[EvaluationRow]:
        """Rows whose override waits for another person."""
        rows = [self.execution_row, *(row.row for row in self.rows)]
        return [row for row in rows if row and row.override == EvaluationRow.Override.PROPOSED]


def sheet_of(found: Gathered) -> Sheet:
    """The sheet of an evaluation: from its snapshot where it was ever frozen, else computed now."""
    return _frozen(found) if found.evaluation.snapshot else _draft(found)


def _draft(found: Gathered) -> Sheet:
    rules = ruleset(found.evaluation.ruleset_key, found.evaluation.ruleset_version)
    result, problem = None, ""
    try:
        result = score(found.inputs, rules)
    except ScoringError as error:
        problem = str(error)
    execution = next(row for row in found.rows if row.kind == EvaluationRow.Kind.EXECUTION)
    rows = {found.keys[row.indicator_line_id]: row for row in found.rows if row.indicator_line_id}
    texts = [RowText("execution", execution.deduction_reason, execution.improvement)]
    texts += [RowText(key, row.deduction_reason, row.improvement) for key, row in rows.items()]
    sheet = _sheet(found, rules=rules, inputs=found.inputs, result=result, texts=texts)
    return replace(
        sheet,
        goal_result=found.evaluation.goal_result,
        execution_row=execution,
        problem=problem,
        rows=tuple(_editable(item, rows[item.given.key], found) for item in sheet.rows),
    )


def _editable(item: SheetRow, row: EvaluationRow, found: Gathered) -> SheetRow:
    indicator = found.indicators.get(row.indicator_line_id or 0)
    return replace(item, row=row, indicator_id=indicator.pk if indicator else None)


def _frozen(found: Gathered) -> Sheet:
    kept = read_snapshot(found.evaluation.snapshot)
    rules = ruleset(kept.ruleset_key, kept.ruleset_version)
    result = read_result(found.evaluation.result)
    sheet = _sheet(found, rules=rules, inputs=kept.inputs, result=result, texts=kept.texts)
    return replace(sheet, goal_result=kept.goal_result)


def _sheet(
    found: Gathered,
    *,
    rules: Ruleset,
    inputs: EvaluationInputs,
    result: EvaluationResult | None,
    texts: Iterable[RowText],
) -> Sheet:
    results = {row.key: row for row in result.rows} if result else {}
    said = {text.key: text for text in texts}
    execution = said.get("execution", _NOTHING)
    return Sheet(
        evaluation=found.evaluation,
        project=found.project,
        rules=rules,
        execution=_execution_rows(inputs.execution, result, rules),
        rows=tuple(
            _row(given, results.get(given.key), said.get(given.key, _NOTHING), rules)
            for given in inputs.indicators
        ),
        goal=found.project.goal,
        goal_result="",
        subtotal=_points(result.subtotal if result else None, rules),
        total=_points(result.total if result else None, rules),
        grade=result.grade if result else "",
        execution_result=result.execution if result else None,
        execution_given=inputs.execution,
        execution_reason=execution.deduction_reason,
        execution_improvement=execution.improvement,
        inputs=inputs,
    )


def _points(value: Decimal | None, rules: Ruleset) -> Decimal | None:
    """With the ruleset's places again: a snapshot keeps no trailing zeros."""
    return None if value is None else rounded(value, rules.rounding.places)


def _row(given: IndicatorInput, result: RowResult | None, text: RowText, rules: Ruleset) -> SheetRow:
    return SheetRow(
        level1=given.level1,
        level2=given.level2,
        level3=given.level3,
        target_raw=given.target_raw,
        reading=given.target.raw if given.target.raw != given.target_raw else "",
        actual=text_beside(given.measure, given.target) if given.measure else "",
        weight=given.weight,
        score=_points(result.score if result else None, rules),
        reason=text.deduction_reason,
        improvement=text.improvement,
        result=_said_in_both(result, given),
        given=given,
    )


def _said_in_both(result: RowResult | None, given: IndicatorInput) -> RowResult | None:
    """The arithmetic as it was kept, with the value as it was entered and as it stands beside the target."""
    if result is None or given.measure is None:
        return result
    entered, shown = actual_text(given.measure), text_beside(given.measure, given.target)
    if entered == shown:
        return result
    both = gettext("%(entered)s（即 %(shown)s）") % {"entered": entered, "shown": shown}
    return replace(
        result, inputs=tuple((label, both if value == entered else value) for label, value in result.inputs)
    )


def _execution_rows(
    given: ExecutionInput, result: EvaluationResult | None, rules: Ruleset
) -> tuple[ExecutionRow, ...]:
    whole = ExecutionRow(
        name="年度资金总额",
        initial=given.initial,
        adjusted=given.adjusted,
        executed=given.executed,
        rate=result.rate if result else None,
        weight=given.weight,
        score=_points(result.execution.score if result else None, rules),
    )
    funds = [
        ExecutionRow(
            name=fund.name,
            initial=fund.initial,
            adjusted=fund.adjusted,
            executed=fund.executed,
            rate=fund.executed * HUNDRED / fund.adjusted if fund.adjusted else None,
        )
        for fund in given.funds
    ]
    return (whole, *funds)
