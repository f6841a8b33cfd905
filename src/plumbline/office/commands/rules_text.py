"""What `plumbline rules` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import typer

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.exporting import LEVEL_NAMES, beijing
from plumbline.kernel.detection.packs.archives import rule_files
from plumbline.kernel.detection.packs.exempting import STATES, exception_text, exceptions_of
from plumbline.kernel.detection.packs.library import Library, Plan
from plumbline.kernel.detection.packs.placeholders import asked_for
from plumbline.kernel.detection.rules import Document, Info, Reading, RuleFile

_MOST_SHOWN: Final = 40


def imported(plan: Plan) -> Iterator[str]:
    """What an import brought."""
    kinds = Counter(document.kind for document in plan.reading.documents)
    yield (
        f"已导入“{plan.name}”：检测规则 {kinds['detection']:,} 条，"
        f"关联规则 {kinds['correlation']:,} 条，例外 {kinds['filter']:,} 条"
    )
    levels = Counter(one.info.level for one in plan.reading.documents if one.kind == "detection")
    yield "  " + "，".join(
        f"{name} {levels[level]:,}" for level, name in LEVEL_NAMES.items() if levels[level]
    )
    if plan.left_out:
        yield f"  没有导入停用、测试等目录中的 {plan.left_out:,} 个文件"
    waiting = sum(bool(asked_for(one.data.get("detection"))) for one in plan.reading.documents)
    if waiting:
        yield f"  其中 {waiting:,} 条要先在 placeholders.toml 填写本单位的取值（占位符）才能用"
    yield from _problem_lines(plan)


def changes(plan: Plan) -> Iterator[str]:
    """What an update would change."""
    found = plan.changes
    if not found:
        yield f"没有不同：{found.same:,} 条规则都一样。"
        return
    yield (
        f"新增 {len(found.added):,} 条，改动 {len(found.changed):,} 条，移除 {len(found.removed):,} 条，"
        f"改名或移动 {len(found.renamed):,} 条；{found.same:,} 条不变"
    )
    yield from _listed("新增", [f"[{LEVEL_NAMES[one.level]}] {one.title}" for one in found.added])
    lines = []
    for change in found.changed:
        level = ""
        if change.level:
            level = f"（{LEVEL_NAMES[change.level[0]]} → {LEVEL_NAMES[change.level[1]]}）"
        parts = "、".join(f"{part}{level}" if part == "级别" else part for part in change.parts)
        lines.append(f"[{LEVEL_NAMES[change.info.level]}] {change.info.title}：{parts}")
    yield from _listed("改动", lines)
    yield from _listed("移除", [f"[{LEVEL_NAMES[one.level]}] {one.title}" for one in found.removed])
    yield from _listed(
        "改名或移动",
        [
            f"{move.old} → {move.info.file}" + (f"：{'、'.join(move.parts)}" if move.parts else "")
            for move in found.renamed
        ],
    )
    yield from _problem_lines(plan)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}："
        yield from (f"  {line}" for line in lines[:_MOST_SHOWN])
        if len(lines) > _MOST_SHOWN:
            yield f"  另有 {len(lines) - _MOST_SHOWN:,} 条"


def _problem_lines(plan: Plan) -> Iterator[str]:
    lines = [f"{one.file} {one.title}：{one.why}".replace(" ：", "：") for one in plan.problems]
    yield from _listed(f"不能用的 {len(lines)} 处", lines)


def show_packs(own: Library, *, as_json: bool) -> None:
    """The packs that were imported."""
    packs = own.packs()
    if as_json:
        _print_json([{**asdict(pack), "path": str(pack.path)} for pack in packs])
        return
    if not packs:
        typer.echo("还没有导入规则包。用 plumbline rules import 导入。")
    for pack in packs:
        typer.echo(f"{pack.name}  {pack.rules:,} 条  导入于 {_moment(pack.imported)}  来自 {pack.source}")
        typer.echo(f"  SHA-256 {pack.digest}")
        if own.previous(pack.name) is not None:
            typer.echo(f"  有上一版，要退回请用 plumbline rules revert --name {pack.name}")


def _moment(text: str) -> str:
    """A time of the record as the office reads it; what is no time, as it stands."""
    try:
        return f"{beijing(datetime.fromisoformat(text).timestamp())}（北京时间）"
    except ValueError:
        return text


def chosen(own: Library, choice: Choice) -> str:
    """How many rules a choice leaves, so that a slip of the pen is seen at once."""
    rules = [one for one in own.reading().documents if one.kind != "filter"]
    used = sum(not choice.leaves_out(one.info) for one in rules)
    text = f"现有 {len(rules):,} 条规则，启用 {used:,} 条。"
    return (
        text
        if used or not rules
        else f"{text}没有规则符合，请检查写法；plumbline rules choose --all 取消选择。"
    )


def show_rules(own: Library, search: str, *, only_off: bool, as_json: bool) -> None:
    """Rules that hold `search`, each with why it does not run."""
    reading, choice, values = own.reading(), own.choice(), own.placeholders()
    found = [
        (document, why)
        for document in reading.documents
        if document.kind != "filter" and _holds(document.info, search)
        for why in [_off(choice, document, values)]
        if why or not only_off
    ]
    if as_json:
        _print_json([{**_as_json(document), "off": why} for document, why in found])
        return
    for document, why in found:
        info = document.info
        state = f"  （没有启用：{why}）" if why else ""
        typer.echo(f"[{LEVEL_NAMES[info.level]}] {info.title}  {info.key}{state}")
    for problem in reading.problems if not search else ():
        typer.echo(f"[不能用] {problem.title or problem.file}：{problem.why}（{problem.file}）")
    total = sum(document.kind != "filter" for document in reading.documents)
    if not total:
        typer.echo("还没有规则。用 plumbline rules import 导入规则包，自己的规则放在：")
        typer.echo(f"  {own.folder / 'local'}")
    else:
        idle = sum(bool(why) for _document, why in found)
        typer.echo(f"共 {total:,} 条，列出 {len(found):,} 条，其中没有启用 {idle:,} 条")


def show_rule(own: Library, name: str, *, today: date) -> None:
    """All about one rule."""
    reading = own.reading()
    document = one_rule(reading, name)
    info = document.info
    why = _off(own.choice(), document, own.placeholders())
    typer.echo(
        f"{info.title}\n编号 {info.key}\n级别 {LEVEL_NAMES[info.level]}  状态 {info.status or '没有写明'}"
    )
    typer.echo(f"日志来源 {info.logsource}\n文件 {info.file}")
    typer.echo(f"没有启用：{why}" if why else "已启用")
    for one in exceptions_of(reading.documents, today):
        if "any" in one.rules or {info.key, info.name} & set(one.rules):
            owner = one.owner or "没有负责人"
            typer.echo(f"{one.info.title}，{owner}，{_until(one.expires)}，{STATES[one.state]}")
    typer.echo("")
    typer.echo(_source(own, info))


def show_exceptions(own: Library, today: date, *, as_json: bool) -> None:
    """Every exception with who and until when."""
    found = exceptions_of(own.reading().documents, today)
    if as_json:
        _print_json(
            [
                {
                    "title": one.info.title,
                    "file": one.info.file,
                    "rules": list(one.rules),
                    "owner": one.owner,
                    "expires": one.expires.isoformat() if one.expires else None,
                    "state": one.state,
                    "reason": one.info.description,
                }
                for one in found
            ]
        )
        return
    if not found:
        typer.echo("没有例外。")
    for one in found:
        typer.echo(
            f"{one.info.title}  {one.owner or '没有负责人'}  {_until(one.expires)}  {STATES[one.state]}"
        )
        typer.echo(
            f"  规则 {'、'.join(one.rules)}；{one.info.description or '没有写理由'}（{one.info.file}）"
        )


def add_exception(
    own: Library, name: str, when: list[str], *, owner: str, expires: date, reason: str, today: date
) -> Path:
    """Write an exception for one rule; its file."""
    rule = one_rule(own.reading(), name).info
    key = str(uuid4())
    text = exception_text(rule, when, key=key, owner=owner, expires=expires, reason=reason, today=today)
    return own.save_exception(f"{rule.key[:8].replace(':', '-')}-{key[:8]}.yml", text)


def show_lint(own: Library, paths: list[Path], today: date, *, as_json: bool) -> bool:
    """The linter's findings on files or, without any, on own rules; whether there are errors or warnings."""
    from plumbline.kernel.detection.linting.linter import SEVERITIES, lint

    folders = paths or [path for path in own.sources() if path.is_dir()]
    if not folders:
        raise PackError(
            "没有要检查的规则",
            where=str(own.folder / "local"),
            advice="请把自己的规则放在这里，或写上文件、目录",
        )
    several = len(folders) > 1
    files = [
        RuleFile(f"{path.name}/{file.name}" if several else file.name, file.content)
        for path in folders
        for file in rule_files(path).files
    ]
    issues = lint(files, today=today, others=own.reading())
    if as_json:
        _print_json([asdict(issue) for issue in issues])
    else:
        for issue in issues:
            where = f"{issue.file}  {issue.title}" if issue.title else issue.file
            typer.echo(f"{SEVERITIES[issue.severity]}  {where}\n      {issue.sentence}")
        counts = Counter(issue.severity for issue in issues)
        text = "，".join(f"{name} {counts[key]} 处" for key, name in SEVERITIES.items() if counts[key])
        typer.echo(f"检查了 {len(files)} 个文件：{text or '没有问题'}。")
    return any(issue.severity != "hint" for issue in issues)


