"""`plumbline rules`: the rules of this installation, without a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plumbline.office.commands.detect import Level
from plumbline.office.commands.parts import Exit, Format, OutputFormat, documented, group, leave

app = group("rules", "检测规则：导入规则包、更新、查看、检查、停用和例外。不连接数据库，不联网。")

Yes = Annotated[bool, typer.Option("--yes", "-y", help="不再询问，直接进行。")]
RuleNames = Annotated[list[str], typer.Argument(metavar="规则...", help="规则编号，或能认出一条规则的标题。")]


@app.command(name="import")
@documented
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="文件或目录", help="SigmaHQ 的 .tar.gz、.zip，或规则目录。")
    ],
    name: Annotated[str, typer.Option(metavar="名称", help="规则包叫什么；小写字母、数字和 -。")] = "sigmahq",
) -> None:
    """导入一个规则包。已有同名的，请用 update。"""
    from plumbline.kernel.detection.errors import PackError
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    plan = own.plan(name, path)
    if not plan.is_new:
        raise PackError(
            f"已有叫“{name}”的规则包", advice="请用 plumbline rules update 更新，或用 --name 换个名称"
        )
    own.apply(plan, moment=_now())
    typer.echo("\n".join(rules_text.imported(plan)))


@app.command()
@documented
def update(
    path: Annotated[Path, typer.Argument(metavar="文件或目录", help="新的规则包。")],
    name: Annotated[str, typer.Option(metavar="名称", help="更新哪个规则包。")] = "sigmahq",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有哪些不同，不更新。")] = False,
    yes: Yes = False,
) -> None:
    """用新的规则包替换旧的：先列出新增、改动、移除和改名的规则，确认后才更新。旧包留作 previous。"""
    from plumbline.kernel.detection.errors import PackError
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    plan = own.plan(name, path)
    if plan.is_new:
        raise PackError(f"还没有叫“{name}”的规则包", advice="请用 plumbline rules import 导入")
    typer.echo("\n".join(rules_text.changes(plan)))
    if plan.changes and not dry_run and _agreed("更新吗？", yes, "没有更新。"):
        own.apply(plan, moment=_now())
        typer.echo(f"已更新。要退回，请用 plumbline rules revert --name {name}")


@app.command()
@documented
def revert(
    name: Annotated[str, typer.Option(metavar="名称", help="退回哪个规则包。")] = "sigmahq",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有哪些不同，不退回。")] = False,
    yes: Yes = False,
) -> None:
    """退回规则包的上一版：先列出不同，确认后才退回。现在的一版留作上一版，再退一次就回来。"""
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    plan = own.plan_back(name)
    typer.echo(f"上一版来自 {plan.source}")
    typer.echo("\n".join(rules_text.changes(plan)))
    if not dry_run and _agreed("退回吗？", yes, "没有退回。"):
        own.apply(plan, moment=_now())
        typer.echo("已退回上一版。")


@app.command()
@documented
def remove(
    name: Annotated[str, typer.Argument(metavar="名称", help="规则包。")],
    yes: Yes = False,
) -> None:
    """移除一个规则包。自己的规则、例外和选择不受影响。"""
    from plumbline.office.operations.detecting.options import library

    if _agreed(f"移除规则包“{name}”吗？", yes, "没有移除。"):
        library().remove(name)
        typer.echo(f"已移除“{name}”。")


@app.command(name="list")
@documented
def list_(
    search: Annotated[str, typer.Argument(metavar="文字", help="标题、编号、标签或文件名中的文字。")] = "",
    packs: Annotated[bool, typer.Option("--packs", help="只列规则包。")] = False,
    off: Annotated[bool, typer.Option("--off", help="只列没有启用的规则。")] = False,
    format: Format = OutputFormat.TEXT,
) -> None:
    """列出规则包和规则，以及哪些没有启用、为什么。"""
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    if packs:
        rules_text.show_packs(own, as_json=format is OutputFormat.JSON)
    else:
        rules_text.show_rules(own, search, only_off=off, as_json=format is OutputFormat.JSON)


@app.command()
@documented
def show(rule: Annotated[str, typer.Argument(metavar="规则", help="规则编号或标题。")]) -> None:
    """显示一条规则：来自哪里、是否启用、有哪些例外，以及全文。"""
    from datetime import date

    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    rules_text.show_rule(library(), rule, today=date.today())


@app.command()
@documented
def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[文件或目录...]", help="自己写的规则；不填则检查 local/。")
    ] = None,
    format: Format = OutputFormat.TEXT,
) -> None:
    """检查自己写的规则，逐条说明哪里有问题、怎么改。有错误或警告时退出码为 1。"""
    from datetime import date

    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    found = rules_text.show_lint(library(), paths or [], date.today(), as_json=format is OutputFormat.JSON)
    leave(Exit.PROBLEMS if found else Exit.FINE)


@app.command()
@documented
def off(rules: RuleNames) -> None:
    """停用规则。"""
    _switch(rules, off=True)


@app.command()
@documented
def on(rules: RuleNames) -> None:
    """重新启用停用过的规则。"""
    _switch(rules, off=False)


@app.command()
@documented
def choose(
    level: Annotated[Level | None, typer.Option("--level", "-l", help="这个级别及以上。")] = None,
    status: Annotated[list[str], typer.Option(metavar="状态", help="stable、test 等；可多次。")] = [],  # noqa: B006
    tag: Annotated[list[str], typer.Option(metavar="标签", help="以“.”结尾的指其下全部。")] = [],  # noqa: B006
    product: Annotated[list[str], typer.Option(metavar="产品", help="如 windows。")] = [],  # noqa: B006
    category: Annotated[list[str], typer.Option(metavar="类别", help="如 process_creation。")] = [],  # noqa: B006
    service: Annotated[list[str], typer.Option(metavar="服务", help="如 security。")] = [],  # noqa: B006
    everything: Annotated[bool, typer.Option("--all", help="取消以前的选择；单独停用的规则不变。")] = False,
) -> None:
    """选择用哪些规则；没有给出的条件不变。不带选项时显示现在的选择。"""
    from dataclasses import replace

    from plumbline.kernel.detection.compiling import Choice
    from plumbline.kernel.detection.packs.choosing import demand_level, write_choice
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    before = own.choice()
    choice = Choice(off=before.off) if everything else before
    if level is not None:
        choice = replace(choice, least=demand_level(str(level)))
    given = {
        "statuses": status,
        "tags": tag,
        "products": product,
        "categories": category,
        "services": service,
    }
    for part, values in given.items():
        if values:
            choice = replace(choice, **{part: tuple(values)})
    if choice != before:
        own.save_choice(choice)
    typer.echo(write_choice(choice).rstrip() or "使用全部规则。")
    typer.echo(rules_text.chosen(own, choice))


@app.command(name="except")
@documented
def except_(
    rule: Annotated[str, typer.Argument(metavar="规则", help="规则编号或标题；不填则列出全部例外。")] = "",
    when: Annotated[
        list[str],
        typer.Option("--when", metavar="字段=值", help="什么情况不算；值中可用 *；可多次，须同时成立。"),
    ] = [],  # noqa: B006
    owner: Annotated[str, typer.Option(metavar="姓名", help="谁负责这个例外。")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="年-月-日", help="最后生效的一天。")
    ] = None,
    reason: Annotated[str, typer.Option(help="为什么可以不算。")] = "",
    format: Format = OutputFormat.TEXT,
) -> None:
    """给一条规则加例外，写明负责人、到期日和理由；不带参数时列出全部例外。"""
    from datetime import date

    from plumbline.kernel.detection.errors import PackError
    from plumbline.office.commands import rules_text
    from plumbline.office.operations.detecting.options import library

    own = library()
    if not rule:
        rules_text.show_exceptions(own, date.today(), as_json=format is OutputFormat.JSON)
        return
    if until is None:
        raise PackError("例外要有到期日", advice="请用 --until 年-月-日 填写")
    path = rules_text.add_exception(
        own, rule, when, owner=owner, expires=until.date(), reason=reason, today=date.today()
    )
    typer.echo(f"已写入 {path}，到 {until.date()} 为止。")


def _agreed(question: str, yes: bool, otherwise: str) -> bool:
    """Whether the reader agrees; without anybody to ask the command has failed and not found problems."""
    if yes:
        return True
    try:
        agreed = typer.confirm(question)
    except typer.Abort:
        typer.echo(f"\n没有人回答，{otherwise}不询问直接进行请加 --yes。", err=True)
        leave(Exit.FAILED)
    if not agreed:
        typer.echo(otherwise)
    return agreed


def _switch(names: list[str], *, off: bool) -> None:
    from plumbline.kernel.detection.errors import PackError
    from plumbline.kernel.detection.packs.choosing import switched
    from plumbline.office.commands.rules_text import one_rule
    from plumbline.office.operations.detecting.options import library

    own = library()
    choice = own.choice()
    reading = own.reading()
    found: list[tuple[str, str]] = []
    for name in names:
        try:
            info = one_rule(reading, name).info
            found.append((info.key, info.title))
        except PackError:
            if off or name not in choice.off:
                raise
            found.append((name, name))  # a rule that is no longer there can still be taken off the list
    keys = [key for key, _title in found]
    own.save_choice(switched(choice, off=keys) if off else switched(choice, on=keys))
    for _key, title in found:
        typer.echo(f"{'已停用' if off else '已启用'}：{title}")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
