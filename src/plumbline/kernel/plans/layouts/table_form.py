"""The table forms: 申报表, 目标表, 自评表, 监控表, one form or many, in whatever shape the table comes.

The stream of pieces (`grid`) is read from top to bottom: titles, labelled values, the block on
money, goals, and the indicator table each have words of their own (`vocabulary.toml`) by which they
are known. Nothing that stands in the document is dropped: what no part claims is kept under
`draft.UNCLAIMED`, and what stands before the first form is kept as noise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plumbline.kernel.plans.document import Organisation, PlanDocument, Project, Text
from plumbline.kernel.plans.layouts import grid, runon
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.draft import Draft, unit_name
from plumbline.kernel.plans.layouts.form_reading import Reading
from plumbline.kernel.plans.layouts.heading import indicator_heading
from plumbline.kernel.plans.layouts.refusal import refusal
from plumbline.kernel.plans.layouts.registry import LAYOUTS
from plumbline.kernel.plans.layouts.table_end import YEAR, is_note
from plumbline.kernel.plans.source import Source

_HOLDERS = (
    *("实施单位", "项目单位", "项目执行单位", "项目实施单位", "单位名称", "预算单位"),
    *("填报单位", "部门名称", "预算部门", "主管部门", "主管部门及代码", "单位", "资金使用单位", "部门"),
    *("地方主管部门", "省级主管部门"),
)
_CODES = ("单位编码", "单位代码", "部门编码", "部门代码", "预算单位编码")
#: division, then the year (13022923P00001210021X)
_CODE_YEAR = re.compile(r"\d{6}(\d\d)[A-Z]")
#: lines within which the headings of a table form usually stand
_GLANCE = 3000


def _top(source: Source, limit: int) -> Source:
    """The first lines of a document, with the tables that begin in them."""
    if len(source.lines) <= limit:
        return source
    tables = tuple(
        replace(table, cells=tuple(cell for cell in table.cells if cell.line <= limit))
        for table in source.tables
        if table.first_line <= limit
    )
    return replace(source, lines=source.lines[:limit], tables=tables)


class TableForm:
    """Layout of the table forms."""

    key = "table_form"
    title = "表格式绩效表（申报表、目标表、自评表、监控表）"

    def recognise(self, source: Source) -> float:
        """Sure (0.6) where the headings of an indicator table stand, 0 where there are none."""
        for limit in (_GLANCE, len(source.lines)):
            built = grid.build(_top(source, limit))
            pieces = built.pieces
            if any(indicator_heading(pieces, index) is not None for index in range(len(pieces))):
                return 0.6
            if runon.headed(built):
                return 0.6
            if len(source.lines) <= _GLANCE:
                break
        return 0.0

    def read(self, source: Source) -> PlanDocument:
        """The plan in the document.

        Raises:
            NotAPlan: it holds no indicator table.
        """
        whole = runon.cut(grid.build(source))
        reading = Reading(whole.pieces, whole.noise)
        reading.run()
        if not any(draft.indicators or (draft.name and reading.roles) for draft in reading.drafts):
            raise refusal(source)
        return _document(source, reading)


def _document(source: Source, reading: Reading) -> PlanDocument:
    drafts = [draft for draft in reading.drafts if draft.indicators or draft.name or draft.code]
    drafts[-1].complete = not _breaks_off(drafts[-1], reading)
    year = next((d.year for d in drafts if d.year), None) or _year(source, reading)
    statements = [draft.statement(year, None) for draft in drafts]
    return PlanDocument(
        source=source,
        layout=TableForm.key,
        form=_form(drafts, reading.roles),
        year=year,
        organisation=_organisation(drafts, reading),
        projects=tuple(Project((statement,)) for statement in statements),
        totals=tuple(reading.totals),
        headings=tuple(reading.headings),
        noise=tuple(reading.noise),
        complete=statements[-1].complete,
    )


def _breaks_off(draft: Draft, reading: Reading) -> bool:
    """The document ends in the middle: of a remark, or of a scored table before its row of totals."""
    last = next((piece for piece in reversed(reading.pieces) if piece.text), None)
    if last is not None and is_note(draft.attributes.get("注", Text("")).value):
        return len(last.text) > 40 and not re.search(r"[。．.;；！!)）”\d]$", last.text.strip())
    if not draft.indicators:
        return True
    end = draft.indicators[-1]
    if last is not None and _cut_short(draft, last.text):
        return True
    scored = any(indicator.weight is not None for indicator in draft.indicators)
    bare = end.level3 is None and end.target.kind == "empty" and end.weight is None
    return scored and bare and draft.total_weight is None


def _cut_short(draft: Draft, text: str) -> bool:
    """The last text of the document is that of a row which lacks what the rows above it have."""
    *before, end = draft.indicators
    texts = (end.level2, end.level3 or "", end.target.raw, end.actual.raw if end.actual else "")
    bare = v.plain(text)
    if not before or draft.total_weight is not None or not any(v.plain(t).endswith(bare) for t in texts if t):
        return False
    if end.target.kind == "empty":
        return all(i.target.kind != "empty" for i in before)
    return end.weight is None and all(i.weight is not None or not i.level3 for i in before)


def _year(source: Source, reading: Reading) -> int | None:
    for heading in reading.headings:
        found = YEAR.search(v.plain(heading.value)) or re.search(r"(20\d\d)", v.plain(heading.value))
        if found:
            return int(found[1])
    for draft in reading.drafts:
        for label in ("预算年度", "年度", "评价时间", "填报日期", "填表日期", "填报时间"):
            found = (
                re.search(r"(20\d\d)", draft.attributes[label].value) if label in draft.attributes else None
            )
            if found:
                return int(found[1])
    body = source.lines[grid.head_lines(source) :]
    codes = [_CODE_YEAR.match(draft.code or "") for draft in reading.drafts]
    found = YEAR.search("\n".join(line.text for line in body[:60])) or re.search(
        r"(20\d\d)\s*年", source.name
    )
    if found is None and codes and codes[0]:
        return 2000 + int(codes[0][1])
    return int(found[1]) if found else None


def _form(drafts: Sequence[Draft], roles: set[str]) -> str:
    titles = "".join(v.plain(draft.title) for draft in drafts[:20])
    for form, marks in v.words()["form"].items():
        if form != "目标表" and any(mark in titles for mark in marks):
            return str(form)
    executed = any(row.executed for draft in drafts for row in draft.execution)
    if {"likelihood", "forecast"}.intersection(roles):
        return "监控表"
    if {"actual", "score"}.intersection(roles) or executed:
        return "自评表"
    return "目标表"


def _organisation(drafts: Sequence[Draft], reading: Reading) -> Organisation:
    mentions = list(reading.units)
    for draft in drafts:
        mentions.extend(
            draft.attributes[h] for h in _HOLDERS if h in draft.attributes and draft.attributes[h].value
        )
    if not mentions:
        return Organisation(name="")
    first = mentions[0]
    code, name = unit_name(first.value)
    if code is None:
        stated = (d.attributes[k].value for d in drafts for k in _CODES if k in d.attributes)
        code = next((text for text in stated if re.fullmatch(r"\d{3,12}", text)), None)
    names = dict.fromkeys(unit_name(mention.value)[1] for mention in mentions)
    names.pop(name, None)
    where = {unit_name(m.value)[1]: m.lines for m in reversed(mentions)}
    aliases = tuple(Text(other, where[other]) for other in names)
    return Organisation(name=name, code=code, aliases=aliases, mentions=tuple(mentions))


LAYOUTS.add(TableForm.key, TableForm())
