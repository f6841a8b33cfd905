"""`plumbline plan`: read and check a document on its own, import it, write the official forms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from plumbline.office.commands.parts import (
    DocumentFile,
    Exit,
    Format,
    OutputFormat,
    Person,
    documented,
    group,
    leave,
    read_file,
)


class FormName(StrEnum):
    """The official forms, as the reports room calls them."""

    DOCUMENT = "document"
    TARGET = "target"
    MONITORING = "monitoring"
    EVALUATION = "evaluation"


app = group("plan", "绩效目标：读取、校核、导入，导出官方表格。")


@app.command()
@documented
def read(file: DocumentFile, format: Format = OutputFormat.TEXT) -> None:
    """读取绩效目标文件，输出其中的单位、项目、资金和指标。不连接数据库。"""
    from plumbline.kernel.plans.json_form import document_json
    from plumbline.kernel.plans.reading import read_plan

    document = document_json(read_plan(file.name, read_file(file)))
    if format is OutputFormat.JSON:
        print_json(document)
    else:
        from plumbline.office.commands.plan_text import plan_lines

        typer.echo("\n".join(plan_lines(document)))


@app.command()
@documented
def check(file: DocumentFile, format: Format = OutputFormat.TEXT) -> None:
    """校核绩效目标文件，按严重程度列出问题和所在的行。有错误时退出码为 1。不连接数据库。"""
    from plumbline.kernel.plans.checking import check as run_checks
    from plumbline.kernel.plans.checking import check_json, check_text
    from plumbline.kernel.plans.reading import read_plan

    document = read_plan(file.name, read_file(file))
    findings = run_checks(document)
    if format is OutputFormat.JSON:
        print_json(check_json(findings, document.source))
    else:
        typer.echo(check_text(findings, document.source))
    leave(Exit.PROBLEMS if any(found.severity == "error" for found in findings) else Exit.FINE)


@app.command(name="import")
@documented
def import_(
    file: DocumentFile,
    unit: Annotated[
        str, typer.Option(metavar="名称或编码", help="这份目标属于哪个单位；不填则按文件中的单位查找。")
    ] = "",
    new_unit: Annotated[bool, typer.Option("--new-unit", help="文件中的单位还没有登记时，新建它。")] = False,
    year: Annotated[int, typer.Option(min=0, max=2100, help="年度；文件中没有写明时填写。")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="替换该年度正在核对的稿子。")] = False,
    reason: Annotated[str, typer.Option(help="调整已批准目标或替换稿子的事由。")] = "",
    actor: Person = "",
) -> None:
    """把绩效目标文件导入数据库，成为一份待核对的稿子。要么全部导入，要么什么都不改。"""
    content = read_file(file)
    from plumbline.office.operations.boot import require_database, start_django

    start_django()
    require_database()
    from plumbline.office.operations.plans import import_file

    version = import_file(
        name=file.name,
        data=content,
        unit=unit,
        new_unit=new_unit,
        year=year or None,
        replace=replace,
        reason=reason,
        username=actor,
    )
    typer.echo(f"已导入：{version}（{version.projects.count()} 个项目），请在网页“绩效”中核对、批准。")


@app.command()
@documented
def export(
    file: Annotated[Path, typer.Argument(metavar="文件", help="写到哪里；以 .docx、.xlsx 或 .pdf 结尾。")],
    form: Annotated[
        FormName,
        typer.Option(
            help="表式：document 目标文本，target 目标表，monitoring 运行监控表，evaluation 自评表。"
        ),
    ] = FormName.TARGET,
    unit: Annotated[str, typer.Option(metavar="名称或编码", help="单位；只有一份绩效目标时可以不填。")] = "",
    year: Annotated[int, typer.Option(min=0, max=2100, help="年度；只有一份绩效目标时可以不填。")] = 0,
    project: Annotated[str, typer.Option(metavar="编码或名称", help="只导出这个项目；不填则导出全部。")] = "",
    checkpoint: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="监控表和自评表所取的监控节点；不填取最近一个已到的。"),
    ] = None,
    actor: Person = "",
) -> None:
    """把数据库里的绩效目标填成官方表格，写成文件。不覆盖已有文件。"""
    from plumbline.office.operations.boot import require_database, start_django

    start_django()
    require_database()
    from plumbline.office.operations.plans import export_file

    size = export_file(
        file,
        unit=unit,
        year=year or None,
        kind=form,
        project=project,
        day=checkpoint.date() if checkpoint else None,
        username=actor,
    )
    typer.echo(f"已写入 {file}（{size / 1000:,.0f} KB）。")


def print_json(value: Any) -> None:
    """Print indented JSON; Chinese stays Chinese."""
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
