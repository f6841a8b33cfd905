"""The budget's execution in a self-evaluation or a monitoring form: rate, rows, forecast, score."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from plumbline.kernel.plans.document import Amount, Execution, PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, head_line, number, statements
from plumbline.kernel.plans.wording import plain

_TOTAL = re.compile(r"总额|合计|总计|小计|^总额|资金总")
_OTHERS = re.compile(r"其他|其它|自有|单位资金|结转|自筹")
_NESTED = re.compile(r"^(其中[:：])?(中央|省级?|市级?|县级?|区级?|本级|上级)")
_COLUMNS: tuple[tuple[str, Callable[[Execution], Amount | None]], ...] = (
    ("年初预算数", lambda row: row.initial),
    ("全年预算数", lambda row: row.adjusted),
    ("执行数", lambda row: row.executed),
)


def total_row(statement: ProjectStatement) -> Execution | None:
    """The row of the whole budget."""
    return next((e for e in statement.execution if _TOTAL.search(plain(e.name))), None)


def budget_of(row: Execution) -> Decimal | None:
    """The budget that the execution is measured against: the adjusted one, else the initial."""
    for amount in (row.adjusted, row.initial):
        if amount is not None and amount.yuan is not None:
            return amount.yuan
    return None


def rate_of(row: Execution) -> Decimal | None:
    """Executed / budget in percent; None where either is missing or the budget is 0."""
    budget = budget_of(row)
    executed = row.executed.yuan if row.executed else None
    return executed * 100 / budget if budget and executed is not None else None


def _agrees(stated: Decimal, computed: Decimal) -> bool:
    """Whether the stated rate is the computed one, rounded to as many places as it has."""
    exponent = stated.as_tuple().exponent
    places = max(-exponent, 0) if isinstance(exponent, int) else 0
    rounded = computed.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded == stated or abs(computed - stated) < Decimal("0.006")


def _rated(document: PlanDocument) -> Iterator[tuple[ProjectStatement, Execution, Decimal, Decimal]]:
    for statement in statements(document):
        for row in statement.execution:
            computed = rate_of(row)
            if row.rate is not None and computed is not None:
                yield statement, row, row.rate, computed


def _money(amount: Amount | None) -> str:
    return amount.raw or "空白" if amount else "空白"


def _fraction(row: Execution) -> str:
    return f"{_money(row.executed)}/{_money(row.adjusted or row.initial)}"


@rule(
    id="execution-rate",
    severity="confirmed",
    title="预算执行率计算正确",
    why="执行率 = 执行数 ÷ 全年（调整后）预算数。",
    mend="无需整改。",
)
def rate_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with all rows whose rate is right."""
    for statement in statements(document):
        rows = [(e, r) for s, e, r, c in _rated(document) if s is statement and _agrees(r, c)]
        if rows:
            said = "；".join(f"{_fraction(e)} = {number(r)}%" for e, r in rows)
            yield Finding("execution-rate", "confirmed", at(*(n for e, _ in rows for n in e.lines)), said)


@rule(
    id="execution-rate",
    severity="error",
    title="预算执行率计算有误",
    why="执行率直接决定预算执行得分。",
    mend="按“执行数 ÷ 全年预算数”重新计算。",
)
def rate_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a row."""
    for _, row, stated, computed in _rated(document):
        if not _agrees(stated, computed):
            message = f"{row.name}：写{number(stated)}%，{_fraction(row)} = {computed:.2f}%"
            yield Finding("execution-rate", "error", at(*row.lines), message)


def _columns(statement: ProjectStatement) -> Iterator[tuple[str, Decimal, list[Decimal], bool]]:
    """(column, total, parts, whether the parts are all there are) of the execution block."""
    whole = total_row(statement)
    parts = [e for e in statement.execution if e is not whole and not _NESTED.search(plain(e.name))]
    closed = any(_OTHERS.search(plain(e.name)) for e in parts)
    for name, pick in _COLUMNS:
        total = pick(whole) if whole else None
        values = [a.yuan for e in parts if (a := pick(e)) is not None and a.yuan is not None]
        if total is not None and total.yuan is not None and values:
            yield name, total.yuan, values, closed


def _mismatch(total: Decimal, parts: list[Decimal], closed: bool) -> bool:
    """The parts exceed the total, or all of them together fall short of it."""
    value = sum(parts, Decimal(0))
    return value > total or (closed and value != total)


@rule(
    id="funds-total",
    severity="confirmed",
    title="资金总额等于各项资金之和",
    why="总额行由财政拨款、结转和其他资金加总而来。",
    mend="无需整改。",
)
def funds_right(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement whose columns all add up."""
    for statement in statements(document):
        columns = list(_columns(statement))
        if columns and all(total == sum(parts, Decimal(0)) for _, total, parts, _ in columns):
            names = "、".join(name for name, *_ in columns)
            lines = at(*(n for e in statement.execution for n in e.lines))
            message = f"项目“{statement.name}”{names}的总额等于各项资金之和"
            yield Finding("funds-total", "confirmed", lines, message)


