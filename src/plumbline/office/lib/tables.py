"""Sorting a table by the column that was clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Sorting:
    """Which column is sorted, and how.

    Attributes:
        column: key of the column, one of those that the page offers.
        is_descending: largest first.
    """

    column: str
    is_descending: bool

    @classmethod
    def asked(cls, query: QueryDict, *, columns: Mapping[str, Sequence[str]], default: str) -> Sorting:
        """What `?sort=name` or `?sort=-name` asks for; the default for a column that is not offered."""
        asked = query.get("sort", "")
        if asked.removeprefix("-") not in columns:
            asked = default
        return cls(asked.removeprefix("-"), asked.startswith("-"))

    def apply(self, rows: QuerySet[Any], columns: Mapping[str, Sequence[str]]) -> QuerySet[Any]:
        """The rows in that order; the primary key decides between equals, so that pages do not overlap."""
        sign = "-" if self.is_descending else ""
        return rows.order_by(*(f"{sign}{field}" for field in columns[self.column]), "pk")
