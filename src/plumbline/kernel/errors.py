"""One family of errors: each says what happened, where, and what to do about it.

The three texts are shown to the office's staff as they are, so they are written in Chinese and
name things that the reader can see (a line, a cell, a file), never code.
"""

from __future__ import annotations

STOPS = (".", "!", "?", ";", ":", "。", "！", "？", "；", "：")


class PlumblineError(Exception):
    """Something could not be done.

    Attributes:
        what: what happened, one sentence.
        where: the file, line, cell or field it happened at; may be empty.
        advice: what the reader can do about it; may be empty.
    """

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(str(self))

    @property
    def sentence(self) -> str:
        """What happened and what to do, with a full stop between; without the place."""
        what, advice = self.what.strip(), self.advice.strip()
        if not (what and advice):
            return what or advice
        if what.endswith(STOPS):
            return what + ("" if what[-1] > "\u007f" else " ") + advice
        return what + (". " if what.isascii() else "。") + advice

    def __str__(self) -> str:
        return f"{self.where}：{self.sentence}" if self.where else self.sentence


class RegistryError(PlumblineError):
    """Two entries claim one key, or an entry lacks what the registry demands."""


class DocumentError(PlumblineError):
    """A document could not be read."""


class UnreadableFile(DocumentError):
    """The bytes are not what the name says, are damaged, encrypted, or too large."""


class UnsupportedFormat(DocumentError):
    """No reader takes this kind of file on this machine."""


class NotAPlan(DocumentError):
    """The document was read, but it is not a budget-performance document."""


class TargetError(PlumblineError):
    """A target could not be turned into a measurable reading."""


class ScoringError(PlumblineError):
    """An evaluation could not be computed (weights, ruleset, inputs)."""


class FormError(PlumblineError):
    """An official form could not be written or read back."""


class ChecklistError(PlumblineError):
    """A checklist could not be read, or cannot be used as it is."""
