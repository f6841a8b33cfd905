"""What both reports say the same way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plumbline.kernel.reports.content import (
    Align,
    Bar,
    Block,
    Chart,
    Paragraph,
    Table,
    against,
    long_day,
    percent,
    ratio,
)
from plumbline.kernel.reports.facts import FindingFact, Severity, Tally


def definitions(year: int, as_of: date) -> list[str]:
    """How the numbers of findings were counted."""
    return [
        f"统计区间为{year}年1月1日至{long_day(as_of)}（含），各项状态以区间末日当天为准。",
        "发现问题：区间内登记并经确认的问题；待确认和认定不成立的不计入。各种来源（检查、扫描、监测等）合并统计。",
        "已整改：上述问题中，至区间末日复查通过或重新扫描已不存在而办结的；已批准暂不整改的不算已整改。",
        "整改率＝已整改÷发现问题。",
        "按期整改率＝整改期限在区间内的问题中，期限当日或之前办结的÷整改期限在区间内的问题；期限以批准延期后的为准。",
        "首次复查通过率＝首次复查即通过的÷区间内作出首次复查结论的问题。",
        "逾期：至区间末日，期限已过、仍由单位整改的问题；已报送整改情况待复查的不计入。",
        "与上年比较：上年取同一时段（1月1日至同月同日），按同样的口径重新统计。",
        "“无数据”表示没有可供统计的记录，不等于零。",
    ]


def severity_blocks(severities: Sequence[Severity], number: int) -> list[Block]:
    """Table and chart of findings by severity and progress."""
    rows = [
        (
            one.title, str(one.found), str(one.rectified), str(one.in_progress), str(one.accepted),
            percent(one.rectified, one.found),
        )
        for one in severities
    ]  # fmt: skip
    total = [sum(getattr(one, name) for one in severities) for name in ("found", "rectified")]
    rows.append(
        (
            "合计", str(total[0]), str(total[1]), str(sum(one.in_progress for one in severities)),
            str(sum(one.accepted for one in severities)), percent(total[1], total[0]),
        )
    )  # fmt: skip
    heads = ("严重程度", "发现问题", "已整改", "整改中", "暂不整改", "整改率")
    align: tuple[Align, ...] = ("center", "right", "right", "right", "right", "right")
    table = Table("问题分布与整改情况", heads, rows, (3, 2, 2, 2, 2, 2), align)
    chart = Chart(
        f"图{number}　各级问题整改进展（项）",
        ("已整改", "整改中", "暂不整改"),
        [Bar(one.title, one.parts) for one in severities],
        kind="stacked",
    )
    return [table, chart] if total[0] else [table]


def tally_sentence(tally: Tally) -> str:
    """The progress in one paragraph."""
    return (
        f"区间内共发现并确认问题{tally.found}项，已整改{tally.rectified}项，整改率"
        f"{percent(tally.rectified, tally.found)}；到期问题{tally.due}项，按期整改{tally.on_time}项，"
        f"按期整改率{percent(tally.on_time, tally.due)}；首次复查{tally.first_checked}项，首次复查通过率"
        f"{percent(tally.first_passed, tally.first_checked)}；逾期未整改{tally.overdue}项。"
    )


def comparison_blocks(
    now: Tally, before: Tally | None, *, year: int, number: int, more: Sequence[tuple[str, int, int]] = ()
) -> list[Block]:
    """This year beside the same span of the year before."""
    if before is None:
        return [Paragraph("上年同期没有登记检查和问题，无法比较。")]
    counts = [
        *more,
        ("发现问题（项）", now.found, before.found),
        ("已整改（项）", now.rectified, before.rectified),
        ("逾期未整改（项）", now.overdue, before.overdue),
    ]
    shares = [
        ("整改率", (now.rectified, now.found), (before.rectified, before.found)),
        ("按期整改率", (now.on_time, now.due), (before.on_time, before.due)),
        (
            "首次复查通过率",
            (now.first_passed, now.first_checked),
            (before.first_passed, before.first_checked),
        ),
    ]
    rows = [(title, str(new), str(old), against(new, old)) for title, new, old in counts]
    for title, new, old in shares:
        rows.append((title, percent(*new), percent(*old), _points_between(ratio(*new), ratio(*old))))
    table = Table(
        "与上年同期比较",
        ("项目", f"{year}年", f"{year - 1}年同期", "变化"),
        rows,
        (4, 3, 3, 4),
        ("left", "right", "right", "center"),
    )
    chart = Chart(
        f"图{number}　与上年同期比较（%）",
        (f"{year}年", f"{year - 1}年同期"),
        [Bar(title, (ratio(*new), ratio(*old))) for title, new, old in shares],
        maximum=100,
        unit="%",
    )
    return [table, chart]


def findings_table(
    findings: Sequence[FindingFact], *, caption: str, more: int, with_unit: bool = False
) -> list[Block]:
    """Findings, with a word on those left out."""
    if with_unit:
        heads: tuple[str, ...] = ("编号", "单位", "问题", "严重程度", "整改期限")
        rows = [(f.number, f.unit, f.title, f.severity, _day(f.due_on)) for f in findings]
        table = Table(caption, heads, rows, (6, 5, 9, 3, 4), ("center", "left", "left", "center", "center"))
    else:
        heads = ("编号", "问题", "位置", "程度", "状态", "整改期限")
        rows_of_one = [(f.number, f.title, f.place, f.severity, f.state, _day(f.due_on)) for f in findings]
        table = Table(
            caption, heads, rows_of_one, (6, 8, 6, 3, 3, 5),
            ("center", "left", "left", "center", "center", "center"),
        )  # fmt: skip
    blocks: list[Block] = [table]
    if more:
        blocks.append(Paragraph(f"按严重程度列出前{len(findings)}项，其余{more}项见系统中的问题清单。"))
    return blocks


def _day(day: date | None) -> str:
    return day.isoformat() if day else "未定"


def _points_between(now: object, before: object) -> str:
    if now is None or before is None:
        return "无法比较"
    change = float(str(now)) - float(str(before))
    if abs(change) < 0.05:
        return "持平"
    return f"{'提高' if change > 0 else '下降'}{abs(change):.1f}个百分点"
