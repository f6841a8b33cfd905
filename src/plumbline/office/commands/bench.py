"""`plumbline bench`: how fast it is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plumbline.office.commands.parts import Exit, documented, leave

if TYPE_CHECKING:
    from plumbline.office.bench.harness import Row


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(documented(bench))


def bench(
    name: Annotated[str, typer.Argument(metavar="名称", help="性能测试的名称；不填则列出全部。")] = "",
    every: Annotated[bool, typer.Option("--all", help="逐个运行全部性能测试。")] = False,
) -> None:
    """测量速度，打印机器、中位数、95 分位数和与基准工作的比值。超出限值时退出码为 1。

    测试在临时目录里进行，不碰办公数据。
    """
    import tempfile

    from plumbline.office.bench import harness

    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        use_folder(folder)
        harness.load_all()
        keys = harness.BENCHMARKS.keys() if every else [name] if name else []
        if not keys:
            for entry in harness.BENCHMARKS:
                typer.echo(f"{entry.key}\t{entry.title}")
            leave(Exit.FINE)
        typer.echo(f"机器：{harness.machine()}")
        rows: list[Row] = []
        for key in keys:
            typer.echo(f"\n{key}：{harness.BENCHMARKS.get(key).title}")
            done = harness.perform(key)
            rows += done
            for row in done:
                typer.echo(line_of(row))
    leave(Exit.FINE if all(row.holds for row in rows) else Exit.PROBLEMS)


def use_folder(folder: str) -> None:
    """Let a benchmark that needs the database work on data of its own."""
    import os

    os.environ["PLUMBLINE_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)


def line_of(row: Row) -> str:
    """A row of figures as text."""
    factor, unit = (1000, "ms") if row.unit == "s" and row.median < 1 else (1, row.unit)
    text = f"  {row.what}：{row.median * factor:,.1f} {unit}"
    if row.rounds > 1:
        text += f"（95% 在 {row.p95 * factor:,.1f} {unit} 内，{row.rounds} 次）"
    if row.ratio is not None:
        text += f"，基准的 {row.ratio:,.1f} 倍"
    if row.limit is not None:
        text += f"，限值 {_short(row.limit * factor)} {unit} " + ("✓" if row.holds else "✗ 超出")
    return text


def _short(number: float) -> str:
    """One decimal, where there is one.

    >>> _short(5.2), _short(1_000)
    ('5.2', '1,000')
    """
    return f"{number:,.1f}".removesuffix(".0")
