"""`plumbline sample`: the sample county, to try everything on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from plumbline.office.commands.parts import documented, group
from plumbline.office.operations.boot import require_database, start_django

if TYPE_CHECKING:
    from plumbline.office.sample.loading import Loaded

app = group("sample", "示例县：虚构的单位和绩效目标，用来试用。")


@app.callback()
def samples() -> None:
    """示例县：虚构的单位和绩效目标，用来试用。"""


@app.command()
@documented
def load() -> None:
    """装入示例县的数据。数据库里已有绩效目标时不装。"""
    start_django()
    require_database()
    from plumbline.office.operations.sample import load as fill

    loaded = fill()
    if loaded is None:
        typer.echo("数据库里已有绩效目标，没有装入示例。")
    else:
        show(loaded)


def show(loaded: Loaded) -> None:
    """Say what was filled in, and how its people sign in."""
    typer.echo(f"已装入虚构的示例县：{loaded.plans} 份绩效目标。示例账号（一次性密码）：")
    for person, secret in loaded.people:
        typer.echo(
            f"    {secret.username:<12} {secret.password}  {person.full_name}（{person.get_role_display()}）"
        )
    if loaded.others:
        typer.echo(f"另有 {loaded.others} 位单位联络员已开户；要用他们的账号，请管理员在“人员”中重设密码。")
