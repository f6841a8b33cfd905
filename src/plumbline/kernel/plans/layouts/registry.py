"""The registry of layouts, and the choice of the one that fits a document.

A layout is one module of this package that registers one object::

    LAYOUTS.add("county_text", CountyText())

It has a `key`, a Chinese `title`, says how sure it is that a document is of its kind (`recognise`,
0 to 1) and turns such a document into a plan (`read`). `recognise` is cheap and raises nothing;
`read` raises nothing but `PlumblineError`.
"""

from __future__ import annotations

from typing import Protocol

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.layouts.refusal import refusal
from plumbline.kernel.plans.source import Source
from plumbline.kernel.registry import Registry

#: below this no layout claims the document
THRESHOLD = 0.3
#: from here on no other layout is asked
CERTAIN = 0.95


class Layout(Protocol):
    """What a layout module registers."""

    @property
    def key(self) -> str:
        """Short stable name, kept in `PlanDocument.layout`."""

    @property
    def title(self) -> str:
        """What the layout is called, in Chinese, for the user."""

    def recognise(self, source: Source) -> float:
        """How sure the layout is, 0 (not mine) to 1 (certainly mine)."""

    def read(self, source: Source) -> PlanDocument:
        """The plan in the document.

        Raises:
            PlumblineError: the document cannot be read as this layout.
        """


LAYOUTS: Registry[Layout] = Registry("版式")


def load_layouts() -> Registry[Layout]:
    """Every layout of this package, registered."""
    from plumbline.kernel.plans import layouts

    LAYOUTS.load(layouts)
    return LAYOUTS


def choose(source: Source) -> Layout:
    """The layout that is surest of the document; of equally sure ones the first by key.

    A layout that is certain ends the search: recognising a large table costs seconds.

    Raises:
        NotAPlan: none is sure enough; the message says what the document seems to be.
    """
    best: Layout | None = None
    surest = THRESHOLD
    for layout in load_layouts():
        score = layout.recognise(source)
        if score > surest or (best is None and score == surest):
            best, surest = layout, score
        if surest >= CERTAIN:
            break
    if best is None:
        raise refusal(source)
    return best
