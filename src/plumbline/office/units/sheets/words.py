"""Columns and words that several sheets share."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.sheet_columns import Cell, Column, plain_head
from plumbline.office.units.categories import titles

LANGUAGES = ("zh-hans", "en")


def words_of(choices: type[TextChoices]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """{word: value} of a model's choices, in both languages and by key; and the reader's words."""
    words: dict[str, Any] = {}
    for value, label in choices.choices:
        words[plain_head(value)] = value
        for language in LANGUAGES:
            with translation.override(language):
                words[plain_head(str(label))] = value
    return words, tuple(str(label) for label in choices.labels)


def category_words(group: str) -> dict[str, str]:
    """{word: key} of the categories of a group; retired ones too, for what is registered keeps them."""
    rows = [(key, title) for (of, key), title in titles().items() if of == group]
    return {plain_head(word): key for key, title in rows for word in (key, title)}


def unit_column() -> Column:
    """Whose the row is."""

    def read(cell: Cell) -> str:
        return cell.text

    return Column(
        "unit",
        _("单位"),
        read,
        names=("单位名称", "所属单位", "责任单位", "使用单位", "unit", "单位全称", "运营单位"),
        width=32,
        hint=_("单位全称、简称、预算单位编码或统一社会信用代码；只负责一个单位的联络员可以不填。"),
    )