def one_rule(reading: Reading, name: str) -> Document:
    """The one rule that an id, or a title, or a part of one, names.

    Raises:
        PackError: there is none, or there are several.
    """
    rules = [document for document in reading.documents if document.kind != "filter"]
    wanted = name.casefold()
    for test in (
        lambda info: info.key.casefold() == wanted,
        lambda info: info.title.casefold() == wanted,
        lambda info: wanted in info.title.casefold() or info.key.casefold().startswith(wanted),
    ):
        found = [document for document in rules if test(document.info)]
        if len(found) == 1:
            return found[0]
        if found:
            some = "；".join(f"{one.info.title}（{one.info.key}）" for one in found[:5])
            raise PackError(f"有 {len(found)} 条规则符合“{name}”", advice=f"请用规则编号：{some}")
    raise PackError(f"没有找到规则“{name}”", advice="用 plumbline rules list 文字 查找")


def _off(choice: Choice, document: Document, values: Mapping[str, object]) -> str:
    if why := choice.leaves_out(document.info):
        return why
    missing = sorted(asked_for(document.data.get("detection")) - values.keys())
    return f"占位符 {'、'.join(f'%{name}%' for name in missing)} 没有取值" if missing else ""


def _until(day: date | None) -> str:
    return f"到 {day}" if day else "没有到期日"


def _holds(info: Info, search: str) -> bool:
    wanted = search.casefold()
    texts: Iterable[str] = (info.title, info.key, info.file, *info.tags)
    return not wanted or any(wanted in text.casefold() for text in texts)


def _as_json(document: Document) -> dict[str, Any]:
    data = asdict(document.info)
    return {"kind": document.kind, **data}


def _source(own: Library, info: Info) -> str:
    for path in own.sources():
        for file in rule_files(path).files:
            if f"{path.name}/{file.name}" == info.file:
                return file.content.decode("utf-8", "replace").strip()
    return ""


def _print_json(value: Any) -> None:
    from plumbline.office.commands.plan import print_json

    print_json(value)
