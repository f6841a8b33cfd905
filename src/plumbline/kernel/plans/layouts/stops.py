"""Words of the form end the value that stands before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from plumbline.kernel.plans.layouts import blocks
from plumbline.kernel.plans.layouts import vocabulary as v
from plumbline.kernel.plans.layouts.fitness import classify
from plumbline.kernel.plans.layouts.grid import Piece
from plumbline.kernel.plans.layouts.table_end import is_note, is_title


class Stops(Sequence[bool]):
    """Whether a word of the form stands at a place, which ends the value before it; found when asked."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    def __len__(self) -> int:
        return len(self.pieces)

    @overload
    def __getitem__(self, index: int) -> bool: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[bool]: ...

    def __getitem__(self, index: int | slice) -> bool | Sequence[bool]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        text = self.pieces[index].text
        if not text or len(text) > 60:
            return bool(text) and is_note(text)
        if v.label_role(text) or v.is_corner(text) or v.is_group(text):
            return True
        if v.fund_row(text):
            return not self._named(index)
        if blocks.inline_values(self.pieces[index]) or is_note(text):
            return True
        if v.fund_role(text) in ("initial", "adjusted", "executed", "forecast") and len(text) >= 4:
            return True
        return is_title(text) or (v.column_role(text) is not None and classify(text) != "unit")

    def _named(self, index: int) -> bool:
        """The cell behind “项目名称” holds a name, though it may be called like a fund (“人员类项目”)."""
        before, piece = self.pieces[index - 1] if index else None, self.pieces[index]
        return (
            before is not None
            and v.label_role(before.text) == "name"
            and piece.shape == before.shape
            and (piece.shape == "cell" or (piece.shape in ("table", "row") and piece.row == before.row))
        )
