"""A workbook as a large department would declare: one long table, a thousand projects, some 10 MB."""

from __future__ import annotations

import random
from pathlib import Path

import xlsxwriter

HEADS = (
    "单位名称", "项目名称", "预算数", "年度目标", "一级指标", "二级指标", "三级指标",
    "指标性质", "指标值", "度量单位", "权重", "指标方向性",
)  # fmt: skip
LEVELS = (
    ("产出指标", "数量指标", "≥", "120", "次", "15"),
    ("产出指标", "质量指标", "≥", "98", "%", "15"),
    ("产出指标", "时效指标", "≤", "12", "月", "10"),
    ("产出指标", "成本指标", "≤", "35", "万元", "10"),
    ("效益指标", "经济效益指标", "≥", "95", "%", "10"),
    ("效益指标", "社会效益指标", "≥", "95", "%", "10"),
    ("效益指标", "可持续影响指标", "≥", "3", "年", "10"),
    ("满意度指标", "服务对象满意度指标", "≥", "95", "%", "10"),
)
WORDS = "建设运行维护检查培训宣传监测评估采购服务保障设备系统平台数据档案安全信息公共设施改造提升"


def large_workbook(path: Path, *, projects: int) -> int:
    """Write it; returns its size in bytes. The texts differ, so that it packs as badly as real ones."""
    chance = random.Random(2026)  # noqa: S311 the same workbook every time

    def words(least: int, most: int) -> str:
        return "".join(chance.choices(WORDS, k=chance.randint(least, most)))

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("申报表")
    sheet.write(0, 0, "部门预算项目绩效目标申报表(2026年度)")
    sheet.write(1, 0, "金额单位:元")
    sheet.write_row(2, 0, HEADS)
    row = 3
    for number in range(projects):
        goal = words(7000, 8000)
        for place, (level1, level2, sign, value, unit, weight) in enumerate(LEVELS):
            first = place == 0
            sheet.write_row(row, 0, [
                "901001-示例县人民政府" if first else "",
                f"{words(6, 10)}项目{number + 1}" if first else "",
                f"{chance.randint(10, 900) * 1000:,}.00" if first else "",
                goal if first else "",
                level1, level2, f"{words(120, 200)}率" if "%" in unit else f"{words(120, 200)}数",
                sign, value, unit, weight, "正向指标" if sign == "≥" else "反向指标",
            ])  # fmt: skip
            row += 1
    book.close()
    return path.stat().st_size
