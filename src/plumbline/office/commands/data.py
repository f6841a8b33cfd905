"""`plumbline backup`, `plumbline restore`: the office's data in one file, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbline.office.commands.parts import documented
from plumbline.office.operations.boot import require_database, start_django

BackupFile = Annotated[Path, typer.Argument(metavar="文件", help="备份文件，如 plumbline-20230401.tar.gz。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(documented(backup))
    app.command()(documented(restore))


def backup(file: BackupFile) -> None:
    """把数据库、上传的文件和密钥备份成一个文件。不必停止准绳；不覆盖已有文件。

    备份含有全部数据和密钥，请妥善保管。
    """
    start_django()
    require_database()
    from plumbline.office.operations.backup import backup as write

    made = write(file)
    typer.echo(
        f"已备份 {made.entries} 项，{made.size / 1e6:.1f} MB：{made.path}\n清单摘要（SM3）：{made.sm3}"
    )


def restore(
    file: BackupFile,
    force: Annotated[bool, typer.Option("--force", help="替换现有数据；现有数据移到旁边保留。")] = False,
) -> None:
    """先逐项核对备份，再用它恢复数据。核对不符时什么都不改。须先停止准绳。"""
    from plumbline.office.lib.dates import moment_text
    from plumbline.office.operations.restore import restore as put_back

    restored = put_back(file, force=force)
    # the manifest says it in UTC; the office reads its own clock
    made = moment_text(datetime.fromisoformat(restored.manifest.created_at))
    typer.echo(f"已恢复 {made} 的备份（{len(restored.manifest.entries)} 项，逐项核对无误）。")
    if restored.kept:
        typer.echo(f"原有数据保留在：{restored.kept}")
