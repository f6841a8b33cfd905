"""`plumbline chores`: what the office machine does by itself as time passes."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.office.commands.parts import Exit, documented, group, leave
from plumbline.office.operations.boot import require_database, start_django

app = group("chores", "定时事项：到期催办、到期恢复、按日冻结等。")

Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="事项", help="事项的键，如 findings.escalate；不填则运行全部。"),
]


@app.command("list")
@documented
def list_() -> None:
    """列出定时事项及最近一次运行的结果。"""
    _ready()
    from django.utils import timezone

    from plumbline.office.lib.chores import CHORES
    from plumbline.office.lib.models import ChoreRun

    rows = ChoreRun.objects.in_bulk()
    for chore in CHORES:
        row = rows.get(chore.key)
        if row is None or row.last_run_at is None:
            typer.echo(f"{chore.key}  {chore.title}：还没有运行过")
            continue
        at = timezone.localtime(row.last_run_at)
        words = f"失败：{row.problem}" if row.problem else f"办理 {row.done} 件，用时 {row.took:.1f} 秒"
        typer.echo(f"{chore.key}  {chore.title}：{at:%Y-%m-%d %H:%M} {words}")


@app.command()
@documented
def run(keys: Keys = None) -> None:
    """立即运行定时事项，不论是否到时间；供 cron 等使用。正在运行的会跳过。"""
    _ready()
    from plumbline.office.operations.clock import run_now

    ran = run_now(keys or ())
    for one in ran:
        words = f"失败：{one.problem}" if one.problem else f"办理 {one.done} 件"
        typer.echo(f"{one.key}  {one.title}：{words}（{one.took:.1f} 秒）")
    if not ran:
        typer.echo("没有运行：所选事项正由另一个进程运行。")
    leave(Exit.PROBLEMS if any(one.problem for one in ran) else Exit.FINE)


@app.command()
@documented
def watch() -> None:
    """守候并按时运行定时事项；plumbline up 已包含，只在分开部署时单独使用。"""
    _ready()
    from plumbline.office.operations.clock import watch as keep_watch

    keep_watch()


def _ready() -> None:
    start_django()
    require_database()
