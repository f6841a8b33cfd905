"""The linter: everything that can be said of files of rules without an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from plumbline.kernel.detection.compiling import Settings, compile_rules
from plumbline.kernel.detection.errors import RuleError
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.linting.issues import Issue, Remark, Severity
from plumbline.kernel.detection.linting.matching import field_remarks, matching_remarks, written
from plumbline.kernel.detection.linting.metadata import metadata_remarks
from plumbline.kernel.detection.linting.sigma import sigma_remarks
from plumbline.kernel.detection.logsources import LogSource, Row, load_rows
from plumbline.kernel.detection.reading import read, sigma_rule
from plumbline.kernel.detection.rules import Document, Reading, RuleFile
from plumbline.kernel.detection.translating import expression_of

SEVERITIES: Final[dict[Severity, str]] = {"error": "错误", "warning": "警告", "hint": "建议"}
_ORDER: Final[tuple[Severity, ...]] = ("error", "warning", "hint")


def lint(
    files: Iterable[RuleFile],
    *,
    today: date,
    rows: Sequence[Row] | None = None,
    others: Reading | None = None,
) -> list[Issue]:
    """Look over files; the gravest issues of a file first.

    `others` are rules by other authors (a pack), from which the fields of each log source are known, and
    whose ids may be named by exceptions.
    """
    rows = load_rows() if rows is None else rows
    reading = read(files)
    compiled = compile_rules(reading, Settings(rows=rows))
    issues = [
        Issue(one.file, one.title, one.key, "error", one.kind, one.why, one.advice)
        for one in compiled.problems
        if one.kind != "disabled"
    ]
    known = _Fields(others or Reading())
    named = {info.key for info in compiled.rules} | {
        name for one in (others or Reading()).documents for name in (one.info.key, one.info.name)
    }
    for document in reading.documents:
        for remark in _remarks(document, rows, today, known, named if others else None):
            info = document.info
            issues.append(
                Issue(
                    file=info.file,
                    title=info.title,
                    key=info.key,
                    severity=remark.severity,
                    code=remark.code,
                    what=remark.what,
                    advice=remark.advice,
                )
            )
    return sorted(issues, key=lambda one: (one.file, _ORDER.index(one.severity)))


def _remarks(
    document: Document, rows: Sequence[Row], today: date, known: _Fields, named: set[str] | None
) -> Iterator[Remark]:
    yield from metadata_remarks(document, rows, today)
    if document.kind == "filter" and named is not None:
        section = document.data.get("filter")
        rules = section.get("rules") if isinstance(section, dict) else None
        for name in rules if isinstance(rules, list) else ():
            if str(name) not in named:
                yield Remark(
                    "warning",
                    "exception-rule",
                    f"例外提到的规则 {name} 不存在",
                    "请核对编号；规则已移除的请删去例外",
                )
    if document.kind != "detection":
        return
    detection = document.data.get("detection")
    try:
        # what is wrong with the rest does not keep its matching from being looked at
        bare = {"title": "…", "logsource": document.data.get("logsource"), "detection": detection}
        rule = sigma_rule(replace(document, data={**bare, "references": document.data.get("references")}))
        node = expression_of(rule)
    except RuleError:
        return  # told by compiling
    yield from sigma_remarks(rule)
    if isinstance(detection, dict):
        yield from matching_remarks(node, detection)
        fields, count = known.of(document.info.logsource)
        yield from field_remarks(detection, fields, count, str(document.info.logsource))


class _Fields:
    """The fields that rules of each log source use."""

    def __init__(self, reading: Reading) -> None:
        self._fields: dict[LogSource, dict[str, str]] = {}
        self._counts: dict[LogSource, int] = {}
        for document in reading.documents:
            detection = document.data.get("detection")
            if document.kind != "detection" or not isinstance(detection, dict):
                continue
            source = document.info.logsource
            self._counts[source] = self._counts.get(source, 0) + 1
            fields = self._fields.setdefault(source, {})
            for name, _modifiers, _value in written(detection):
                fields.setdefault(fold(name), name)

    def of(self, source: LogSource) -> tuple[dict[str, str], int]:
        """(folded name -> name, number of rules)."""
        return self._fields.get(source, {}), self._counts.get(source, 0)
