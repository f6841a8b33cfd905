"""绩效目标表: the county's form, as it is published with the budget."""

from __future__ import annotations

from decimal import Decimal

from plumbline.kernel.plans.forms.data import IndicatorRow, ProjectForm
from plumbline.kernel.plans.forms.figures import month_end, percent, plain, yuan
from plumbline.kernel.plans.forms.grid import Cell, Form
from plumbline.kernel.plans.forms.indicator_rows import indicator_rows

#: twelve columns: the least that lets one, two, three, four and six parts stand below each other
WIDTHS = (8, 9, 6, 7, 8, 8, 8, 7, 7, 7, 8, 11)


def target_form(project: ProjectForm) -> Form:
    """The 绩效目标表 of one project, amounts in yuan.

    A column 分值 is added where any indicator has a weight, so that nothing is lost on the way out.
    """
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("项目编码", role="label", columns=2),
            Cell(project.code, columns=4),
            Cell("项目名称", role="label", columns=2),
            Cell(project.name, columns=4),
        ),
        *_budget_rows(project),
        *_spend_rows(project),
        (Cell("绩效目标", role="label", columns=2), Cell(project.goal, columns=10)),
        *_indicator_part(project),
    ]
    return Form(
        kind="target",
        project=project.key,
        title=f"{project.number}.{project.name}绩效目标表",
        left=f"{project.organisation_code}{project.organisation}",
        right="单位：元",
        widths=WIDTHS,
        rows=tuple(rows),
    )


def _budget_rows(project: ProjectForm) -> list[tuple[Cell, ...]]:
    fiscal = next((f for f in project.funds if "财政" in f.name), None)
    others = [f for f in project.funds if f is not fiscal]
    first = others[0] if others else None
    more = others[1:]
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("预算规模及资金用途", role="label", columns=2, rows=2 + len(more)),
            Cell("预算数", role="label", columns=2),
            _yuan(project.total.initial, columns=2),
            Cell("其中：财政资金", role="label", columns=2),
            _yuan(fiscal.initial if fiscal else None, columns=2),
            Cell(first.name if first else "其他资金", role="label"),
            _yuan(first.initial if first else None),
        )
    ]
    rows += [(Cell("", columns=8), Cell(fund.name, role="label"), _yuan(fund.initial)) for fund in more]
    rows.append((Cell(project.use, columns=10),))
    return rows


def _yuan(value: Decimal | None, *, columns: int = 1) -> Cell:
    return Cell(yuan(value), role="number", number=value, columns=columns)


def _spend_rows(project: ProjectForm) -> list[tuple[Cell, ...]]:
    """One column a spend point, ten columns shared out between them, at most ten points a row."""
    points = project.spend
    if not points:
        return [(Cell("资金支出计划（%）", role="label", columns=2), Cell("", columns=10))]
    rows: list[tuple[Cell, ...]] = []
    for start in range(0, len(points), 10):
        part = points[start : start + 10]
        share, extra = divmod(10, len(part))
        spans = [share + (1 if n < extra else 0) for n in range(len(part))]
        rows.append(
            (
                Cell("资金支出计划（%）", role="label", columns=2, rows=2),
                *(Cell(month_end(p.day), role="head", columns=s) for p, s in zip(part, spans, strict=True)),
            )
        )
        rows.append(
            tuple(Cell(percent(p.percent), role="label", columns=s) for p, s in zip(part, spans, strict=True))
        )
    return rows


def _indicator_part(project: ProjectForm) -> list[tuple[Cell, ...]]:
    weighted = any(i.weight is not None for i in project.indicators)
    # the weight takes its column from level 2
    level2_columns = 1 if weighted else 2

    def rest(item: IndicatorRow) -> tuple[Cell, ...]:
        cells = [
            Cell(item.description, columns=3),
            Cell(item.target, columns=2),
            Cell(item.basis, columns=2),
        ]
        if weighted:
            cells.append(Cell(plain(item.weight), role="number", number=item.weight))
        return tuple(cells)

    head = [
        Cell("一级指标", role="head", columns=1),
        Cell("二级指标", role="head", columns=level2_columns),
        Cell("三级指标", role="head", columns=2),
        Cell("绩效指标描述", role="head", columns=3),
        Cell("指标值", role="head", columns=2),
        Cell("指标值确定依据", role="head", columns=2),
    ]
    if weighted:
        head.append(Cell("分值", role="head"))
    return [
        tuple(head),
        *indicator_rows(project.indicators, rest=rest, level2_columns=level2_columns, level3_columns=2),
    ]
