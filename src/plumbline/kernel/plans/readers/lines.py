"""Numbered lines while a reader walks through its file, within the limits."""

from __future__ import annotations

from dataclasses import replace

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.source import Line


class LineBook:
    """Lines in reading order; counts cells and rows against the limits.

    Args:
        name: the file's name, for messages.
        limits: what may be read.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._cells = 0
        self.lines: list[Line] = []

    def add(self, text: str, where: str) -> int:
        """Write a line and return its number.

        Raises:
            UnreadableFile: too many lines.
        """
        if len(self.lines) >= self._limits.lines:
            raise self.too_many(f"超过 {self._limits.lines} 行")
        self.lines.append(Line(len(self.lines) + 1, text, where))
        return len(self.lines)

    def add_cell(self, text: str, where: str) -> int:
        """Write a table cell as a line and return its number.

        Raises:
            UnreadableFile: too many cells.
        """
        self._cells += 1
        if self._cells > self._limits.cells:
            raise self.too_many(f"表格超过 {self._limits.cells} 个单元格")
        return self.add(text, where)

    def replace(self, number: int, text: str) -> None:
        """Give a line another text: the rest of a cell that a page break cut came later."""
        self.lines[number - 1] = replace(self.lines[number - 1], text=text)

    def check_rows(self, count: int) -> None:
        """Refuse a table with too many rows."""
        if count > self._limits.rows:
            raise self.too_many(f"一个表格超过 {self._limits.rows} 行")

    def too_many(self, what: str) -> UnreadableFile:
        """The error for a document beyond the limits."""
        return UnreadableFile(f"文件内容过多：{what}。", where=self._name, advice="请拆分后再导入。")
