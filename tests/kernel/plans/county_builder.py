"""An invented county plan in the county form, written as text, .docx, .xlsx parts or a web page.

示例县 does not exist. The same plan in every format must read the same, whatever the separators.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import docx

ORG = "中共示例县委网络安全和信息化委员会办公室"
LABEL = f"415001{ORG}本级"
COLUMNS = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")


@dataclass(frozen=True)
class Row:
    level1: str
    level2: str
    name: str
    description: str
    target: str
    basis: str = "工作计划"


@dataclass(frozen=True)
class Sample:
    """One project: what prose and table say of it."""

    name: str
    code: str
    amount: str
    use: str
    goal: str
    rows: Sequence[Row] = field(default_factory=tuple)


ROWS = (
    Row("产出指标", "数量指标", "开展网络安全检查次数", "全年检查的次数", "≥12次"),
    Row("产出指标", "质量指标", "问题整改完成率", "已整改问题占发现问题的比例", "≥95%"),
    Row("产出指标", "时效指标", "检查完成时间", "完成全部检查的时限", "2024年12月31日前"),
    Row("产出指标", "成本指标", "检查总成本", "项目支出不超过预算", "≤30万元"),
    Row("效益指标", "社会效益指标", "网络安全事件发生数", "较大以上网络安全事件", "≤1起"),
    Row("满意度指标", "服务对象满意度指标", "受检单位满意度", "对检查工作的满意程度", "≥90%"),
)
PROJECTS = (
    Sample(
        "网络安全检查服务",
        "41502324P00AB1234567C",
        "300000.00",
        "检查服务费20万元，专家费10万元",
        "完成全年检查",
        ROWS,
    ),
    Sample(
        "网信宣传活动",
        "41502324P00AB1234568D",
        "85000.00",
        "宣传品制作8.5万元",
        "办好网络安全宣传周",
        ROWS[:2] + ROWS[4:],
    ),
)
PERCENTS = ("25%", "50%", "75%", "100%")
HEADS = ("3月底", "6月底", "10月底", "12月底")


def prose(
    *, wan: bool = False, dash: str = "-", quotes: str = "“”", points: str = "", separator: str = "；"
) -> list[str]:
    """Part one as paragraphs."""
    lines = [
        "第一部分",
        "部门整体绩效目标",
        "一、总体绩效目标",
        "中共示例县委网信办2024年度总体绩效目标",
        f"{ORG}，为县委办事机构，机构规格正科级。县委网信办内设2个科室：综合股、网络安全股。",
        "2024年申请预算资金支持人员类项目500000元，运转类项目385000元。",
        "运转类项目总体绩效目标是：",
        "1.做好网络安全检查。",
        "2.办好网络安全宣传周。",
        "二、分项绩效目标",
    ]
    for number, project in enumerate(PROJECTS, 1):
        amount = f"{float(project.amount) / 10000:g}万元" if wan else f"{float(project.amount):g}元"
        plan = points or "资金累计支出进度3月底、6月底、10月底、12月底分别达到25%、50%、75%、100%"
        items = separator.join(
            f"{row.level1}{dash}{row.level2}{dash}{row.name}（{row.description}），指标值{row.target}"
            for row in project.rows
        )
        lines.append(
            f"{number}.{quotes[:1]}{project.name}{quotes[1:]}项目年初预算{amount}，项目主要目标是{project.goal}。{plan}。"
            f"项目共设产出指标、效益指标、满意度指标三个一级指标，下设{len(project.rows)}个三级指标。"
            f"具体为：{items}。以上指标依据为工作计划。"
        )
    lines += ["三、工作保障措施", "一、加强领导。", "二、严格管理。", "第二部分", "预算项目绩效目标"]
    return lines


def grid(
    project: Sample, *, unit: str = "元", percents: Sequence[str] = PERCENTS, heads: Sequence[str] = HEADS
) -> list[list[str]]:
    """The table of a project as rows of cells; a merged cell is empty below its first row."""
    amount = project.amount if unit == "元" else f"{float(project.amount) / 10000:g}"
    rows = [
        ["项目编码", project.code, "项目名称", project.name],
        ["预算规模及资金用途", "预算数", amount, "其中：财政    资金", amount, "其他资金", ""],
        ["", project.use],
        ["资金支出计划（%）", *heads],
        ["", *percents],
        ["绩效目标", f"1.{project.goal}"],
        list(COLUMNS),
    ]
    level1 = ""
    for row in project.rows:
        rows.append(
            [
                row.level1 if row.level1 != level1 else "",
                row.level2,
                row.name,
                row.description,
                row.target,
                row.basis,
            ]
        )
        level1 = row.level1
    return rows


def text(lines: Sequence[str] | None = None, *, tabs: bool = True, blank: bool = True, **how: str) -> str:
    """The whole plan as text: each cell on a line, with or without tabs and empty lines."""
    out = list(prose() if lines is None else lines)
    for number, project in enumerate(PROJECTS, 1):
        out += ["", f"{number}.{project.name}绩效目标表"]
        mark = "\t" if tabs else ""
        out += [f"{mark}{LABEL}", f"{mark}单位：{how.get('unit', '元')}", ""]
        for row in grid(project, unit=how.get("unit", "元")):
            cells = row if tabs else [cell for cell in row if cell]
            out += [f"{mark}{cell}" for cell in cells]
            if blank:
                out.append("")
    return "\n".join(out) + "\n"


def word(*, merged: bool = True, title_inside: bool = False) -> bytes:
    """The plan as .docx with real tables."""
    document = docx.Document()
    for line in prose():
        document.add_paragraph(line)
    for number, project in enumerate(PROJECTS, 1):
        title = f"{number}.{project.name}绩效目标表"
        rows = grid(project)
        if title_inside:
            rows = [[title], *rows]
        else:
            document.add_paragraph(title)
        document.add_paragraph(LABEL)
        document.add_paragraph("单位：元")
        add_table(document, rows, merged=merged)
        document.add_paragraph("")
    return saved(document)


def add_table(document: docx.document.Document, rows: Sequence[Sequence[str]], *, merged: bool) -> None:
    """A table of 12 columns: cells of a short row span, empty first cells join the one above."""
    width = 12
    table = document.add_table(len(rows), width, style="Table Grid")
    above = None
    for index, row in enumerate(rows):
        edges = [round(width * position / len(row)) for position in range(len(row) + 1)]
        for position, cell_text in enumerate(row):
            cell = table.cell(index, edges[position])
            if edges[position + 1] - 1 > edges[position]:
                cell = cell.merge(table.cell(index, edges[position + 1] - 1))
            cell.text = cell_text
            if position == 0:
                if merged and not cell_text and above is not None and above[1] == edges[1]:
                    above[0].merge(cell)
                    above[0].text = above[2]
                else:
                    above = (cell, edges[1], cell_text)


def saved(document: docx.document.Document) -> bytes:
    """The bytes of a document."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
