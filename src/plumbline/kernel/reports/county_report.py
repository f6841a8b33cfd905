"""检查通报: what a county's year of inspections came to."""

from __future__ import annotations

from plumbline.kernel.reports.content import (
    NO_DATA,
    Bar,
    Block,
    Chart,
    Paragraph,
    Report,
    Section,
    Table,
    long_day,
    percent,
    ratio,
)
from plumbline.kernel.reports.facts import CountyFacts, RankFact
from plumbline.kernel.reports.wording import (
    comparison_blocks,
    definitions,
    findings_table,
    severity_blocks,
    tally_sentence,
)

#: bars of a chart; the table below it has all
MOST_BARS = 12


def county_report(facts: CountyFacts) -> Report:
    """The circular to all units."""
    severity = severity_blocks(facts.severities, 2)
    drawn = any(isinstance(block, Chart) for block in severity)
    done = sum(one.done for one in facts.methods)
    more = (
        ("检查单位（家）", facts.inspected + facts.ended_inspected, facts.last_inspected),
        ("完成检查（次）", done, facts.last_done),
    )
    sections = [
        Section("总体情况", _coverage(facts)),
        Section("检查方式", _methods(facts)),
        Section("单位排名" if facts.grouping == "unit" else "分类情况", _ranking(facts)),
        Section("共性问题", _common(facts)),
        Section("整改情况", [Paragraph(tally_sentence(facts.tally)), *severity]),
        Section("逾期未整改", _overdue(facts)),
        Section(
            "与上年比较",
            comparison_blocks(
                facts.tally, facts.last_year, year=facts.year, number=3 if drawn else 2, more=more
            ),
        ),
        Section("工作要求", _demands(facts)),
    ]
    return Report(
        title=f"关于{facts.year}年网络安全检查情况的通报",
        issuer=facts.issuer,
        day=facts.as_of,
        addressee="各有关单位：",
        opening=[
            f"{facts.year}年，{facts.issuer}组织开展了网络安全检查。现将截至{long_day(facts.as_of)}的检查情况通报如下。"
        ],
        sections=sections,
        definitions=[
            *definitions(facts.year, facts.as_of),
            "检查覆盖率＝区间内至少完成过一次检查的在用单位÷名录中在用的单位，以区间末日为准；两者都不含本办。",
            "检查单位：区间内至少完成过一次检查的单位，检查后撤销或合并的也计入；这些单位不计入覆盖率，也不参加排名。",
            "按时完成：在计划完成日期或之前完成的检查；计划数按计划完成日期在区间内的计。",
            "平均得分率：已完成并评分的检查，各次得分÷满分的平均；没有评分的单位不参加得分排名，列在最后。",
            "共性问题：同一问题名称合并统计，按涉及单位数、再按问题数排序。",
        ],
    )


def _coverage(facts: CountyFacts) -> list[Block]:
    ended = facts.ended_inspected
    whole = f"另有{ended}家检查后已撤销或合并，合计检查单位{facts.inspected + ended}家。" if ended else ""
    blocks: list[Block] = [
        Paragraph(
            f"全县名录中在用单位{facts.units}家，区间内已检查{facts.inspected}家，检查覆盖率"
            f"{percent(facts.inspected, facts.units)}。{whole}共发现并确认问题{facts.tally.found}项，"
            f"已整改{facts.tally.rectified}项，整改率{percent(facts.tally.rectified, facts.tally.found)}。"
        )
    ]
    if facts.kinds:
        blocks.append(
            Chart(
                "图1　各类单位检查覆盖率（%）",
                ("覆盖率",),
                [
                    Bar(f"{one.title}（{one.inspected}/{one.units}）", (ratio(one.inspected, one.units),))
                    for one in facts.kinds[:MOST_BARS]
                ],
                maximum=100,
                unit="%",
            )
        )
    return blocks


def _methods(facts: CountyFacts) -> list[Block]:
    rows = [
        (one.title, str(one.planned), str(one.done), str(one.on_time), percent(one.on_time, one.planned))
        for one in facts.methods
    ]
    planned, done, on_time = (
        sum(getattr(one, name) for one in facts.methods) for name in ("planned", "done", "on_time")
    )
    rows.append(("合计", str(planned), str(done), str(on_time), percent(on_time, planned)))
    return [
        Paragraph(f"计划检查{planned}次，完成{done}次，其中按时完成{on_time}次。"),
        Table(
            "各种检查方式完成情况",
            ("检查方式", "计划（次）", "完成（次）", "按时完成（次）", "按时完成率"),
            rows,
            (4, 3, 3, 3, 3),
            ("center", "right", "right", "right", "right"),
        ),
    ]


def _ranking(facts: CountyFacts) -> list[Block]:
    if not facts.ranking:
        return [Paragraph("区间内没有已完成的检查，不作排名。")]
    by_unit = facts.grouping == "unit"
    heads = (
        "序号",
        "单位" if by_unit else "单位类别",
        *(() if by_unit else ("已查／总数",)),
        "平均得分率",
        "发现问题",
        "已整改",
        "整改率",
        "逾期",
    )
    rows = [_rank(place, one, by_unit=by_unit) for place, one in enumerate(facts.ranking, start=1)]
    middle = () if by_unit else (3,)
    table = Table(
        "按平均得分率排列" if by_unit else "各类单位情况",
        heads,
        rows,
        (2, 7, *middle, 3, 3, 3, 3, 2),
        ("center", "left", *(() if by_unit else ("center",)), "right", "right", "right", "right", "right"),
    )
    blocks: list[Block] = [table]
    if facts.more_ranks:
        blocks.append(Paragraph(f"其余{facts.more_ranks}家略。"))
    return blocks


def _rank(place: int, one: RankFact, *, by_unit: bool) -> tuple[str, ...]:
    return (
        str(place),
        one.title,
        *(() if by_unit else (f"{one.inspected}／{one.units}",)),
        NO_DATA if one.score is None else f"{one.score}%",
        str(one.found),
        str(one.rectified),
        percent(one.rectified, one.found),
        str(one.overdue),
    )


def _common(facts: CountyFacts) -> list[Block]:
    if not facts.common:
        return [Paragraph("区间内没有经确认的问题。")]
    rows = [
        (str(place), one.title, str(one.units), str(one.findings), percent(one.rectified, one.findings))
        for place, one in enumerate(facts.common, start=1)
    ]
    return [
        Table(
            f"出现最多的{len(rows)}个问题",
            ("序号", "问题", "涉及单位（家）", "问题数（项）", "整改率"),
            rows,
            (2, 10, 3, 3, 3),
            ("center", "left", "right", "right", "right"),
        )
    ]


def _overdue(facts: CountyFacts) -> list[Block]:
    if not facts.overdue:
        return [Paragraph("没有逾期未整改的问题。")]
    words = f"共{facts.tally.overdue}项问题逾期未整改，请有关单位立即整改，并书面说明逾期原因。"
    table = findings_table(facts.overdue, caption="逾期未整改问题", more=facts.more_overdue, with_unit=True)
    return [Paragraph(words), *table]


def _demands(facts: CountyFacts) -> list[Block]:
    demands = ["各单位要对照通报的共性问题举一反三，开展自查自纠。"]
    left = facts.tally.found - facts.tally.rectified
    if left:
        demands.append(f"尚未办结的{left}项问题，要逐项明确责任人和完成时限，整改一项、销号一项。")
    if facts.inspected < facts.units:
        demands.append(f"尚有{facts.units - facts.inspected}家单位未检查，按年度计划继续推进。")
    return [Paragraph(text) for text in demands]
