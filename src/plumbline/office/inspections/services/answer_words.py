"""Answers as people read and write them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from plumbline.kernel.checklists.draft import NOT_APPLICABLE
from plumbline.office.inspections.models import ChecklistItem

Kind = ChecklistItem.Answer


def options(item: ChecklistItem) -> list[tuple[str, str]]:
    """(value, word) of every answer that may be chosen; for numbers and texts only "not applicable"."""
    chosen: list[tuple[str, str]] = []
    if item.answer == Kind.CONFORMITY:
        chosen = [("yes", _("符合")), ("partly", _("部分符合")), ("no", _("不符合"))]
    elif item.answer == Kind.YES_NO:
        chosen = [("yes", _("是")), ("no", _("否"))]
    elif item.answer == Kind.CHOICE:
        chosen = [(str(choice[0]), str(choice[1])) for choice in item.choices]
    return [*chosen, (NOT_APPLICABLE, _("不适用"))]


def word_of(item: ChecklistItem, value: str) -> str:
    """The word of a value; the value itself where it is a number or a text."""
    return dict(options(item)).get(value, value)


def value_of(item: ChecklistItem, word: str) -> str:
    """The value that somebody wrote as a word; the word itself where it is none of the options."""
    word = word.strip()
    return {title: value for value, title in options(item)}.get(word, word)
