"""From results to the page: what each part of the report says."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from plumbline.kernel.detection.attack import named
from plumbline.kernel.detection.exporting import BEIJING, CorrelationFound, period
from plumbline.kernel.detection.rules import LEVELS, Problem, Why
from plumbline.kernel.detection.tallying import RuleTally, Tally

_FOLDER: Final = Path(__file__).resolve().parent
#: rules with details, files with names, rules named for a reason; what is beyond is counted, never silent
MOST_RULES: Final = 500
MOST_FILES: Final = 2_000
MOST_NAMED: Final = 100
MOST_CORRELATIONS: Final = 500

_KINDS: Final[dict[Why, str]] = {
    "unreadable": "读不出来",
    "unsupported": "写法不受支持",
    "placeholder": "缺少本单位要填的值",
    "duplicate": "编号重复",
    "disabled": "按选择停用",
    "nowhere": "没有对应的日志",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file: bytes, events, SHA-256 (hex), and why it could not be read to the end; empty if it could."""

    name: str
    size: int
    events: int
    digest: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report says.

    Attributes:
        written: when; version: of the program; pack_digest: of the compiled rules (hex).
        rule_count: rules that were applied.
        notes: sentences on what was left out (correlations, dead processes).
        declared: the log source that was declared, or empty.
    """

    written: datetime
    version: str
    pack_digest: str
    rule_count: int
    tally: Tally
    files: Sequence[Examined]
    problems: Sequence[Problem]
    correlations: Sequence[CorrelationFound] = ()
    notes: Sequence[str] = field(default_factory=list)
    declared: str = ""


def report_html(content: Content) -> str:
    """The report as one HTML text without any reference to elsewhere."""
    ordered = content.tally.ordered()
    template = _environment().get_template("report.html.jinja")
    return template.render(
        content=content,
        tally=content.tally,
        written=content.written.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        levels=_levels(content),
        severity=severity(),
        worst=next((one for one in reversed(LEVELS) if one in _found_levels(content)), ""),
        rules=[_rule(number, one) for number, one in enumerate(ordered[:MOST_RULES], 1)],
        rules_left=max(0, len(ordered) - MOST_RULES),
        correlations=[_correlation(one) for one in content.correlations[:MOST_CORRELATIONS]],
        correlations_left=max(0, len(content.correlations) - MOST_CORRELATIONS),
        unread=[file for file in content.files if file.why],
        reasons=_reasons(content.problems),
        files=content.files[:MOST_FILES],
        files_left=max(0, len(content.files) - MOST_FILES),
        total_size=sum(file.size for file in content.files),
        span=_span(ordered),
    )


@cache
def severity() -> dict[str, dict[str, str]]:
    """What each level means and what to do first."""
    return tomllib.loads((_FOLDER / "severity.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["bytes"] = _bytes
    environment.filters["clean"] = _clean
    return environment


def _clean(value: object) -> str:
    """Text without characters that HTML forbids or that turn the direction of writing."""
    text = str(value).encode("utf-8", "replace").decode()
    return "".join(
        "\ufffd"
        if (c < " " and c not in "\n\t") or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
        else c
        for c in text
    )


def _bytes(number: float) -> str:
    for unit in ("字节", "KB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}"
        number /= 1000
    return f"{number:,.1f} GB"


def _found_levels(content: Content) -> set[str]:
    return {one.info.level for one in content.tally.rules.values()} | {
        one.info.level for one in content.correlations
    }


def _levels(content: Content) -> list[dict[str, Any]]:
    levels = []
    for level, (rules, hits) in content.tally.by_level().items():
        linked = sum(one.info.level == level for one in content.correlations)
        levels.append({"key": level, **severity()[level], "rules": rules, "hits": hits, "linked": linked})
    return levels


def _rule(number: int, one: RuleTally) -> dict[str, Any]:
    return {
        "number": number,
        "info": one.info,
        "level": severity()[one.info.level]["name"],
        "count": one.count,
        "when": _when(one.first, one.last),
        "attack": named(one.info.tags),
        "samples": one.samples,
        "files": one.files,
        "more_files": one.more_files,
        "falsepositives": [text for text in one.info.falsepositives if text.strip().lower() not in _NOTHING],
    }


_NOTHING: Final = ("", "unknown", "none", "unlikely")


def _correlation(one: CorrelationFound) -> dict[str, Any]:
    return {
        "found": one,
        "level": severity()[one.info.level]["name"],
        "when": _when(one.first, one.last),
        "attack": named(one.info.tags),
    }


def _when(first: float | None, last: float | None) -> str:
    if first is None or last is None:
        return ""
    return period(first, last)


def _span(ordered: Sequence[RuleTally]) -> str:
    firsts = [one.first for one in ordered if one.first is not None]
    lasts = [one.last for one in ordered if one.last is not None]
    return _when(min(firsts), max(lasts)) if firsts and lasts else ""


def _reasons(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Rules that were not applied, by kind, then by reason, the most frequent first."""
    kinds: dict[str, dict[tuple[str, str], list[Problem]]] = {}
    for problem in problems:
        reasons = kinds.setdefault(_KINDS[problem.kind], {})
        reasons.setdefault((problem.why, problem.advice), []).append(problem)
    return [
        {
            "kind": kind,
            "count": sum(map(len, reasons.values())),
            "reasons": [
                {
                    "why": why,
                    "advice": advice,
                    "count": len(of),
                    "rules": of[:MOST_NAMED],
                    "left": max(0, len(of) - MOST_NAMED),
                }
                for (why, advice), of in sorted(reasons.items(), key=lambda item: -len(item[1]))
            ],
        }
        for kind, reasons in kinds.items()
    ]
