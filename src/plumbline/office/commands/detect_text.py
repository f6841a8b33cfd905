"""What `plumbline detect` says on the terminal: how far it is, and a summary."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from plumbline.kernel.detection.packs.caching import Loaded
    from plumbline.office.operations.detecting.running import Progress, Result

#: seconds between lines of progress on a terminal and in a log
_EVERY: Final = 0.5
_EVERY_LOGGED: Final = 10.0
_MOST_NAMED: Final = 20
_MOST_NAMED_FILES: Final = 5


class Meter:
    """Progress on stderr: one line that changes on a terminal, a line now and then in a log."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._moving = sys.stderr.isatty()
        self._start = time.monotonic()
        self._last = self._start
        self._begun: float | None = None
        self._shown = 0

    def note(self, text: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._clear()
            typer.echo(text, err=True)

    def compiling(self, done: int, total: int) -> None:
        self._show(f"正在编译规则 {done:,}/{total:,}")

    def hashing(self, done: int, total: int) -> None:
        self._show(f"正在计算文件校验值 {size(done)}/{size(total)}")

    def rules(self, loaded: Loaded) -> None:
        """How many rules are ready, and what could not be used."""
        not_used = [one for one in loaded.compiled.problems if one.kind != "disabled"]
        text = f"规则 {len(loaded.compiled.rules):,} 条"
        if loaded.from_cache:
            text += "（已编译）"
        if loaded.compiled.correlations:
            text += f"，关联规则 {len(loaded.compiled.correlations)} 条"
        if not_used:
            text += f"；另有 {len(not_used)} 条没有使用，原因见汇总或报告"
        self.note(text)
        if loaded.warning:
            self.note(f"注意：{loaded.warning}")
        self._begun = time.monotonic()

    def progress(self, state: Progress) -> None:
        now = time.monotonic()
        seconds = max(now - (self._begun or self._start), 0.001)
        text = f"{size(state.done)}/{size(state.total)}"
        if state.total:
            text += f" {state.done * 100 // state.total}%"
        text += f"  {state.events:,} 个事件  {state.events / seconds:,.0f} 个/秒  检出 {state.hits:,} 次"
        if 0 < state.done < state.total and seconds > 1:
            text += f"  还需 {span((state.total - state.done) * seconds / state.done)}"
        self._show(text)

    def end(self, result: Result, *, brief: bool) -> None:
        """The last line, and what a reader must not miss; `brief`: not examined things are told elsewhere."""
        seconds = max(time.monotonic() - (self._begun or self._start), 0.001)
        events = result.tally.events
        speed = f"，{events / seconds:,.0f} 个/秒" if seconds >= 1 else ""
        self.note(f"检测完成：{events:,} 个事件，用时 {span(seconds)}{speed}")
        if result.restarts:
            self.note(f"注意：检测进程异常退出 {result.restarts} 次，已从中断处继续，结果没有重复")
        if not brief:
            for line in unexamined(result):
                typer.echo(line, err=True)
            for problem in result.problems:
                self.note(f"注意：{problem}")

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if self._quiet or now - self._last < (_EVERY if self._moving else _EVERY_LOGGED):
            return
        self._last = now
        if not self._moving:
            typer.echo(text, err=True)
            return
        columns = width(text)
        sys.stderr.write("\r" + text + " " * max(0, self._shown - columns))
        sys.stderr.flush()
        self._shown = columns

    def _clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            self._shown = 0


def unexamined(result: Result) -> list[str]:
    """Files and events that were not examined, with the reasons."""
    lines = []
    reasons: dict[str, list[str]] = {}
    for file in result.unreadable:
        reasons.setdefault(file.why, []).append(file.name)
    for why, names in reasons.items():
        lines.append(f"没能读完 {len(names):,} 个文件：{why}")
        lines += [f"  {name}" for name in names[:_MOST_NAMED_FILES]]
        if len(names) > _MOST_NAMED_FILES:
            lines.append(f"  另有 {len(names) - _MOST_NAMED_FILES:,} 个")
    if result.tally.fault_count:
        lines.append(f"跳过 {result.tally.fault_count:,} 个事件（序号从 0 起）：")
        lines += [f"  {name} 第 {event} 号：{why}" for name, event, why in result.tally.faults[:5]]
        if result.tally.fault_count > 5:
            lines.append(f"  另有 {result.tally.fault_count - 5:,} 个")
    return lines


def summary(result: Result, loaded: Loaded, excepted: Sequence[str] = ()) -> str:
    """Everything by level and rule, for people; `excepted` names the exceptions in force."""
    from plumbline.kernel.detection.exporting import LEVEL_NAMES, attack_tags, period

    tally = result.tally
    lines = [
        f"共 {len(result.files):,} 个文件，{tally.events:,} 个事件"
        + (f"；{tally.hit_events:,} 个事件有检出，合计 {tally.hits:,} 次" if tally.hits else "")
    ]
    if not tally.rules and not result.correlations:
        lines.append("没有检出。" if tally.events else "没有读到任何事件，无从判断。请确认日志文件选对了。")
    else:
        levels = [
            f"{LEVEL_NAMES[level]} {rules} 条规则 {hits:,} 次"
            for level, (rules, hits) in tally.by_level().items()
            if rules
        ]
        lines += ["按级别：" + "；".join(levels), ""] if levels else []
    for one in tally.ordered():
        lines.append(f"[{LEVEL_NAMES[one.info.level]}] {one.info.title}  {one.count:,} 次")
        details = []
        if one.first is not None and one.last is not None:
            details.append(f"{period(one.first, one.last)}（北京时间）")
        if tags := attack_tags(one.info.tags):
            details.append(" ".join(tags))
        details.append(one.info.key)
        lines.append("     " + "  ".join(details))
    if result.correlations:
        lines += ["", f"关联检出 {len(result.correlations)} 次："]
        for found in result.correlations:
            group = "，".join(f"{name}={value}" for name, value in found.group)
            span_text = period(found.first, found.last)
            lines.append(
                f"[{LEVEL_NAMES[found.info.level]}] {found.info.title}  {span_text}  {found.count} {group}"
            )
    if missing := unexamined(result):
        lines += ["", "没能检测的内容：", *missing]
    if result.problems:
        lines += ["", *[f"注意：{problem}" for problem in result.problems]]
    if excepted:
        lines += ["", f"生效的例外 {len(excepted)} 个，符合的事件不算检出："]
        lines += [f"  {text}" for text in excepted]
    lines += _not_used(loaded)
    return "\n".join(lines)


def _not_used(loaded: Loaded) -> list[str]:
    problems = loaded.compiled.problems
    if not problems:
        return []
    lines = ["", f"没有使用的规则 {len(problems):,} 条："]
    missing = [one for one in problems if one.kind == "placeholder"]
    if missing:
        lines.append(
            f"  {len(missing):,} 条：要先用 --placeholders 填写本单位的取值（占位符），名称见 --report 报告"
        )
    reasons: dict[str, int] = {}
    for one in problems:
        if one.kind != "placeholder":
            reason = one.why if one.kind != "disabled" else f"按选择停用（{one.why}）"
            reasons[reason] = reasons.get(reason, 0) + 1
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"  {count:,} 条：{reason}" for reason, count in ordered[:_MOST_NAMED]]
    if len(ordered) > _MOST_NAMED:
        lines.append(f"  其余 {sum(count for _reason, count in ordered[_MOST_NAMED:])} 条见 --report 报告")
    return lines


def size(number: float) -> str:
    """Bytes as people say them."""
    for unit in ("字节", "KB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}"
        number /= 1000
    return f"{number:,.1f} GB"


def span(seconds: float) -> str:
    """A duration in Chinese."""
    if seconds < 60:
        return f"{seconds:.1f} 秒" if seconds < 10 else f"{seconds:.0f} 秒"
    if seconds < 3600:
        return f"{seconds // 60:.0f} 分 {seconds % 60:.0f} 秒"
    return f"{seconds // 3600:.0f} 小时 {seconds % 3600 // 60:.0f} 分"


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
