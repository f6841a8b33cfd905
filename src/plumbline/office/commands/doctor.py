"""`plumbline doctor`: what this machine lacks, and what that costs."""

from __future__ import annotations

from dataclasses import asdict

import typer

from plumbline.office.commands.parts import Exit, Format, OutputFormat, documented, leave
from plumbline.office.operations.boot import start_django


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(documented(doctor))


def doctor(format: Format = OutputFormat.TEXT) -> None:
    """检查本机缺什么、影响什么、怎样补上。只看，不改。"""
    start_django()
    from django.conf import settings

    from plumbline.office.operations.doctor import examine

    diagnoses = examine(settings.CONFIG)
    if format is OutputFormat.JSON:
        from plumbline.office.commands.plan import print_json

        print_json([asdict(one) for one in diagnoses])
    else:
        for one in diagnoses:
            typer.echo(f"[{one.mark}] {one.title}：{one.found}")
            for label, text in (("影响", one.cost), ("办法", one.mend)):
                if text:
                    typer.echo(f"       {label}：{text}")
        problems = sum(one.is_problem for one in diagnoses)
        typer.echo(
            f"共检查 {len(diagnoses)} 项，" + (f"{problems} 项需要处理。" if problems else "没有需要处理的。")
        )
    leave(Exit.PROBLEMS if any(one.is_problem for one in diagnoses) else Exit.FINE)
