"""Small invented checklists in the shapes that offices write them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook


def workbook(*sheets: tuple[str, Sequence[Sequence[object]], Sequence[str]]) -> bytes:
    """Sheets of (title, rows, merged ranges) as a workbook."""
    book = Workbook()
    book.remove(book.active)
    for title, rows, merged in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for place in merged:
            sheet.merge_cells(place)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


#: a title, sections as rows that are merged across, notes and signatures below
ROWS = workbook(
    (
        "检查表",
        [
            ["示例县2026年网络安全检查表"],
            ["被检查单位：", None, None, "检查日期：", None],
            ["序号", "检查项目", "检查方法", "法律依据", "分值"],
            ["一、责任制落实"],
            [1, "明确主要负责人", "查阅文件", "责任制实施办法第二条", 3],
            [2, "每年研究网络安全工作", "查阅纪要", "责任制实施办法第三条", "2分"],
            ["二、防护措施"],
            ["（一）等级保护"],
            [1, "完成定级备案", "查阅备案证明", "网络安全法", 5],
            ["（二）口令管理"],
            [1, "不使用弱口令", "抽查", None, 5],
            [],
            ["合计", None, None, None, 15],
            ["注：不适用的项目请说明理由。"],
            ["检查人（签字）：", None, None, "日期："],
        ],
        ["A1:E1", "A4:E4", "A7:E7", "A8:E8", "A10:E10", "A14:E14"],
    )
)

#: sections in columns of their own, merged downwards; a head of two rows; boxes to tick
COLUMNS = workbook(
    (
        "自查表",
        [
            ["检查类别", "检查要点", "评分", None, "检查结果", "佐证材料", "备注"],
            [None, None, "分值", "评分标准", None, None, None],
            ["责任制", "明确责任人", 4, "未明确不得分", "□是 □否", "任命文件", None],
            [None, "签订责任书", 2, "缺一份扣1分", "□是 □否", None, None],
            [
                "技术防护",
                "安装杀毒软件",
                4,
                "每缺一台扣0.5分",
                "□符合 □部分符合 □不符合 □不适用",
                "截图",
                None,
            ],
            [None, "备份方式", None, None, "□本地 □异地 □没有", None, None],
        ],
        ["A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2", "G1:G2", "A3:A4", "A5:A6"],
    )
)
