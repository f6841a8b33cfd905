"""`plumbline audit`: is the record of who did what still what it was?"""

from __future__ import annotations

import typer

from plumbline.office.commands.parts import Exit, documented, group, leave

app = group("audit", "操作记录：核对是否被改动。")


@app.command()
@documented
def verify() -> None:
    """从头到尾验证操作记录的散列链，指出被改动、缺失或调换顺序的记录。"""
    from plumbline.office.operations.boot import require_database, start_django

    start_django()
    require_database()
    from plumbline.office.audit.services import verify as walk

    report = walk()
    for problem in report.problems:
        place = f"第 {problem.sequence} 条"
        if problem.last != problem.sequence:
            place = f"第 {problem.sequence} 至 {problem.last} 条"
        typer.echo(f"{place}：{problem.damage.label}")
    verdict = "完好" if report.is_sound else f"有 {len(report.problems)} 处问题"
    typer.echo(f"共 {report.count} 条操作记录，{verdict}。末条摘要（SM3）：{report.digest}")
    leave(Exit.FINE if report.is_sound else Exit.PROBLEMS)
