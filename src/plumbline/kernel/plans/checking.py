"""Running all rules over a plan document, and printing what they found."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from plumbline.kernel.plans.breaks import marked
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import RULES, SEVERITIES, Finding, Rule, Severity
from plumbline.kernel.plans.source import Source

TITLES: dict[Severity, str] = {"error": "错误", "warning": "警告", "note": "提示", "confirmed": "核对无误"}
#: a quoted line of the document is cut after this many characters
_QUOTED = 60
#: and begins so many characters before what the message names
_BEFORE = 24
_NAMED = re.compile(r"“([^“”]+)”")
#: so many lines of one finding are quoted; the rest are counted
_MOST_LINES = 12


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by id and severity."""
    from plumbline.kernel.plans import checks

    RULES.load(checks)
    return tuple(RULES)


def check(document: PlanDocument) -> list[Finding]:
    """What all rules find, by severity (errors first), then by line, then by rule.

    `advice` is the rule's way to mend it, and `where` the places of the lines in the user's words.
    """
    plan = marked(document)
    found = [_completed(f, rule, document.source) for rule in rules() for f in rule.check(plan)]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.lines, f.rule, f.message))


def _completed(finding: Finding, rule: Rule, source: Source) -> Finding:
    advice = finding.advice or ("" if finding.severity == "confirmed" else rule.mend)
    where = tuple(source.where(n) for n in finding.lines)
    return replace(finding, advice=advice, where=where)


def check_json(findings: list[Finding], source: Source) -> dict[str, Any]:
    """The findings as plain data for JSON; `where` only for formats whose lines have no numbers."""
    return {"findings": [_plain(f, numbered=source.format == "txt") for f in findings]}


def _plain(finding: Finding, *, numbered: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity,
        "lines": list(finding.lines),
        "message": finding.message,
        "advice": finding.advice,
    }
    return data if numbered else data | {"where": list(finding.where)}


def check_text(findings: list[Finding], source: Source) -> str:
    """The findings for reading: grouped by severity, each with its lines quoted."""
    blocks = [_count(findings, source)]
    for severity in SEVERITIES:
        group = [f for f in findings if f.severity == severity]
        if group:
            blocks.append(f"{TITLES[severity]}（{len(group)}）")
            blocks += [_paragraph(f, source) for f in group]
    return "\n\n".join(blocks) + "\n"


def _count(findings: list[Finding], source: Source) -> str:
    counts = [(TITLES[s], sum(f.severity == s for f in findings)) for s in SEVERITIES]
    return f"{source.name}：" + "，".join(f"{title}{count}条" for title, count in counts)


def _paragraph(finding: Finding, source: Source) -> str:
    lines = [f"  [{finding.rule}] {finding.message}"]
    if finding.advice:
        lines.append(f"    整改：{finding.advice}")
    for number in finding.lines[:_MOST_LINES]:
        lines.append(f"    {source.where(number)}：{_quote(source, number, finding.message)}")
    if len(finding.lines) > _MOST_LINES:
        lines.append(f"    （另有{len(finding.lines) - _MOST_LINES}处）")
    return "\n".join(lines)


def _quote(source: Source, number: int, message: str) -> str:
    """The line, or of a long one the stretch around what the message names."""
    if not 1 <= number <= len(source.lines):
        return ""
    text = " ".join(source.lines[number - 1].text.split())
    if len(text) <= _QUOTED:
        return text
    begin = max(_named_at(text, message) - _BEFORE, 0)
    head, tail = "…" * (begin > 0), "…" * (begin + _QUOTED < len(text))
    return f"{head}{text[begin : begin + _QUOTED]}{tail}"


def _named_at(text: str, message: str) -> int:
    """Where the line has the first thing that the message puts in quotation marks; 0 where it has none."""
    named = (piece.rstrip("…") for quoted in _NAMED.findall(message) for piece in (quoted, *quoted.split()))
    return next((at for piece in named if len(piece) > 1 and (at := text.find(piece)) >= 0), 0)


def rules_page() -> str:
    """All rules as a Markdown page, in Chinese (docs/rules.md)."""
    head = [
        "# 校核规则",
        "",
        "本页由规则登记表生成（`plumbline.kernel.plans.checking.rules_page`），请勿手工修改。",
        f"共{len(rules())}条，按编号排列。级别：错误（自相矛盾或无法评分）、警告（应当修改）、提示（值得知道）、"
        "核对无误（已核对，正确）。",
        "",
        "| 编号 | 级别 | 查什么 | 为什么 | 怎样整改 |",
        "|---|---|---|---|---|",
    ]
    rows = [f"| `{r.id}` | {TITLES[r.severity]} | {r.title} | {r.why} | {r.mend} |" for r in rules()]
    return "\n".join(head + rows) + "\n"
