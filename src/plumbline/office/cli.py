"""The `plumbline` command. Its groups live in `commands/`, one a file."""

from __future__ import annotations

import sys
import traceback

import typer

from plumbline import __version__
from plumbline.kernel.errors import PlumblineError
from plumbline.office.commands import (
    audit,
    bench,
    chores,
    data,
    detect,
    doctor,
    evidence,
    plan,
    rules,
    sample,
    server,
    user,
)
from plumbline.office.commands.parts import EXIT_CODES, Exit

app = typer.Typer(
    name="plumbline",
    help=f"准绳：让承诺的绩效目标与做过的工作对得上。\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (plan, rules, audit, user, sample, chores, evidence):
    app.add_typer(group.app)
for single in (server, data, doctor, bench, detect):
    single.register(app)


@app.command()
def version() -> None:
    """显示版本号。"""
    typer.echo(f"plumbline {__version__}")


def main() -> None:
    """Run a command; what could not be done becomes one sentence on stderr and exit code 2."""
    try:
        app()
    except PlumblineError as error:
        typer.echo(f"错误：{sentence(error)}", err=True)
        sys.exit(Exit.FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        # nobody foresaw this one: whoever mends the program needs all of it
        traceback.print_exc()
        typer.echo("错误：程序内部出错，没有完成。请把以上内容交给维护人员。", err=True)
        sys.exit(Exit.FAILED)


def sentence(error: PlumblineError) -> str:
    """Where, what, and what to do, on one line with full stops between."""
    where = f"{error.where}：" if error.where else ""
    parts = [" ".join(text.split()) for text in (error.what, error.advice) if text]
    return where + "".join(
        part if part.endswith(("。", "！", "？", ")", "）")) else f"{part}。" for part in parts
    )


if __name__ == "__main__":
    main()
