"""`plumbline detect`: rules over files of events, without a database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plumbline.kernel.detection.compiling import Settings
    from plumbline.kernel.detection.correlating import Linked
    from plumbline.kernel.detection.examining import Outcome
    from plumbline.kernel.detection.exporting import Writer
    from plumbline.kernel.detection.logsources import LogSource
    from plumbline.kernel.detection.packs.caching import Loaded
    from plumbline.office.commands.detect_text import Meter
    from plumbline.office.operations.detecting.running import Result

DETECT_EXIT_CODES = (
    "退出码：0 没有达到 --fail-on 级别的检出；1 有；2 用法有误或未能完成；"
    "3 没有达到级别的检出，但有内容没能检测（文件没能读完、事件被跳过、没有事件）；130 被中断。"
)


class ResultFormat(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Level(StrEnum):
    """Levels of rules."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class FailOn(StrEnum):
    """From which level on something counts as found; `none`: never."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    detect.__doc__ = f"{detect.__doc__}\n\n{DETECT_EXIT_CODES}"
    app.command()(detect)


def detect(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件或目录...", help="日志：一行一个或成组的 JSON、.evtx，及其 .gz；目录会逐层读取。"
        ),
    ],
    rules: Annotated[
        list[Path],
        typer.Option(
            "--rules",
            "-r",
            metavar="目录或文件",
            help="规则：目录、.tar.gz、.zip 或 .yml，可以多次给出；不填则用 plumbline rules 管理的规则。",
        ),
    ] = [],  # noqa: B006 - typer copies it
    format: Annotated[
        ResultFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="text 汇总供人阅读，json 一行一条，csv 供表格软件；不填则看 --output 的扩展名。",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="结果写到文件，写完才出现。")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="文件.html", help="另写一份可离线阅读和打印的报告。")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, max=256, help="进程数；0 为处理器个数。")] = 0,
    logsource: Annotated[
        str,
        typer.Option(
            metavar="product=…,category=…,service=…", help="声明这些日志的来源，用于日志自身看不出来源时。"
        ),
    ] = "",
    level: Annotated[
        Level, typer.Option("--level", "-l", help="只用这个级别及以上的规则。")
    ] = Level.INFORMATIONAL,
    tag: Annotated[
        list[str],
        typer.Option(metavar="标签", help="只用带有这个标签的规则，可以多次给出；以“.”结尾的指其下全部。"),
    ] = [],  # noqa: B006
    exclude: Annotated[
        list[str],
        typer.Option(
            metavar="规则", help="不用的规则：编号、标题或规则文件名，可以用 * 代表任意文字；可多次。"
        ),
    ] = [],  # noqa: B006
    placeholders: Annotated[
        Path | None, typer.Option(metavar="文件.toml", help="规则中占位符的取值：名称 = [值, …]。")
    ] = None,
    pipeline: Annotated[
        list[Path], typer.Option(metavar="文件.yml", help="pySigma 处理管道，依次套用；可多次给出。")
    ] = [],  # noqa: B006
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="检出达到这个级别时退出码为 1；none 为从不。")
    ] = FailOn.INFORMATIONAL,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="不使用也不保存编译好的规则。")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度。")] = False,
) -> None:
    """用 Sigma 规则检测日志文件，按规则和级别汇总检出。不连接数据库，不联网。"""
    from plumbline.office.commands.detect_text import Meter
    from plumbline.office.operations.detecting import options
    from plumbline.office.operations.detecting.outputs import demand_writable

    declared = options.log_source(logsource)
    settings = options.settings(
        level=str(level),
        tags=tag,
        placeholders=placeholders,
        pipelines=pipeline,
        rules=rules,
    )
    files = options.event_files(paths)
    demand_writable(output, report, [*(path for _name, path in files), *rules])
    meter = Meter(quiet=quiet)
    workers = jobs or os.cpu_count() or 1
    try:
        loaded = _load(rules, settings, no_cache=no_cache, meter=meter)
        options.leave_out(loaded.compiled, exclude)
        options.demand_rules(loaded.compiled)
        linked = options.correlations(loaded.compiled, settings)
        how = _How(format or _format_of(output), output, report, workers, declared)
        excepted = options.exceptions_in_force(rules, date.today())
        result = _run(loaded, files, how, meter, linked, excepted)
    except KeyboardInterrupt:
        # the framework would end with 1, which here means that something was found
        typer.echo("已中断；没有写出结果文件。", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(_exit_code(result, fail_on))


@dataclass(frozen=True, slots=True)
class _How:
    """What the options say of the run."""

    format: ResultFormat
    output: Path | None
    report: Path | None
    jobs: int
    declared: LogSource | None


def _format_of(output: Path | None) -> ResultFormat:
    suffix = "" if output is None else output.suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson"):
        return ResultFormat.JSON
    return ResultFormat.CSV if suffix == ".csv" else ResultFormat.TEXT


def _load(rules: list[Path], settings: Settings, *, no_cache: bool, meter: Meter) -> Loaded:
    from plumbline.kernel.detection.packs.caching import load_rules
    from plumbline.office.operations.detecting import options

    sources = rules or options.own_rules()
    cache = None if no_cache else options.cache_folder()
    loaded = load_rules(sources, settings, cache=cache, progress=meter.compiling)
    meter.rules(loaded)
    return loaded


def _run(
    loaded: Loaded,
    files: list[tuple[str, Path]],
    how: _How,
    meter: Meter,
    linked: Linked,
    excepted: list[str],
) -> Result:
    from plumbline.kernel.detection.exporting import Csv, JsonLines
    from plumbline.office.commands.detect_text import summary
    from plumbline.office.operations.detecting.outputs import destination
    from plumbline.office.operations.detecting.running import detect as run

    infos = loaded.compiled.rules
    writer: Writer | None = None
    if how.format is not ResultFormat.TEXT:
        writer = JsonLines(infos) if how.format is ResultFormat.JSON else Csv(infos)
    with destination(how.output) as stream:

        def emit(file: str, outcome: Outcome) -> None:
            if writer is not None:
                stream.write(writer.detections(file, outcome))

        if writer is not None:
            stream.write(writer.head())
        result = run(
            loaded.compiled,
            files,
            jobs=how.jobs,
            linked=linked,
            declared=how.declared,
            sampled=how.report is not None,
            emit=emit,
            progress=meter.progress,
        )
        meter.end(result, brief=writer is None and how.output is None)
        if writer is not None:
            stream.write(writer.correlations(result.correlations))
        else:
            stream.write((summary(result, loaded, excepted) + "\n").encode("utf-8", "replace"))
    if how.report is not None:
        from plumbline.office.operations.detecting.reporting import write_report

        write_report(
            how.report, result, loaded, declared=how.declared, hashing=meter.hashing, excepted=excepted
        )
        meter.note(f"报告已写入 {how.report}")
    return result


def _exit_code(result: Result, fail_on: FailOn) -> int:
    from plumbline.kernel.detection.tallying import at_least

    if fail_on is not FailOn.NONE and at_least(str(fail_on), result.levels()):
        return 1
    return 3 if result.incomplete else 0
