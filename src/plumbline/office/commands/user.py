"""`plumbline user`: accounts, for the machine's keeper (the office uses the pages under 系统)."""

from __future__ import annotations

from typing import Annotated

import typer

from plumbline.office.commands.parts import Exit, documented, group, leave
from plumbline.office.operations.boot import require_database, start_django

app = group("user", "账号：新建、重置密码。日常管理请用网页“系统”。")

Username = Annotated[str, typer.Argument(metavar="用户名")]


@app.command()
@documented
def create(
    username: Username,
    name: Annotated[str, typer.Option("--name", metavar="姓名", help="姓名。")],
    role: Annotated[
        str, typer.Option("--role", help="角色：administrator staff expert leader liaison。")
    ] = "staff",
    unit: Annotated[str, typer.Option(metavar="名称或编码", help="所属单位；单位联络员必填。")] = "",
) -> None:
    """新建一个账号，打印一次性密码；本人首次登录时须修改。"""
    start_django()
    require_database()
    from plumbline.office.operations.people import create_person

    show(create_person(username=username, full_name=name, role=role, unit=unit))


@app.command(name="reset-password")
@documented
def reset_password(username: Username) -> None:
    """把密码重置为一次性密码，并让该账号在各处退出登录。"""
    start_django()
    require_database()
    from plumbline.office.operations.people import reset_password as reset

    show(reset(username))


@app.command(name="list")
@documented
def list_() -> None:
    """列出账号。"""
    start_django()
    require_database()
    from plumbline.office.accounts.models import User

    people = list(User.objects.order_by("username"))
    for person in people:
        typer.echo(
            f"{person.username}\t{person.full_name}\t{person.get_role_display()}\t{person.get_state_display()}"
        )
    leave(Exit.FINE)


def show(secret: object) -> None:
    """Print a one-time password."""
    typer.echo(f"用户名：{secret.username}\n一次性密码：{secret.password}")  # type: ignore[attr-defined]
