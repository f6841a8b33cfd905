"""One pass over the stream of pieces: titles, labelled values, money, goals, indicator tables.

Nothing that stands in the document is dropped: what no part claims is kept under `draft.UNCLAIMED`, and
what stands before the first form is kept as noise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from plumbline.kernel.plans.document import Amount, Text
from plumbline.kernel.plans.layouts import blocks, funds
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.draft import UNCLAIMED, Draft, is_plan_head, money, unit_name
from plumbline.kernel.plans.layouts.fitness import classify
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.heading import Heading, fund_heading, indicator_heading
from plumbline.kernel.plans.layouts.indicator_table import rows
from plumbline.kernel.plans.layouts.long_table import fill
from plumbline.kernel.plans.layouts.stops import Stops
from plumbline.kernel.plans.layouts.table_end import YEAR, body_end, is_note, is_title

#: labels above a table of many projects that name the office
_HEADS = ("部门名称", "单位名称", "预算单位", "填报单位", "预算部门", "部门", "单位", "主管部门")
#: a fund with its amount in one cell (其中：基本支出116.68)
_AMOUNT = re.compile(
    r"^((?:其中:?)?[\u4e00-\u9fff]{2,16}(?:\((?:万元|元)\))?):?(\d[\d,.]*(?:万元|亿元|元)?)$"
)
#: the unit of amounts at the end of a line that names the office
_CURRENCY = re.compile(r"(?<=\S)\s+(?:金额|资金)?单位\s*[:：]\s*(万元|元|亿元)\s*$")
_YEAR_ALONE = re.compile(r"^[(（]\s*(?P<a>20\d\d)\s*年?度?\s*[)）]$|^(?P<b>20\d\d)\s*年度?$")


class Reading:
    """One pass over the stream."""

    def __init__(self, pieces: Sequence[Piece], noise: list[Text]) -> None:
        self.pieces = pieces
        self.noise = noise
        self.headings: list[Text] = []
        self.totals: list[Amount] = []
        self.drafts: list[Draft] = []
        self.units: list[Text] = []
        self.roles: set[str] = set()
        self.draft = Draft()
        self.unit = ""
        self.use_next = False
        self.stops = Stops(pieces)

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
            return funds.fund_table(self.pieces, money, self.draft)
        if is_note(text):
            return self._notes(index)
        return self._value(index)

    def _titled(self, piece: Piece) -> bool:
        year = _YEAR_ALONE.match(v.plain(piece.text))
        if year:
            self.draft.year = self.draft.year or int(year["a"] or year["b"])
            self._heading(piece)
            return True
        if (
            not is_title(piece.text)
            or blocks.inline_values(piece)
            or v.label_role(piece.text)
            or v.is_corner(piece.text)
        ):
            return False
        if self.draft.filled:
            self._close()
        elif UNCLAIMED in self.draft.attributes:
            self.noise.append(self.draft.attributes.pop(UNCLAIMED))
        if self.draft.title and "附件" in piece.text:
            self._heading(piece)
            return True
        found = YEAR.search(v.plain(piece.text))
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
            held = (self.draft.attributes.get(label) for label in _HEADS)
            self.units[:0] = [text for text in held if text is not None and text.value]
            self.noise.extend(
                t for t in self.draft.attributes.values() if t.value and v.money_unit(t.value) is None
            )
        self.drafts.extend(table.drafts[:-1])
        self.draft = table.drafts[-1]
        self.draft.unit = self.draft.unit or self.unit
        return end

    def _notes(self, index: int) -> int:
        """A remark under the form, to the end of its line or to the next form."""
        first = self.pieces[index]
        while index < len(self.pieces):
            piece = self.pieces[index]
            again = piece is not first and (
                is_title(piece.text) or v.label_role(piece.text) in ("name", "code")
            )
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
        amount = _AMOUNT.match(v.plain(text))
        if amount and v.fund_row(amount[1]):
            unit = self.draft.unit or self.unit or "元"
            value = replace(piece, text=amount[2])
            self.draft.funds.append(money(value, unit=unit, name=funds.fund_name(amount[1])))
            self.draft.see(piece)
            return index + 1
        inline = blocks.inline_values(piece)
        if inline:
            self._inline(piece, inline)
            return index + 1
        role = v.label_role(text)
        fund = v.fund_row(text)
        if role not in (None, "budget"):
            self.use_next = False
        if role == "plan":
            return funds.spend_plan(self.pieces, index, self.draft)
        if role in ("name", "code") and not self._weak(index) and self._begins_form(role):
            self._close()
        if role == "other" and (v.is_task(text, "corner") or v.is_task(text, "column")):
            behind = funds.task_table(self.pieces, index, self.draft, self.stops)
            if behind > index:
                return behind
        if self._paired(index):
            return funds.fund_pair(self.pieces, index, self.draft)
        if fund and (behind := funds.fund_heads(self.pieces, index, self.draft)) > index:
            return behind
        if fund and (role is None or (role == "budget" and self._amount_follows(index))):
            self.draft.unit = self.draft.unit or self.unit
            return funds.fund_amount(self.pieces, index, self.draft, self.stops)
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

    def _weak(self, index: int) -> bool:
        """项目 over the names of funds begins no form."""
        return v.key(self.pieces[index].text) == "项目" and bool(self.draft.name)

    def _amount_follows(self, index: int) -> bool:
        following = next((p for p in self.pieces[index + 1 : index + 4] if p.text), None)
        return following is not None and classify(following.text) in ("number", "quantity")

    def _paired(self, index: int) -> bool:
        """预算数 before, or 执行数 behind it, each with its amount in the next cell."""
        role = v.fund_role(self.pieces[index].text)
        if role == "rate" and "executed" in self.draft.pair and self.draft.pair_rate is None:
            return self._amount_in_row(index, "percent")
        if role not in ("initial", "adjusted", "executed") or not self._amount_in_row(index):
            return False
        if self.draft.pair:
            return role not in self.draft.pair
        behind = [(v.fund_role(p.text), index + n) for n, p in enumerate(self.pieces[index : index + 5])]
        later = [at for role, at in behind[2::2] if role == "executed"]
        return bool(later) and self._amount_in_row(later[0])

    def _amount_in_row(self, index: int, *kinds: str) -> bool:
        if index + 1 >= len(self.pieces):
            return False
        return classify(self.pieces[index + 1].text) in ("number", "quantity", *kinds)

    def _inline(self, piece: Piece, found: list[tuple[str, Piece]]) -> None:
        for label, value in found:
            role = v.label_role(label) or "other"
            if role in ("name", "code") and self._begins_form(role):
                self._close()
            if value.text and v.fund_row(label) and classify(value.text) in ("number", "quantity"):
                unit = v.money_unit(label) or self.draft.unit or self.unit or "元"
                self.draft.funds.append(money(value, unit=unit, name=funds.fund_name(label)))
                self.draft.see(value)
                continue
            blocks.put(self.draft, role, label, value)
            self.unit = self.draft.unit or self.unit
        self.draft.raw.append(piece.text)

    def _unclaimed(self, piece: Piece) -> None:
        draft = self.draft
        draft.see(piece)
        draft.raw.append(piece.text)
        currency = _CURRENCY.search(piece.text)
        if currency and not draft.unit:
            draft.unit = self.unit = currency[1]
            draft.spans["currency"] = piece.line
            piece = replace(piece, text=piece.text[: currency.start()])
        bare = v.plain(piece.text)
        unit = v.money_unit(piece.text)
        points = v.points(piece.text) if v.fund_role(piece.text) == "weight" else None
        if points is not None:
            draft.levels.setdefault("预算执行", points)
        if unit and len(bare) < 12:
            draft.unit = self.unit = unit
            draft.spans["currency"] = piece.line
        elif not draft.name and (classify(piece.text) == "coded" or unit_name(piece.text)[0]):
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
