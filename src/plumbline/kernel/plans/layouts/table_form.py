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
from plumbline.kernel.plans.layouts import blocks, grid, runon
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.draft import UNCLAIMED, Draft, is_plan_head, unit_name
from plumbline.kernel.plans.layouts.fitness import classify
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading, fund_heading, indicator_heading
from plumbline.kernel.plans.layouts.indicator_table import YEAR, body_end, is_note, is_title, rows
from plumbline.kernel.plans.layouts.indicators import fill
from plumbline.kernel.plans.layouts.refusal import refusal
from plumbline.kernel.plans.layouts.registry import LAYOUTS
from plumbline.kernel.plans.source import Source

_HOLDERS = ("实施单位", "项目单位", "项目执行单位", "项目实施单位", "单位名称", "预算单位", "填报单位", "部门名称",
            "预算部门", "主管部门", "主管部门及代码", "单位")  # fmt: skip
#: lines within which the headings of a table form usually stand
_GLANCE = 3000
_YEAR_ALONE = re.compile(r"^[(（]?\s*(20\d\d)\s*年?度?\s*[)）]?$")


class _Reading:
    """One pass over the stream."""

    def __init__(self, source: Source, pieces: Sequence[Piece], noise: list[Text]) -> None:
        self.source = source
        self.pieces = pieces
        self.noise = noise
        self.headings: list[Text] = []
        self.totals: list = []
        self.drafts: list[Draft] = []
        self.units: list[Text] = []
        self.roles: set[str] = set()
        self.draft = Draft()
        self.unit = ""
        self.use_next = False
        self.stops = [self._stops(index) for index in range(len(pieces))]

    def _stops(self, index: int) -> bool:
        """A word of the form stands here: it ends the value before it."""
        text = self.pieces[index].text
        if not text or len(text) > 60:
            return bool(text) and is_note(text)
        if v.label_role(text) or v.is_corner(text) or v.fund_row(text) or v.is_group(text):
            return True
        if blocks.inline_values(self.pieces[index]) or is_note(text):
            return True
        return is_title(text) or (v.column_role(text) is not None and classify(text) != "unit")

    def run(self) -> None:
        index = 0
        while index < len(self.pieces):
            index = max(self._step(index), index + 1)
        self._close()

    def _step(self, index: int) -> int:
        piece = self.pieces[index]
        text = piece.text
        if not text:
            return index + 1
        heading = indicator_heading(self.pieces, index)
        if heading is not None:
            return self._table(heading)
        if self._titled(piece):
            return index + 1
        money = fund_heading(self.pieces, index)
        if money is not None:
            self._corner(self.pieces[money.start : money.end])
            return blocks.fund_table(self.pieces, money, self.draft)
        if is_note(text):
            return self._notes(index)
        return self._value(index)

    def _titled(self, piece: Piece) -> bool:
        year = _YEAR_ALONE.match(piece.text.strip())
        if year:
            self.draft.year = self.draft.year or int(year[1])
            self._heading(piece)
            return True
        if not is_title(piece.text) or blocks.inline_values(piece) or v.label_role(piece.text) or v.is_corner(piece.text):
            return False
        if self.draft.filled:
            self._close()
        elif UNCLAIMED in self.draft.attributes:
            self.noise.append(self.draft.attributes.pop(UNCLAIMED))
        if self.draft.title and "附件" in piece.text:
            self._heading(piece)
            return True
        found = YEAR.search(piece.text)
        self.draft.title = piece.text.strip().lstrip("#*").strip()
        self.draft.spans["title"] = piece.line
        self.draft.year = int(found[1]) if found else self.draft.year
        self._heading(piece)
        return True

    def _heading(self, piece: Piece) -> None:
        self.draft.see(piece)
        self.headings.append(Text(piece.text, (piece.line,)))

    def _close(self) -> None:
        if self.draft.filled:
            self.drafts.append(self.draft)
            self.draft = Draft(unit=self.unit)
        else:
            self._unfilled()

    def _unfilled(self) -> None:
        """What stood before any form is kept as noise."""
        for text in self.draft.attributes.values():
            if text.value:
                self.noise.append(text)

    def _corner(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            unit = v.money_unit(piece.text)
            if unit and v.is_corner(piece.text):
                self.draft.unit = unit

    def _table(self, heading: Heading) -> int:
        start = heading.start
        end = body_end(self.pieces, heading)
        for piece in self.pieces[start : heading.end]:
            self.draft.see(piece)
            points = v.points(piece.text) if v.is_group(piece.text) else None
            if points is not None:
                self.draft.attributes.setdefault("绩效指标分值", Text(str(points), (piece.line,)))
        self.draft.spans.setdefault("head", heading.lines[0] if heading.lines else 0)
        self.roles.update(heading.roles)
        found = rows(self.pieces, heading, end)
        table = fill(self.draft, found, heading, unit=self.draft.unit or self.unit)
        self.totals.extend(table.totals)
        self.units.extend(table.unit_codes)
        if table.drafts and table.drafts[0] is not self.draft:
            self.noise.extend(t for t in self.draft.attributes.values() if t.value and v.money_unit(t.value) is None)
        self.drafts.extend(table.drafts[:-1])
        self.draft = table.drafts[-1]
        self.draft.unit = self.draft.unit or self.unit
        return end

    def _notes(self, index: int) -> int:
        """A remark under the form, to the end of its line or to the next form."""
        first = self.pieces[index]
        while index < len(self.pieces):
            piece = self.pieces[index]
            again = piece is not first and (is_title(piece.text) or v.label_role(piece.text) in ("name", "code"))
            if again or indicator_heading(self.pieces, index) is not None:
                break
            if piece.shape in ("table", "row") and piece.row != first.row and self.stops[index]:
                break
            if piece.text:
                self.draft.see(piece)
                self.draft.note("注", piece)
            index += 1
        return index

    def _value(self, index: int) -> int:
        piece = self.pieces[index]
        text = piece.text
        inline = blocks.inline_values(piece)
        if inline:
            self._inline(piece, inline)
            return index + 1
        role = v.label_role(text)
        fund = v.fund_row(text)
        if role is not None:
            self.use_next = False
        if role == "plan":
            return blocks.spend_plan(self.pieces, index, self.draft)
        if role in ("name", "code") and self._begins_form(role):
            self._close()
        if fund and (role is None or role == "budget" and self._amount_follows(index)):
            self._corner_unit(index)
            return blocks.fund_amount(self.pieces, index, self.draft, self.stops)
        if role:
            return blocks.labels(self.pieces, index, self.draft, self.stops)
        if v.is_corner(text):
            self._corner([piece])
            self.use_next = "用途" in text
            self.draft.see(piece)
            return index + 1
        if v.is_group(text) or v.column_role(text):
            self.draft.see(piece)
            return index + 1
        self._unclaimed(piece)
        return index + 1

    def _begins_form(self, role: str) -> bool:
        draft = self.draft
        if role == "code" and draft.code is None and not draft.indicators:
            return False
        return bool(draft.indicators) or (role == "name" and bool(draft.name))

    def _amount_follows(self, index: int) -> bool:
        following = next((p for p in self.pieces[index + 1 : index + 4] if p.text), None)
        return following is not None and classify(following.text) in ("number", "quantity")

    def _corner_unit(self, index: int) -> None:
        self.draft.unit = self.draft.unit or self.unit

    def _inline(self, piece: Piece, found: list[tuple[str, Piece]]) -> None:
        for label, value in found:
            role = v.label_role(label) or "other"
            if role in ("name", "code") and self._begins_form(role):
                self._close()
            if value.text and v.fund_row(label) and classify(value.text) in ("number", "quantity"):
                unit = v.money_unit(label) or self.draft.unit or self.unit or "元"
                self.draft.funds.append(blocks.money(value, unit=unit, name=blocks.fund_name(label)))
                self.draft.see(value)
                continue
            blocks.put(self.draft, role, label, value)
            self.unit = self.draft.unit or self.unit
        self.draft.raw.append(piece.text)

    def _unclaimed(self, piece: Piece) -> None:
        draft = self.draft
        bare = v.plain(piece.text)
        draft.see(piece)
        draft.raw.append(piece.text)
        unit = v.money_unit(piece.text)
        if unit and len(bare) < 12:
            draft.unit = self.unit = unit
            draft.spans["currency"] = piece.line
        elif not draft.name and classify(piece.text) == "coded":
            draft.note("单位名称", piece)
            draft.spans.setdefault("unit_cell", piece.line)
        elif self.use_next and classify(piece.text) in ("text", "long", "short"):
            draft.use.append(piece)
            draft.spans.setdefault("use", piece.line)
            self.use_next = False
        elif not is_plan_head(piece.text):
            draft.note(UNCLAIMED, piece)
        else:
            draft.note("资金支出计划", piece)


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
            pieces = runon.cut(grid.build(_top(source, limit))).pieces
            if any(indicator_heading(pieces, index) is not None for index in range(len(pieces))):
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
        reading = _Reading(source, whole.pieces, whole.noise)
        reading.run()
        if not reading.drafts or not any(draft.indicators for draft in reading.drafts):
            raise refusal(source)
        return _document(source, reading)


def _document(source: Source, reading: _Reading) -> PlanDocument:
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


def _breaks_off(draft: Draft, reading: _Reading) -> bool:
    """The document ends in the middle: of a remark, or of a scored table before its row of totals."""
    last = next((piece for piece in reversed(reading.pieces) if piece.text), None)
    if last is not None and is_note(draft.attributes.get("注", Text("")).value):
        return len(last.text) > 40 and not re.search(r"[。．.;；！!)）”\d]$", last.text.strip())
    if not draft.indicators:
        return False
    end = draft.indicators[-1]
    scored = any(indicator.weight is not None for indicator in draft.indicators)
    bare = end.level3 is None and end.target.kind == "empty" and end.weight is None
    return scored and bare and draft.total_weight is None


def _year(source: Source, reading: _Reading) -> int | None:
    for heading in reading.headings:
        found = YEAR.search(heading.value) or re.search(r"(20\d\d)", heading.value)
        if found:
            return int(found[1])
    for draft in reading.drafts:
        for label in ("预算年度", "年度", "评价时间", "填报日期", "填表日期", "填报时间"):
            found = re.search(r"(20\d\d)", draft.attributes[label].value) if label in draft.attributes else None
            if found:
                return int(found[1])
    body = source.lines[grid.head_lines(source) :]
    found = YEAR.search("\n".join(line.text for line in body[:60])) or re.search(r"(20\d\d)\s*年", source.name)
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


def _organisation(drafts: Sequence[Draft], reading: _Reading) -> Organisation:
    mentions = list(reading.units)
    for draft in drafts:
        mentions.extend(draft.attributes[h] for h in _HOLDERS if h in draft.attributes and draft.attributes[h].value)
    if not mentions:
        return Organisation(name="")
    first = mentions[0]
    code, name = unit_name(first.value)
    names = dict.fromkeys(unit_name(mention.value)[1] for mention in mentions)
    names.pop(name, None)
    where = {unit_name(m.value)[1]: m.lines for m in reversed(mentions)}
    aliases = tuple(Text(other, where[other]) for other in names)
    return Organisation(name=name, code=code, aliases=aliases, mentions=tuple(mentions))


LAYOUTS.add(TableForm.key, TableForm())
