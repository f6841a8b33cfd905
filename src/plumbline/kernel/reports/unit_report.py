"""检查报告: what a unit's year of inspections came to."""

from __future__ import annotations

from plumbline.kernel.reports.content import (
    Bar,
    Block,
    Chart,
    Paragraph,
    Report,
    Section,
    Table,
    long_day,
    percent,
    points,
    ratio,
)
from plumbline.kernel.reports.facts import InspectionFact, UnitFacts
from plumbline.kernel.reports.wording import (
    comparison_blocks,
    definitions,
    findings_table,
    severity_blocks,
    tally_sentence,
)


def unit_report(facts: UnitFacts, *, issuer: str) -> Report:
    """The report of one unit."""
    number = 1
    scored, number = _scores(facts, number)
    severity = severity_blocks(facts.severities, number)
    number += any(isinstance(block, Chart) for block in severity)
    sections = [
        Section("基本情况", _basics(facts)),
        Section("检查开展情况", _inspections(facts)),
        Section("检查得分", scored),
        Section("发现的问题", [*_found(facts), *severity, *_listed(facts)]),
        Section("整改情况", [Paragraph(tally_sentence(facts.tally)), *_next(facts)]),
        Section(
            "与上年比较",
            comparison_blocks(facts.tally, facts.last_year, year=facts.year, number=number),
        ),
    ]
    return Report(
        title=f"{facts.year}年度网络安全检查报告",
        issuer=issuer,
        day=facts.as_of,
        addressee=f"{facts.unit}：",
        opening=[
            f"按照年度网络安全检查安排，{issuer}对你单位{facts.year}年的网络安全工作情况进行了检查。"
            f"现将截至{long_day(facts.as_of)}的情况报告如下。"
        ],
        sections=sections,
        definitions=[
            *definitions(facts.year, facts.as_of),
            "得分：检查结束时认定的得分与应得满分；不适用和未涉及的检查项不计入满分。",
            "信息系统不含已停用的；资产为名录中登记在用的。",
        ],
    )


def _basics(facts: UnitFacts) -> list[Block]:
    levels = "，".join(f"{title}{count}个" for title, count in facts.levels if count)
    people = "；".join(
        f"{title}{name}" for title, name in (("主要负责人", facts.head), ("分管负责人", facts.deputy)) if name
    )
    parts = [f"{facts.unit}（{facts.kind}{f'，{facts.sector}领域' if facts.sector else ''}）。"]
    parts.append(f"网络安全{people}。" if people else "主要负责人、分管负责人尚未登记。")
    parts.append(
        f"登记信息系统{facts.systems}个{f'（等级保护{levels}）' if levels else ''}，资产{facts.assets}项。"
    )
    return [Paragraph("".join(parts))]


def _inspections(facts: UnitFacts) -> list[Block]:
    if not facts.inspections:
        return [Paragraph(f"{facts.year}年没有对该单位安排检查。")]
    rows = [_inspection(one) for one in facts.inspections]
    done = sum(one.finished_on is not None for one in facts.inspections)
    return [
        Paragraph(f"全年安排检查{len(rows)}次，已完成{done}次。"),
        Table(
            "检查开展情况",
            ("检查编号", "方式", "开始", "完成", "检查人员", "得分", "状态"),
            rows,
            (5, 4, 4, 4, 5, 4, 3),
            ("center", "center", "center", "center", "left", "center", "center"),
        ),
    ]


def _inspection(one: InspectionFact) -> tuple[str, ...]:
    score = "未评分" if one.score is None else f"{points(one.score)}／{points(one.full_score)}"
    return (
        one.number,
        one.method,
        one.started_on.isoformat() if one.started_on else "—",
        one.finished_on.isoformat() if one.finished_on else "—",
        "、".join(one.inspectors) or "—",
        score,
        one.state,
    )


def _scores(facts: UnitFacts, number: int) -> tuple[list[Block], int]:
    if not facts.scored or not facts.sections:
        return [Paragraph("本年度没有已完成并评分的检查，不作得分比较。")], number
    reached = percent(facts.score, facts.full_score)
    words = (
        f"最近一次评分的检查（{facts.scored}）得{points(facts.score)}分，满分{points(facts.full_score)}分，"
        f"得分率{reached}。"
    )
    if facts.last_score is not None:
        words += f"上年得分率{percent(facts.last_score, facts.last_full_score)}。"
    rows = [
        (one.title, points(one.reached), points(one.reachable), percent(one.reached, one.reachable))
        for one in facts.sections
    ]
    table = Table(
        "各部分得分",
        ("检查内容", "得分", "满分", "得分率"),
        rows,
        (8, 3, 3, 3),
        ("left", "right", "right", "right"),
    )
    chart = Chart(
        f"图{number}　各部分得分率（%）",
        ("得分率",),
        [Bar(one.title, (ratio(one.reached, one.reachable),)) for one in facts.sections],
        maximum=100,
        unit="%",
    )
    return [Paragraph(words), table, chart], number + 1


def _found(facts: UnitFacts) -> list[Block]:
    if not facts.tally.found:
        return [Paragraph("区间内没有经确认的问题。")]
    sources = "、".join(f"{title}{count}项" for title, count in facts.sources if count)
    return [Paragraph(f"区间内共发现并确认问题{facts.tally.found}项，来源为{sources}。")]


def _listed(facts: UnitFacts) -> list[Block]:
    if not facts.findings:
        return []
    return findings_table(facts.findings, caption="问题清单", more=facts.more_findings)


def _next(facts: UnitFacts) -> list[Block]:
    left = facts.tally.found - facts.tally.rectified
    if not left:
        return []
    words = f"请你单位对尚未办结的{left}项问题逐项明确责任人和完成时限，按期报送整改情况和佐证材料。"
    if facts.tally.overdue:
        words += f"其中{facts.tally.overdue}项已逾期，请立即整改并说明原因。"
    return [Paragraph(words)]
