"""绩效自评表: the common form of the Ministry of Finance's notice on project evaluation.

Columns: 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分, then
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施.
"""

from __future__ import annotations

from decimal import Decimal

from plumbline.kernel.plans.forms.data import IndicatorRow, Money, ProjectForm
from plumbline.kernel.plans.forms.figures import plain, rate, wan
from plumbline.kernel.plans.forms.grid import Cell, Form
from plumbline.kernel.plans.forms.indicator_rows import indicator_rows

#: the budget block has nine parts, the indicators eight: the cause stands over the last two
WIDTHS = (8, 10, 14, 12, 12, 11, 9, 10, 9)
WHOLE = Decimal(100)


def evaluation_form(project: ProjectForm) -> Form:
    """The 绩效自评表 of one project, amounts in 万元."""
    rows: list[tuple[Cell, ...]] = [
        (Cell("项目名称", role="label", columns=2), Cell(project.name, columns=7)),
        (
            Cell("主管部门", role="label", columns=2),
            Cell(project.department, columns=2),
            Cell("实施单位", role="label"),
            Cell(project.implementer, columns=4),
        ),
        *_money_rows(project),
        (
            Cell("年度总体目标", role="label", columns=2, rows=2),
            Cell("预期目标", role="head", columns=3),
            Cell("实际完成情况", role="head", columns=4),
        ),
        (
            Cell(project.goal, columns=3),
            Cell(project.goal_actual, columns=4, answer="goal_actual", subject=project.key),
        ),
        *_indicator_part(project),
        _total_row(project),
    ]
    return Form(
        kind="evaluation",
        project=project.key,
        title=f"项目支出绩效自评表（{project.year}年度）",
        left=f"{project.organisation_code}{project.organisation}",
        right="单位：万元",
        widths=WIDTHS,
        rows=tuple(rows),
        notes=(
            *((f"评价等级：{project.grade}",) if project.grade else ()),
            *((project.sources,) if project.sources else ()),
            "填表人：　　　　　　　　　　负责人：　　　　　　　　　　联系电话：",
        ),
    )


def _money_rows(project: ProjectForm) -> list[tuple[Cell, ...]]:
    lines = [project.total, *project.funds]
    headings = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    return [
        (
            Cell("项目资金（万元）", role="label", columns=2, rows=1 + len(lines)),
            *(Cell(text, role="head") for text in headings),
        ),
        *(_money_row(project, line, first=n == 0) for n, line in enumerate(lines)),
    ]


def _money_row(project: ProjectForm, line: Money, *, first: bool) -> tuple[Cell, ...]:
    budget = line.adjusted if line.adjusted is not None else line.initial
    # only the total is scored; the parts carry a dash, as the form prints it
    weight, score = (project.execution_weight, project.execution_score) if first else (None, None)
    return (
        Cell(f"{line.name}：" if first else f"其中：{line.name}", role="label"),
        *(Cell(wan(amount), role="number") for amount in (line.initial, line.adjusted, line.executed)),
        Cell(plain(weight) if first else "—", role="number", number=weight),
        Cell(rate(line.executed, budget), role="number"),
        Cell(plain(score) if first else "—", role="number", number=score),
    )


def _indicator_part(project: ProjectForm) -> list[tuple[Cell, ...]]:
    def rest(item: IndicatorRow) -> tuple[Cell, ...]:
        return (
            Cell(item.target),
            Cell(item.actual, answer="actual", subject=item.key),
            Cell(plain(item.weight), role="number", number=item.weight),
            Cell(plain(item.score), role="number", number=item.score),
            Cell(
                _reason(item),
                columns=2,
                answer="cause",
                subject=item.key,
            ),
        )

    headings = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
    head = (
        *(Cell(text, role="head") for text in headings),
        Cell("偏差原因分析及改进措施", role="head", columns=2),
    )
    return [head, *indicator_rows(project.indicators, rest=rest)]


def _total_row(project: ProjectForm) -> tuple[Cell, ...]:
    """The sum of the weights: blank while the execution has none, lest 90 be taken for the whole."""
    weights = [
        w for w in (project.execution_weight, *(i.weight for i in project.indicators)) if w is not None
    ]
    total = sum(weights, Decimal(0)) if weights else None
    if project.execution_weight is None and total != WHOLE:
        total = None
    return (
        Cell("总分", role="total", columns=5),
        Cell(plain(total), role="total", number=total),
        Cell(plain(project.total_score), role="total", number=project.total_score),
        Cell("", columns=2, role="total"),
    )


def _reason(item: IndicatorRow) -> str:
    """Cause and improvement in the one cell that the form has for both."""
    if not (item.cause and item.measure):
        return item.cause or item.measure
    return item.cause + ("" if item.cause.endswith(("。", "；")) else "；") + item.measure
