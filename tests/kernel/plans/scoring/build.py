"""Small builders for scoring inputs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.document import Comparator, Target
from plumbline.kernel.plans.rulesets import Ruleset, ruleset
from plumbline.kernel.plans.scoring import EvaluationInputs, ExecutionInput, IndicatorInput, RowResult, score

NATIONAL = ruleset("national-2020", 1)
STRICT = ruleset("local-strict", 1)


def number(
    comparator: Comparator | None, value: str, unit: str | None = None, high: str | None = None
) -> Target:
    """A quantitative target."""
    sign = {">=": "≥", "<=": "≤", "range": ""}.get(comparator or "", comparator or "")
    return Target(
        f"{sign}{value}{unit or ''}",
        "quantitative",
        comparator,
        Decimal(value),
        Decimal(high) if high else None,
        unit,
    )


def deadline(day: date) -> Target:
    """A date target."""
    return Target(f"{day:%Y-%m-%d}前", "date", day=day)


WORDS = Target("效果明显", "qualitative")


def row(
    target: Target, actual: str | Measure | None = None, key: str = "a", **more: object
) -> IndicatorInput:
    """An indicator with 90 points (10 are the execution's); a string is a number in the target's unit."""
    measure = Measure(Decimal(actual), target.unit) if isinstance(actual, str) else actual
    fields: dict[str, object] = {
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": f"指标{key}",
        "target_raw": target.raw,
        "weight": Decimal(90),
    }
    return IndicatorInput(key=key, target=target, measure=measure, **{**fields, **more})  # type: ignore[arg-type]


def execution(executed: str = "100", adjusted: str | None = "100", **more: object) -> ExecutionInput:
    """An execution of 10 points."""
    budget = None if adjusted is None else Decimal(adjusted)
    return ExecutionInput(budget, budget, Decimal(executed), Decimal(10), **more)  # type: ignore[arg-type]


def inputs(*rows: IndicatorInput, execution_input: ExecutionInput | None = None) -> EvaluationInputs:
    """Inputs of some rows."""
    return EvaluationInputs(execution_input or execution(), rows)


def one(indicator: IndicatorInput, rules: Ruleset = NATIONAL) -> RowResult:
    """The result of a single indicator."""
    return score(inputs(indicator), rules).rows[0]
