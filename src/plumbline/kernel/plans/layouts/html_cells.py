"""Tables that a text file holds as HTML (a page saved or pasted as it is): their cells and spans."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from plumbline.kernel.plans.source import Cell, Source, Table

#: no form has more columns or rows in one cell
_WIDEST = 200


class _Cells(HTMLParser):
    """Collects the cells of every table, each with the line that its text begins in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Cell]] = []
        self.rows: list[tuple[int, int]] = []
        self.taken: set[tuple[int, int]] = set()
        self.row = -1
        self.span = (1, 1)
        self.text: list[str] | None = None
        self.line = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._close()
            self.tables.append([])
            self.rows.append((self.getpos()[0], 0))
            self.taken, self.row = set(), -1
        elif tag == "tr":
            self._close()
            self.row += 1
        elif tag in ("td", "th") and self.tables:
            self._close()
            named = dict(attrs)
            self.span = (_span(named.get("rowspan")), _span(named.get("colspan")))
            self.text, self.line = [], 0
        elif tag in ("br", "p") and self.text:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()
        if tag == "table" and self.rows:
            self.rows[-1] = (self.rows[-1][0], self.getpos()[0])

    def handle_data(self, data: str) -> None:
        if self.text is None:
            return
        if data.strip() and not self.line:
            lead = data[: len(data) - len(data.lstrip())]
            self.line = self.getpos()[0] + lead.count("\n")
        self.text.append(data)

    def _close(self) -> None:
        if self.text is None:
            return
        row, column, (height, width) = max(self.row, 0), 0, self.span
        while (row, column) in self.taken:
            column += 1
        self.taken.update((row + a, column + b) for a in range(height) for b in range(width))
        text = re.sub(r"[ \t\r\xa0]*\n\s*", "\n", "".join(self.text)).strip()
        self.tables[-1].append(Cell(row, column, text, self.line if text else 0, height, width))
        self.text = None


def _span(text: str | None) -> int:
    return min(int(text), _WIDEST) or 1 if text and text.isascii() and text.isdigit() else 1


def html_tables(source: Source) -> list[tuple[Table, int, int]]:
    """Each table with the first and the last line of its mark-up; none where the text is no HTML."""
    if source.tables or not re.search(r"<t[dh]\b[^>]*>", source.text, re.IGNORECASE):
        return []
    parser = _Cells()
    parser.feed(source.text)
    parser.close()
    end = len(source.lines)
    return [
        (Table(tuple(cells)), first, last or end)
        for cells, (first, last) in zip(parser.tables, parser.rows, strict=True)
        if any(cell.line for cell in cells)
    ]
