"""What the options of `plumbline detect` mean."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from plumbline.kernel.detection.compiling import Choice, Settings
from plumbline.kernel.detection.correlating import Linked
from plumbline.kernel.detection.errors import EventFileError, PackError
from plumbline.kernel.detection.logsources import LogSource, load_rows
from plumbline.kernel.detection.packs.archives import rule_files
from plumbline.kernel.detection.packs.exempting import exceptions_of
from plumbline.kernel.detection.packs.library import Library
from plumbline.kernel.detection.packs.placeholders import read_placeholders
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Compiled, Info, Problem
from plumbline.office.config import data_folder
from plumbline.office.operations.detecting.units import named_files

#: an expression that never holds: what a rule that was left out becomes
NEVER: Final = ["or"]


def library() -> Library:
    """The rules that `plumbline rules` manages, in the data folder."""
    return Library(data_folder() / "detection")


def own_rules() -> list[Path]:
    """What the library holds.

    Raises:
        PackError: it holds nothing yet.
    """
    paths = library().sources()
    if not paths:
        raise PackError(
            "还没有规则", advice="请用 --rules 指定规则，或先用 plumbline rules import 导入规则包"
        )
    return paths


def cache_folder() -> Path:
    """Where compiled packs are kept."""
    return data_folder() / "detection" / "cache"


def settings(
    *,
    level: str,
    tags: Sequence[str],
    placeholders: Path | None,
    pipelines: Sequence[Path],
    rules: Sequence[Path],
) -> Settings:
    """With what rules are compiled; where the library's rules run, its own choice holds too.

    Raises:
        PackError: a file cannot be read.
    """
    own = library()
    choice = own.choice() if not rules else Choice()
    least = level if level != "informational" else choice.least
    values = {} if rules else own.placeholders()
    if placeholders is not None:
        values = {**values, **read_placeholders(_text(placeholders), where=str(placeholders))}
    texts = [] if rules else own.pipelines()
    return Settings(
        rows=load_rows([*_row_folders(own)]),
        choice=Choice(
            least,
            choice.statuses,
            tuple(tags) or choice.tags,
            choice.products,
            choice.categories,
            choice.services,
            choice.off,
        ),
        placeholders=values,
        pipelines=[*texts, *(_text(path) for path in pipelines)],
        today=date.today(),
    )


def _row_folders(own: Library) -> list[Path]:
    from plumbline.kernel.detection.logsources import FOLDER

    return [FOLDER, own.folder / "sources"] if (own.folder / "sources").is_dir() else [FOLDER]


def log_source(text: str) -> LogSource | None:
    """The log source that "product=…,category=…,service=…" declares.

    Raises:
        EventFileError: it cannot be understood.
    """
    if not text.strip():
        return None
    values: dict[str, str] = {}
    for part in text.replace("，", ",").split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or name.strip() not in ("product", "category", "service") or not value.strip():
            raise EventFileError(
                f"--logsource 中的“{part.strip()}”看不懂",
                advice="请写成 product=windows,category=process_creation 的形式",
            )
        values[name.strip()] = value.strip().lower()
    return LogSource(**values)


def event_files(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """The files of events that these paths name.

    Raises:
        EventFileError: a path is not there, or there is no file at all.
    """
    for path in paths:
        if not path.exists():
            raise EventFileError("没有这个文件或目录", where=str(path), advice="请检查路径")
    files = named_files(paths)
    if not files:
        raise EventFileError(
            "目录中没有文件", where="、".join(map(str, paths)), advice="请指向日志所在的目录"
        )
    return files


def leave_out(compiled: Compiled, patterns: Sequence[str]) -> None:
    """Take out the rules whose id, title or file a pattern names; they become problems of kind "disabled".

    Raises:
        PackError: a pattern names no rule.
    """
    found = [False] * len(patterns)
    for number, info in enumerate(compiled.rules):
        hits = [place for place, pattern in enumerate(patterns) if _names(pattern, info)]
        for place in hits:
            found[place] = True
        if hits:
            compiled.pack.rules[number] = list(NEVER)
            compiled.problems.append(
                Problem(info.file, info.title, info.key, "disabled", f"--exclude {patterns[hits[0]]}")
            )
    if not all(found):
        raise PackError(
            f"--exclude {patterns[found.index(False)]} 没有对应的规则",
            advice="可填规则编号、标题或规则文件名",
        )


def demand_rules(compiled: Compiled) -> None:
    """Refuse to run without a rule: nothing would be found, whatever the logs hold.

    Raises:
        PackError: no rule is left, with the most frequent reason.
    """
    if any(rule != NEVER for rule in compiled.pack.rules):
        return
    reasons = Counter(problem.why for problem in compiled.problems).most_common(1)
    why = f"（{reasons[0][1]:,} 条：{reasons[0][0]}）" if reasons else ""
    raise PackError(
        f"没有一条规则可用{why}",
        advice="请检查 --rules、--level、--tag、--exclude 和 plumbline rules choose 的选择",
    )


def exceptions_in_force(rules: Sequence[Path], today: date) -> list[str]:
    """Sentences on the library's exceptions that hide events from its rules; expired ones hide nothing."""
    if rules:
        return []
    folders = [path for path in library().sources() if path.is_dir()]
    documents = [one for path in folders for one in read(rule_files(path).files).documents]
    return [
        f"{one.info.title}（{one.owner or '没有负责人'}，"
        + (f"到 {one.expires}）" if one.expires else "没有到期日）")
        for one in exceptions_of(documents, today)
        if one.state != "expired"
    ]


def correlations(compiled: Compiled, settings: Settings) -> Linked:
    """The correlations that run, and what runs for them alone; those that do not run become problems."""
    from plumbline.kernel.detection.correlating import link

    used = [info for info, rule in zip(compiled.rules, compiled.pack.rules, strict=True) if rule != NEVER]
    linked = link(compiled.correlations, used, choice=settings.choice)
    compiled.problems.extend(linked.problems)
    return linked


def _names(pattern: str, info: Info) -> bool:
    wanted = pattern.casefold()
    texts = (info.key, info.title, info.file, Path(info.file).name)
    return any(fnmatch.fnmatchcase(text.casefold(), wanted) for text in texts)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PackError("没有这个文件", where=str(path), advice="请检查路径") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("文件读不出来，或不是 UTF-8 文字", where=str(path), advice=str(error)) from error
