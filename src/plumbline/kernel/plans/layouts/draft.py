"""A statement while it is being put together from the pieces of a form."""

from __future__ import annotations

import calendar
import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from plumbline.kernel.plans.amount import parse_amount
from plumbline.kernel.plans.document import (
    Amount,
    Execution,
    Indicator,
    ProjectStatement,
    SpendPoint,
    Text,
)
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.grid import Piece

_CODE = re.compile(r"^(?=[0-9A-Z]*\d)([0-9A-Z]{3,32})\s*[-—_－]\s*(\S.*)$", re.DOTALL)
_UNIT_CODE = re.compile(r"^(?!20\d\d年)(\d{3,12})\s*[-—_－]?\s*([\u4e00-\u9fff].*)$", re.DOTALL)
_QUARTERS = {"一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12, "上半年": 6, "年底": 12, "全年": 12}
#: attribute under which cells stand that no label, heading or column claims
UNCLAIMED = "其他内容"


def coded_name(text: str) -> tuple[str | None, str]:
    """Code and name of “51000021R000000019951-工资性支出”; no code where there is none."""
    match = _CODE.match(text.strip())
    return (match[1], match[2].strip()) if match else (None, text.strip())


def unit_name(text: str) -> tuple[str | None, str]:
    """Code and name of “820001-丙镇人民政府” or “374001某办公室本级”."""
    bare = re.sub(r"[\s\u3000]*[(（]\d{4}年.*$", "", text.strip())
    match = _UNIT_CODE.match(bare)
    if match is None:
        return None, bare
    return match[1], re.sub(r"[-—]\d{6,}$", "", match[2].strip())


def number(text: str) -> Decimal | None:
    """The plain number of a cell such as 10, 10分, 1,234.5, 99.5%; None where it is none."""
    match = re.fullmatch(r"([-+]?[\d,]*\d(?:\.\d+)?)(?:分|%)?", v.plain(text))
    if match is None:
        return None
    try:
        return Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        return None


def money(piece: Piece, *, unit: str, name: str) -> Amount:
    """The amount in a cell; its own unit, if it has one, goes before the table's."""
    return parse_amount(piece.text, unit=unit, name=name, lines=(piece.line,))


def last_day(year: int, text: str) -> date | None:
    """The last day of the month or quarter that a heading of the spend plan names (6月底, 二季度)."""
    bare = v.plain(text)
    match = re.search(r"(\d{1,2})月", bare)
    month = int(match[1]) if match else next((m for w, m in _QUARTERS.items() if w in bare), 0)
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def is_plan_head(text: str) -> bool:
    """A column of the spend plan: 3月底, 一季度."""
    bare = v.plain(text)
    return bool(re.fullmatch(r"(?:截至|到)?\d{1,2}月(?:底|末|份|\d{1,2}日)?前?", bare)) or bare in _QUARTERS


@dataclass(slots=True)
class Draft:
    """What is known of one project's form so far; `statement` closes it."""

    title: str = ""
    name: str = ""
    code: str | None = None
    year: int | None = None
    unit: str = ""
    budget: Amount | None = None
    funds: list[Amount] = field(default_factory=list)
    use: list[Piece] = field(default_factory=list)
    basis: list[Piece] = field(default_factory=list)
    goal: list[Piece] = field(default_factory=list)
    goal_actual: list[Piece] = field(default_factory=list)
    plan_heads: list[Piece] = field(default_factory=list)
    plan_values: list[Piece] = field(default_factory=list)
    #: 预算数 and 执行数 as labelled values side by side, in a form without columns for them
    pair: dict[str, Amount] = field(default_factory=dict)
    pair_rate: Decimal | None = None
    execution: list[Execution] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    levels: dict[str, Decimal] = field(default_factory=dict)
    total_weight: Decimal | None = None
    total_score: Decimal | None = None
    attributes: dict[str, Text] = field(default_factory=dict)
    spans: dict[str, int] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    complete: bool = True

    @property
    def filled(self) -> bool:
        """It says something of a project."""
        return bool(self.name or self.indicators or self.execution or self.funds)

    def see(self, piece: Piece) -> None:
        """Count a piece as part of the form."""
        if piece.line:
            self.lines.add(piece.line)

    def note(self, label: str, piece: Piece) -> None:
        """Keep a labelled value; a second one of the same label is added to the first."""
        before = self.attributes.get(label)
        if not piece.text:
            self.attributes.setdefault(label, Text("", ()))
            return
        if before is None or not before.value:
            self.attributes[label] = Text(piece.text, (piece.line,))
            return
        lines = before.lines if piece.line in before.lines else (*before.lines, piece.line)
        gap = " " if piece.line == before.lines[-1] else "\n"
        self.attributes[label] = Text(before.value + gap + piece.text, lines)

    def named(self, piece: Piece) -> None:
        """Take a cell as the project's name, with its code where the cell holds both."""
        if self.name:
            self.note(UNCLAIMED, piece)
            return
        code, name = coded_name(piece.text)
        self.name = name
        self.spans["name"] = piece.line
        if code:
            self.code = self.code or code
            self.spans.setdefault("code", piece.line)
            self.note("项目名称", piece)

    def statement(self, year: int | None, number_: int | None = None) -> ProjectStatement:
        """The finished statement."""
        if self.pair:
            self._pair_up()
        return ProjectStatement(
            origin="table",
            name=self.name or self._stand_in(),
            lines=tuple(sorted(self.lines)),
            code=self.code,
            number=number_,
            title=self.title,
            budget=self.budget or self._budget(),
            funds=tuple(self.funds),
            use=_text(self.use),
            goal=_text(self.goal),
            goal_actual=_text(self.goal_actual),
            basis=_text(self.basis),
            spend_points=self._spend_points(self.year or year),
            indicators=tuple(self.indicators),
            execution=tuple(self.execution),
            levels=self.levels,
            total_weight=self.total_weight,
            total_score=self.total_score,
            attributes=self.attributes,
            complete=self.complete,
            spans=self.spans,
            raw="\n".join(self.raw),
        )

    def _pair_up(self) -> None:
        """预算数 | 8.00 | 执行数 | 7.60, and below it each fund twice: rows of the block on money."""
        pair = self.pair
        lines = tuple(sorted({line for amount in pair.values() for line in amount.lines}))
        self.execution.append(
            Execution(
                "年度资金总额",
                initial=pair.get("initial"),
                adjusted=pair.get("adjusted"),
                executed=pair.get("executed"),
                rate=self.pair_rate,
                lines=lines,
            )
        )
        names = [amount.name for amount in self.funds]
        for name in [n for n in dict.fromkeys(names) if names.count(n) == 2]:
            budget, executed = (amount for amount in self.funds if amount.name == name)
            row = tuple(sorted({*budget.lines, *executed.lines}))
            self.execution.append(Execution(name, adjusted=budget, executed=executed, lines=row))
            self.funds = [amount for amount in self.funds if amount.name != name]

    def _stand_in(self) -> str:
        """A form on a whole department has no project name: the department's stands for it."""
        for label in (
            "部门名称",
            "单位名称",
            "预算单位",
            "填报单位",
            "预算部门",
            "项目单位",
            "实施单位",
            "主管部门",
        ):
            text = self.attributes.get(label)
            if text and text.value:
                return unit_name(text.value)[1]
        return re.sub(r"\s+", "", self.title) or "（未写名称）"

    def _budget(self) -> Amount | None:
        for row in self.execution:
            if v.fund_row(row.name) == "total":
                return row.adjusted or row.initial
        totals = [a for a in self.funds if v.fund_row(a.name) == "total"]
        yearly = [a for a in totals if "年度" in a.name or "全年" in a.name]
        return next(iter(yearly or totals), None)

    def _spend_points(self, year: int | None) -> tuple[SpendPoint, ...]:
        out = []
        for head, value in zip(self.plan_heads, self.plan_values, strict=False):
            day, percent = last_day(year or 0, head.text), number(value.text)
            if day is None or percent is None:
                self.note("资金支出计划", head)
                self.note("资金支出计划", value)
                continue
            out.append(SpendPoint(day, percent, head.text, value.text, (head.line, value.line)))
        return tuple(out)


def _text(pieces: list[Piece]) -> str | None:
    if not pieces:
        return None
    out = pieces[0].text
    for before, piece in itertools.pairwise(pieces):
        out += (" " if piece.line == before.line else "\n") + piece.text
    return out
