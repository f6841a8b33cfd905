"""What the commands share: exit codes, and the options that several of them take."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

EXIT_CODES = "退出码：0 正常；1 发现问题；2 未能完成。"


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    PROBLEMS = 1
    FAILED = 2


class OutputFormat(StrEnum):
    """How a command prints what it found."""

    TEXT = "text"
    JSON = "json"


DocumentFile = Annotated[
    Path,
    typer.Argument(
        metavar="文件", help="绩效目标文件：.txt .docx .xlsx .pdf；装有 LibreOffice 时还有 .doc .wps。"
    ),
]
Format = Annotated[
    OutputFormat, typer.Option("--format", "-f", help="输出格式：text 供人阅读，json 供程序读取。")
]
Person = Annotated[
    str, typer.Option("--as", metavar="用户名", help="以谁的名义操作；只有一位管理员时可以不填。")
]


def group(name: str, title: str) -> typer.Typer:
    """A group of commands; called without one it prints its help."""
    return typer.Typer(name=name, help=f"{title}\n\n{EXIT_CODES}", no_args_is_help=True)


def leave(code: Exit) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(int(code))


def read_file(path: Path) -> bytes:
    """The bytes of a file that the user named.

    Raises:
        UnreadableFile: there is none, it is a folder, or it may not be read.
    """
    from plumbline.kernel.errors import UnreadableFile

    if path.is_dir():
        raise UnreadableFile("这是一个目录，不是文件", where=str(path))
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile("没有这个文件", where=str(path), advice="请检查路径和文件名。") from None
    except OSError as error:
        raise UnreadableFile("文件读不出来", where=str(path), advice=str(error.strerror)) from error


def documented(command: Callable[..., None]) -> Callable[..., None]:
    """Add the exit codes to a command's help."""
    command.__doc__ = f"{command.__doc__}\n\n{EXIT_CODES}"
    return command
