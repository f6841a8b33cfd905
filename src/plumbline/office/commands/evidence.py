"""`plumbline evidence`: do the frozen values still stand on their records?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plumbline.office.commands.parts import Exit, Format, OutputFormat, documented, group, leave

if TYPE_CHECKING:
    from plumbline.office.targets.services.verify_reports import ScoreReport, ValueReport

#: what became of a record, in words
HOW = {"gone": "已不存在", "altered": "已改动", "late": "补录", "amended": "经办理更正"}

app = group("evidence", "佐证：验证已取的值与定稿的自评。")


@app.command()
@documented
def verify(
    plan: Annotated[
        str, typer.Argument(metavar="单位", help="单位的名称、简称或编码；只有一份绩效目标时可以不填。")
    ] = "",
    year: Annotated[int, typer.Option(min=0, max=2100, help="年度；该单位只有一份时可以不填。")] = 0,
    format: Format = OutputFormat.TEXT,
) -> None:
    """验证一份绩效目标中自动取的值：清单是否完好、复算是否一致、记录是否被改动，并复算定稿的自评。"""
    from plumbline.office.operations.boot import require_database, start_django

    start_django()
    require_database()
    from plumbline.office.operations.evidence import verify_plan

    found, report, data = verify_plan(plan, year=year or None)
    if format == OutputFormat.JSON:
        from plumbline.office.commands.plan import print_json

        print_json(data)
    else:
        for value in report.values:
            _print_value(value)
        for score in report.scores:
            _print_score(score)
        verdict = "全部相符" if report.is_sound else f"有 {report.problems} 处问题"
        counts = f"{len(report.values)} 个取值，{len(report.scores)} 份定稿自评"
        typer.echo(f"{found.unit.name} {found.year} 年度：{counts}，{verdict}。")
    leave(Exit.FINE if report.is_sound else Exit.PROBLEMS)


def _print_value(value: ValueReport) -> None:
    verdict = "相符" if value.is_sound else "不符"
    replaced = "" if value.current else "（已被替换）"
    name = f"{value.checkpoint} {value.indicator} {value.figure}{replaced}"
    typer.echo(f"{verdict}  {name}  佐证 {value.records} 条  SM3 {value.digest[:16]}")
    for problem in value.problems:
        typer.echo(f"      {problem}")
    if value.gone:
        typer.echo(f"      {value.gone} 条记录已不存在")
    if value.changed:
        typer.echo(f"      {value.changed} 条记录取值后被改动")
    if value.late:
        typer.echo(f"      {value.late} 条记录取值后补录")
    if value.amended:
        typer.echo(f"      {value.amended} 条记录取值后经办理更正，更正前的内容与清单一致")
    for item in value.altered:
        typer.echo(f"      {item.title} {item.label}：{HOW[item.how]}")


def _print_score(score: ScoreReport) -> None:
    verdict = "一致" if score.same else "不一致"
    typer.echo(f"{verdict}  自评 {score.project} 第 {score.number} 次  总分 {score.total}")
    for difference in score.differences:
        typer.echo(f"      {difference}")
