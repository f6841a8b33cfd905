"""`plumbline up`, `plumbline migrate`: the office itself."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from plumbline.office.commands.parts import documented
from plumbline.office.operations.boot import start_django


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(documented(up))
    app.command()(documented(migrate))


def up(
    host: Annotated[str, typer.Option(help="监听地址；只供本机使用时不要改。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="监听端口。")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="网页进程数。")] = 2,
    threads: Annotated[int, typer.Option(min=1, max=64, help="每个网页进程的线程数。")] = 4,
    sample: Annotated[bool, typer.Option("--sample", help="数据库是空的时，装入示例县的数据。")] = False,
) -> None:
    """启动准绳：网页服务、后台任务和定时事项。按 Ctrl+C 停止。

    首次启动会建好数据库，新建一位管理员并打印一次性密码；升级后首次启动会先备份再升级数据库。
    """
    start_django()
    from django.conf import settings
    from django.db import connections

    from plumbline.office.accounts.services import ensure_first_administrator
    from plumbline.office.lib.catalogues import compile_stale
    from plumbline.office.operations.clock import clock_command
    from plumbline.office.operations.lock import running
    from plumbline.office.operations.start import bring_in, collect_static, free_or_refuse
    from plumbline.office.operations.start import migrate as bring_up
    from plumbline.office.operations.supervisor import Child, supervise, web_command, worker_command

    with running(settings.CONFIG.data):
        free_or_refuse(host, port)
        compile_stale()
        bring_up(say)
        bring_in(say)
        collect_static(say)
        secret = ensure_first_administrator()
        if secret:
            show_first_sign_in(secret)
        if sample:
            load_sample()
        connections.close_all()
        say(f"准绳已启动：http://{host}:{port}/  （数据目录 {settings.CONFIG.data}；按 Ctrl+C 停止）")
        web = web_command(host=host, port=port, workers=workers, threads=threads)
        os.environ["PLUMBLINE_DATA"] = str(settings.CONFIG.data)
        children = [("web", web), ("worker", worker_command()), ("clock", clock_command())]
        supervise([Child(name, command) for name, command in children])
    say("准绳已停止。")


def load_sample() -> None:
    """Load the sample county if there is no plan yet."""
    from plumbline.office.commands.sample import show
    from plumbline.office.operations.sample import load

    loaded = load()
    if loaded is not None:
        show(loaded)


def migrate() -> None:
    """建立或升级数据库。已有数据时先备份。"""
    start_django()
    from plumbline.office.operations.start import bring_in
    from plumbline.office.operations.start import migrate as bring_up

    bring_up(say)
    bring_in(say)
    say("数据库已是最新。")


def show_first_sign_in(secret: object) -> None:
    """Print the first administrator's one-time password, once and plainly."""
    say("")
    say("  首次登录（此密码只显示这一次，登录后须修改）")
    say(f"    用户名      {secret.username}")  # type: ignore[attr-defined]
    say(f"    一次性密码  {secret.password}")  # type: ignore[attr-defined]
    say("")


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    typer.echo(text)
    sys.stdout.flush()