@rule(
    id="funds-total",
    severity="error",
    title="资金总额与各项资金之和不符",
    why="总额行填错或漏填，执行率和得分随之出错。",
    mend="按各项资金重新加总，改正总额行和执行率。",
)
def funds_wrong(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement with the columns that do not add up."""
    for statement in statements(document):
        wrong = [(n, t, p) for n, t, p, closed in _columns(statement) if _mismatch(t, p, closed)]
        if wrong:
            said = "；".join(
                f"{name}总额{number(total)}元，各项之和{number(sum(parts, Decimal(0)))}元"
                for name, total, parts in wrong
            )
            lines = at(*(n for e in statement.execution for n in e.lines))
            yield Finding("funds-total", "error", lines or at(head_line(statement)), said)


@rule(
    id="forecast-missing",
    severity="warning",
    title="没有填全年预计执行数",
    why="监控的目的是判断年底能否完成，缺预计数就无法判断。",
    mend="按当前进度测算全年预计执行数并填写。",
)
def forecast(document: PlanDocument) -> Iterator[Finding]:
    """Rows of a monitoring form with a budget and no forecast; one finding a statement."""
    if "监控" not in document.form:
        return
    for statement in statements(document):
        rows = [
            e
            for e in statement.execution
            if budget_of(e) is not None and (e.forecast is None or e.forecast.yuan is None)
        ]
        if rows:
            names = "、".join(f"“{e.name}”" for e in rows)
            yield Finding(
                "forecast-missing",
                "warning",
                at(*(n for e in rows for n in e.lines)),
                f"{names}的全年预计执行数空白",
            )


@rule(
    id="execution-over",
    severity="error",
    title="执行数超过预算数",
    why="支出不能超过预算；超出说明预算调整没有填，或金额单位写错。",
    mend="核对执行数和单位；有调整预算的填写调整后预算数。",
)
def over(document: PlanDocument) -> Iterator[Finding]:
    """One finding a row that spent more than it had; rows of a budget of 0 are left to the totals."""
    for statement in statements(document):
        for row in statement.execution:
            rate = rate_of(row)
            if rate is not None and rate > 100:
                yield Finding(
                    "execution-over", "error", at(*row.lines), f"{row.name}：{_fraction(row)} = {rate:.2f}%"
                )


@rule(
    id="execution-score",
    severity="warning",
    title="预算执行得分与执行率不符",
    why="预算执行得分 = 执行率 × 分值，不超过分值。",
    mend="按执行率重新计算得分；本地另有档次规定的写明依据。",
)
def score(document: PlanDocument) -> Iterator[Finding]:
    """A score that differs from rate × weight by more than 0.1."""
    for _, row, stated, computed in _rated(document):
        if row.weight is None or row.score is None or not _agrees(stated, computed):
            continue
        due = min(computed, Decimal(100)) * row.weight / 100
        if abs(due - row.score) > Decimal("0.1"):
            said = (
                f"执行率{number(stated)}%，分值{number(row.weight)}，应得{due:.2f}分，写{number(row.score)}分"
            )
            message = f"{row.name}：{said}"
            yield Finding("execution-score", "warning", at(*row.lines), message)
