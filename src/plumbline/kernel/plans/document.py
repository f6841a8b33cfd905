"""The plan as the document says it: organisation, totals, goals, projects, indicators.

Assertions of the prose ("text") and of the tables ("table") stand side by side; `reconcile` in
checks compares them, nothing merges them silently. Raw texts are never rewritten.

Units: amounts are exact `Decimal` yuan, with the unit of the source kept beside them; percents are
`Decimal` with 100 = all. `lines` are numbers of `Source.lines` (1-based).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from plumbline.kernel.plans.source import Source
from plumbline.kernel.plans.stated import Actual, Amount, Comparator, Kind, Origin, Target, Text

__all__ = [
    "Actual", "Amount", "CategoryGoal", "Comparator", "Execution", "Indicator", "Kind", "Organisation",
    "Origin", "PlanDocument", "Project", "ProjectStatement", "SpendPoint", "Target", "Text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """One performance indicator (绩效指标) as one place of the document states it."""

    level1: str
    level2: str
    level3: str | None
    description: str | None
    target: Target
    basis: str | None
    weight: Decimal | None
    origin: Origin
    lines: tuple[int, ...]
    #: lines of single values, by field name ("level1", "level2", "level3", "description",
    #: "target", "unit", "comparator", "weight", "basis", "actual", "score", "cause"); in the
    #: prose all are the paragraph's line. A field that the table leaves out is absent.
    spans: dict[str, int] = field(default_factory=dict)
    #: 指标方向性 where the form has that column ("正向指标" …)
    direction: str | None = None
    #: 全年实际值 / 完成值 / 半年度执行情况
    actual: Actual | None = None
    score: Decimal | None = None
    #: 完成目标可能性
    likelihood: str | None = None
    #: 偏差原因 / 未完成原因
    cause: str | None = None
    #: the indicator as the prose wrote it ("产出指标-数量指标-…（…），指标值=100%"), "" for tables
    raw: str = ""
    #: further cells of the row by the heading of their column (备注, 评分标准, 全年预计完成情况 …)
    attributes: dict[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpendPoint:
    """资金支出计划: by `day` (end of that month) `percent` of the budget is to be spent, cumulated.

    `raw_percent` keeps the source text ("25", "50%"): a missing % is a finding.
    In a table `lines` are (line of the head, line of the percent), so lines[-1] is the percent's.
    """

    day: date
    percent: Decimal
    raw_day: str
    raw_percent: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """One row of the 预算执行 block of a 自评表/监控表 (年度资金总额, 其中:财政资金 …)."""

    name: str
    initial: Amount | None = None
    adjusted: Amount | None = None
    executed: Amount | None = None
    forecast: Amount | None = None
    #: execution rate as stated, in percent
    rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectStatement:
    """What one place (a paragraph of the prose, or a table) says of one project.

    Attributes:
        origin: "text" or "table".
        title: heading of the table ("1.网络安全检查、态势感知平台服务绩效目标表") or "".
        number: the running number in the document, where given.
        declared_level1: level-1 names that the prose announces.
        declared_count: number of indicators that the prose announces.
        levels: level-1 headings with a declared weight ("产出指标" -> 70), where the form has them.
        complete: False when the statement breaks off before its normal end.
        attributes: further labelled values of the form (主管部门, 实施单位, 项目属性 …).
        lines: all lines of the statement; `spans` as for Indicator ("code", "name", "budget",
            "use", "goal", "title", "unit_cell", "currency", "basis", "plan", "head" …).
    """

    origin: Origin
    name: str
    lines: tuple[int, ...]
    code: str | None = None
    number: int | None = None
    title: str = ""
    budget: Amount | None = None
    funds: tuple[Amount, ...] = ()
    use: str | None = None
    goal: str | None = None
    #: what the form says was done (年度总体目标完成情况)
    goal_actual: str | None = None
    basis: str | None = None
    spend_points: tuple[SpendPoint, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    execution: tuple[Execution, ...] = ()
    declared_level1: tuple[str, ...] = ()
    declared_count: int | None = None
    levels: dict[str, Decimal] = field(default_factory=dict)
    total_weight: Decimal | None = None
    total_score: Decimal | None = None
    attributes: dict[str, Text] = field(default_factory=dict)
    complete: bool = True
    spans: dict[str, int] = field(default_factory=dict)
    #: the prose paragraph or the table's text, unchanged
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """One project: its statements in the order of the document, matched by code or name."""

    statements: tuple[ProjectStatement, ...]

    @property
    def text(self) -> ProjectStatement | None:
        """What the prose says of it, if it does."""
        return next((s for s in self.statements if s.origin == "text"), None)

    @property
    def table(self) -> ProjectStatement | None:
        """What its table says, if it has one."""
        return next((s for s in self.statements if s.origin == "table"), None)

    @property
    def name(self) -> str:
        """The table's name (it carries the code and is the official form), else the prose's."""
        return (self.table or self.statements[0]).name

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that the document uses for it."""
        names = dict.fromkeys(s.name for s in self.statements)
        names.pop(self.name, None)
        return tuple(names)

    @property
    def code(self) -> str | None:
        return next((s.code for s in self.statements if s.code), None)

    @property
    def budget(self) -> Amount | None:
        """The first amount stated; checks compare it with the others."""
        return next((s.budget for s in self.statements if s.budget and s.budget.yuan is not None), None)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(i for s in self.statements for i in s.indicators)


@dataclass(frozen=True, slots=True)
class Organisation:
    """The office the plan belongs to."""

    name: str
    aliases: tuple[Text, ...] = ()
    code: str | None = None
    #: how the name is written at each place, in order: Text(value, lines)
    mentions: tuple[Text, ...] = ()
    #: the unit cell of the tables as it stands ("374001…办公室本级")
    label: str | None = None
    #: administrative division (GB/T 2260, six digits) that the project codes begin with
    division: str | None = None
    #: 机构规格 ("正科级")
    rank: str | None = None
    #: 内设机构, by name; `declared_departments` how many the prose announces
    departments: tuple[Text, ...] = ()
    declared_departments: int | None = None


@dataclass(frozen=True, slots=True)
class CategoryGoal:
    """The overall goal of one category of spending (人员类项目总体绩效目标是…).

    `name` is the category as this place writes it; `value` is "" where numbered goals follow.
    `raw` is the whole line.
    """

    name: str
    value: str
    lines: tuple[int, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A whole document.

    Attributes:
        layout: key of the layout that read it.
        form: what kind of form ("目标表", "申报表", "自评表", "监控表").
        year: plan year; None where the document names none.
        totals: amounts by category as the prose states them.
        goals: overall goals (numbered items); `safeguards` the items of 工作保障措施.
        headings: section headings with lines.
        noise: lines that carry no content (page numbers, bookmarks, comments), by what they are.
    """

    source: Source
    layout: str
    form: str
    year: int | None
    organisation: Organisation
    projects: tuple[Project, ...]
    totals: tuple[Amount, ...] = ()
    goals: tuple[Text, ...] = ()
    safeguards: tuple[Text, ...] = ()
    headings: tuple[Text, ...] = ()
    noise: tuple[Text, ...] = ()
    #: False when the document breaks off before its normal end
    complete: bool = True
    #: overall goals by category of spending, where the prose states them
    category_goals: tuple[CategoryGoal, ...] = ()
    #: goals and indicators of fields of work (农村供水保障) that are no projects: no amount, no table
    fields_of_work: tuple[ProjectStatement, ...] = ()
