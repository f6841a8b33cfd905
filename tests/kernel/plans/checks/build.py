"""Small plan documents for the tests of the checks: lines are given out as the parts are written."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from plumbline.kernel.plans import checking
from plumbline.kernel.plans.document import (
    Actual,
    Amount,
    CategoryGoal,
    Execution,
    Indicator,
    Organisation,
    PlanDocument,
    Project,
    ProjectStatement,
    SpendPoint,
    Text,
)
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.source import Line, Source
from plumbline.kernel.plans.target import parse

OUTPUT, BENEFIT, SATISFACTION = "产出指标", "效益指标", "满意度指标"
MONTHS = (3, 6, 10, 12)


@dataclass
class Row:
    """An indicator to be placed. `kind` is the level 2 without 指标."""

    name: str | None
    target: str
    kind: str = "数量"
    description: str | None = "统计口径见年度工作方案"
    level1: str = OUTPUT
    basis: str | None = "工作方案"
    weight: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


def row(name: str | None, target: str, kind: str = "数量", **values: Any) -> Row:
    """A row; `level1`, `description`, `basis`, `weight` and other fields of Indicator as keywords."""
    own = {k: values.pop(k) for k in ("level1", "description", "basis", "weight") if k in values}
    return Row(name, target, kind, more=values, **own)


class Plan:
    """A document under construction: every call writes lines and remembers their numbers."""

    def __init__(
        self, *, year: int | None = 2024, form: str = "目标表", name: str = "示例县委网信办"
    ) -> None:
        self.lines: list[str] = []
        self.year, self.form = year, form
        self.organisation = Organisation(name)
        self.projects: dict[str, list[ProjectStatement]] = {}
        self.totals: list[Amount] = []
        self.goals: list[Text] = []
        self.safeguards: list[Text] = []
        self.category_goals: list[CategoryGoal] = []
        self.headings: list[Text] = []
        self.noise: list[Text] = []

    def line(self, text: str) -> int:
        """Write one line; its number."""
        self.lines.append(text)
        return len(self.lines)

    def amount(self, value: str | None, name: str, line: int) -> Amount:
        yuan = Decimal(value) if value else None
        return Amount(yuan, value or "", "元", name, (line,))

    def total(self, **amounts: str) -> int:
        """One line with category totals."""
        number = self.line("，".join(f"{name}{value}元" for name, value in amounts.items()))
        self.totals += [self.amount(value, name, number) for name, value in amounts.items()]
        return number

    def text(self, name: str, *rows: Row, key: str | None = None, **fields: Any) -> int:
        """One paragraph about a project; the number of its line."""
        number = self.line(fields.pop("raw", f"“{name}”项目"))
        indicators = tuple(self._told(r, number) for r in rows)
        budget = fields.pop("budget", None)
        plan = fields.pop("plan", ())
        statement = ProjectStatement(
            origin="text",
            name=name,
            lines=(number,),
            budget=self.amount(budget, "年初预算", number) if budget else None,
            indicators=indicators,
            spend_points=tuple(self._point(m, p, (number,)) for m, p in zip(MONTHS, plan, strict=False)),
            raw=self.lines[number - 1],
            basis=fields.pop("basis", "示财预〔2023〕1号"),
            spans={"name": number},
            **fields,
        )
        self.projects.setdefault(key or name, []).append(statement)
        return number

    def table(self, name: str, *rows: Row, key: str | None = None, **fields: Any) -> dict[str, int]:
        """A table of a project, one line a cell; the lines of its fields ("0.target" for a row's)."""
        at: dict[str, int] = {"title": self.line(fields.pop("title", f"{name}绩效目标表"))}
        at["currency"] = self.line(f"单位：{fields.pop('currency', '元')}")
        code = fields.pop("code", None)
        at["code"] = self.line(code or "")
        at["name"] = self.line(name)
        budget, funds = fields.pop("budget", None), fields.pop("funds", {})
        at["budget"] = self.line(budget or "")
        placed = []
        for fund, value in funds.items():
            at[fund] = self.line(value or "")
            placed.append(self.amount(value, fund, at[fund]))
        for label in ("use", "goal"):
            at[label] = self.line(fields.get(label) or "")
        points = []
        for month, percent in zip(MONTHS, fields.pop("plan", ()), strict=False):
            head = self.line(f"{month}月底")
            at[f"plan{month}"] = self.line(percent)
            points.append(self._point(month, percent, (head, at[f"plan{month}"])))
        execution = tuple(self._execution(e, at, i) for i, e in enumerate(fields.pop("execution", ())))
        indicators = tuple(self._listed(r, at, i) for i, r in enumerate(rows))
        last = self.line("")
        statement = ProjectStatement(
            origin="table",
            name=name,
            lines=tuple(range(at["title"], last + 1)),
            code=code,
            title=self.lines[at["title"] - 1],
            budget=self.amount(budget, "预算数", at["budget"]) if budget is not None else None,
            funds=tuple(placed),
            indicators=indicators,
            spend_points=tuple(points),
            execution=execution,
            spans={k: v for k, v in at.items() if "." not in k},
            **fields,
        )
        self.projects.setdefault(key or name, []).append(statement)
        return at

    def _told(self, r: Row, number: int) -> Indicator:
        names = ("level1", "level2", "level3", "description", "target")
        return Indicator(
            level1=r.level1,
            level2=f"{r.kind}指标",
            level3=r.name,
            description=r.description,
            target=parse(r.target),
            basis=None,
            weight=None,
            origin="text",
            lines=(number,),
            spans=dict.fromkeys(names, number),
            **{"raw": f"指标值{r.target}", **r.more},
        )

    def _listed(self, r: Row, at: dict[str, int], index: int) -> Indicator:
        spans: dict[str, int] = {}
        cells = (
            ("level1", r.level1),
            ("level2", f"{r.kind}指标"),
            ("level3", r.name),
            ("description", r.description),
            ("target", r.target),
            ("weight", r.weight),
            ("basis", r.basis),
        )
        for label, text in cells:
            number = self.line(text or "")
            at[f"{index}.{label}"] = number
            if text:
                spans[label] = number
        more = dict(r.more)
        if isinstance(more.get("actual"), str):
            raw = more["actual"]
            at[f"{index}.actual"] = self.line(raw)
            read = parse(raw)
            more["actual"] = Actual(raw, read.value, read.unit, (at[f"{index}.actual"],))
        return Indicator(
            level1=r.level1,
            level2=f"{r.kind}指标",
            level3=r.name,
            description=r.description,
            target=parse(r.target),
            basis=r.basis,
            weight=Decimal(r.weight) if r.weight else None,
            origin="table",
            lines=tuple(sorted(set(spans.values()))),
            spans=spans,
            **more,
        )

    def _execution(self, values: dict[str, str], at: dict[str, int], index: int) -> Execution:
        at[f"e{index}"] = number = self.line(" ".join(values.values()))
        money = {
            k: self.amount(values[k], k, number)
            for k in ("initial", "adjusted", "executed", "forecast")
            if k in values
        }
        numbers = {k: Decimal(values[k]) for k in ("rate", "weight", "score") if k in values}
        return Execution(values["name"], lines=(number,), **money, **numbers)

    def _point(self, month: int, percent: str, lines: tuple[int, ...]) -> SpendPoint:
        year = self.year or 2024
        day = date(year, month, monthrange(year, month)[1])
        return SpendPoint(day, Decimal(percent.rstrip("%％")), f"{month}月底", percent, lines)

    def document(self) -> PlanDocument:
        source = Source(
            "示例.txt",
            "txt",
            tuple(Line(i, text, f"第{i}行") for i, text in enumerate(self.lines, 1)),
        )
        return PlanDocument(
            source=source,
            layout="test",
            form=self.form,
            year=self.year,
            organisation=self.organisation,
            projects=tuple(Project(tuple(s)) for s in self.projects.values()),
            totals=tuple(self.totals),
            goals=tuple(self.goals),
            safeguards=tuple(self.safeguards),
            category_goals=tuple(self.category_goals),
            headings=tuple(self.headings),
            noise=tuple(self.noise),
        )

    def found(self, rule: str, severity: str | None = None) -> list[Finding]:
        """What the checks find under one rule."""
        every = checking.check(self.document())
        return [f for f in every if f.rule == rule and severity in (None, f.severity)]

    def lines_of(self, rule: str, severity: str | None = None) -> list[tuple[int, ...]]:
        """The lines of what the checks find under one rule."""
        return [f.lines for f in self.found(rule, severity)]


def one(*rows: Row, **fields: Any) -> tuple[Plan, dict[str, int]]:
    """A plan with one table."""
    plan = Plan(**{k: fields.pop(k) for k in ("year", "form") if k in fields})
    return plan, plan.table("网络安全检查", *rows, **fields)


def told(*rows: Row, **fields: Any) -> tuple[Plan, int]:
    """A plan with one paragraph."""
    plan = Plan(**{k: fields.pop(k) for k in ("year", "form") if k in fields})
    return plan, plan.text("网络安全检查", *rows, **fields)
