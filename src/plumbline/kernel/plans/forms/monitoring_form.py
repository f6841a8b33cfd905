"""绩效运行监控表: spend and indicators up to a checkpoint, and whether the year's target will be met.

Columns follow the common form (年初预算数 | 1-N月执行数 | 全年预计执行数; 完成目标可能性).
"""

from __future__ import annotations

from plumbline.kernel.errors import FormError
from plumbline.kernel.plans.forms.data import IndicatorRow, Money, ProjectForm
from plumbline.kernel.plans.forms.figures import rate, wan
from plumbline.kernel.plans.forms.grid import Cell, Form
from plumbline.kernel.plans.forms.indicator_rows import indicator_rows

WIDTHS = (8, 9, 14, 10, 12, 9, 9, 14, 14)


def monitoring_form(project: ProjectForm) -> Form:
    """The 绩效运行监控表 of one project, amounts in 万元.

    Raises:
        FormError: `project.until` is missing.
    """
    if project.until is None:
        raise FormError("运行监控表需要监控截止日期", advice="请选择监控节点。")
    months = f"1-{project.until.month}月" if project.until.month > 1 else "1月"
    rows: list[tuple[Cell, ...]] = [
        (Cell("项目名称", role="label", columns=2), Cell(project.name, columns=7)),
        (
            Cell("主管部门", role="label", columns=2),
            Cell(project.department, columns=2),
            Cell("项目实施单位", role="label", columns=2),
            Cell(project.implementer, columns=3),
        ),
        *_money_rows(project, months),
        (Cell("年度总体目标", role="label", columns=2), Cell(project.goal, columns=7)),
        *_indicator_part(project, months),
        (
            Cell("偏差或不能完成目标原因分析", role="label", columns=2),
            Cell(project.cause, columns=7, answer="cause", subject=project.key),
        ),
        (
            Cell("整改措施", role="label", columns=2),
            Cell(project.measure, columns=7, answer="measure", subject=project.key),
        ),
    ]
    return Form(
        kind="monitoring",
        project=project.key,
        title=f"{project.name}绩效运行监控表",
        left=(
            f"项目单位（盖章）：{project.organisation}　"
            f"（{project.year}年度，截至{project.until.month}月{project.until.day}日）"
        ),
        right="单位：万元",
        widths=WIDTHS,
        rows=tuple(rows),
        notes=(
            "完成目标可能性填写：确定能、有可能、完全不可能。",
            *((project.sources,) if project.sources else ()),
        ),
        landscape=True,
    )


def _money_rows(project: ProjectForm, months: str) -> list[tuple[Cell, ...]]:
    lines = [project.total, *project.funds]
    head = (
        Cell("项目资金（万元）", role="label", columns=2, rows=1 + len(lines)),
        Cell("", role="head"),
        Cell("年初预算数", role="head", columns=2),
        Cell(f"{months}执行数", role="head", columns=2),
        Cell(f"{months}执行率", role="head"),
        Cell("全年预计执行数", role="head"),
    )
    return [head, *(_money_row(line, first=n == 0) for n, line in enumerate(lines))]


def _money_row(line: Money, *, first: bool) -> tuple[Cell, ...]:
    return (
        Cell(f"{line.name}：" if first else f"其中：{line.name}", role="label"),
        Cell(wan(line.initial), role="number", columns=2),
        Cell(wan(line.executed), role="number", columns=2),
        Cell(rate(line.executed, line.initial), role="number"),
        Cell(wan(line.forecast), role="number"),
    )


def _indicator_part(project: ProjectForm, months: str) -> list[tuple[Cell, ...]]:
    def rest(item: IndicatorRow) -> tuple[Cell, ...]:
        return (
            Cell(item.target),
            Cell(item.actual, answer="actual", subject=item.key),
            Cell(item.forecast),
            Cell(item.likelihood, answer="likelihood", subject=item.key),
            Cell(item.cause, answer="cause", subject=item.key),
            Cell(item.measure, answer="measure", subject=item.key),
        )

    head = tuple(
        Cell(text, role="head")
        for text in (
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            f"{months}执行情况",
            "全年预计完成情况",
            "完成目标可能性",
            "偏差原因分析",
            "整改措施",
        )
    )
    return [head, *indicator_rows(project.indicators, rest=rest)]
