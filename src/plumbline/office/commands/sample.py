"""`plumbline sample`: the sample county, to try everything on."""

from __future__ import annotations

import typer

from plumbline.office.commands.parts import documented, group
from plumbline.office.operations.boot import require_database, start_django

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

    typer.echo(fill() or "数据库里已有绩效目标，没有装入示例。")
