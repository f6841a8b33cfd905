"""A kind of records that values rest on: how it is shown, linked, and what its digest is taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from plumbline.kernel.metrics.evidence import Content
from plumbline.kernel.metrics.manifest import content_digest
from plumbline.kernel.plans.scoring.numbers import plain
from plumbline.kernel.registry import Registry

BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list of records; `text` gives its words or markup."""

    title: str | Promise
    text: Callable[[Any], Any]


def _as_they_are(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind.

    Attributes:
        label: what one record is called.
        content: the facts of a record on the day that it was prepared for. What happens to the record
            later does not change them; what is altered afterwards does.
        url: where a record is seen; "" where there is no page.
        visible: the records that a person may see, by the rule of their own room; None where whoever sees
            the plan sees them.
        prepared: adds to a query what `content`, `label` and `columns` need.
        past: as `prepared`, but as things stood at a moment of the day; None where it makes no difference.
        order: how a list of them is sorted.
    """

    key: str
    title: str | Promise
    model: type[Model]
    label: Callable[[Any], str]
    content: Callable[[Any], Content]
    columns: tuple[Column, ...]
    url: Callable[[Any], str]
    visible: Callable[[Any], QuerySet[Any]] | None = None
    prepared: Callable[[QuerySet[Any], date], QuerySet[Any]] = _as_they_are
    past: Callable[[QuerySet[Any], date, datetime], QuerySet[Any]] | None = None
    order: tuple[str, ...] = ("pk",)

    def digests(self, keys: Iterable[str], *, as_of: date, stop: datetime | None = None) -> dict[str, str]:
        """SM3 of each record's facts, by key; what no longer exists is missing.

        Args:
            stop: when the facts were kept, where that was before the day was over.
        """
        wanted = [int(key) for key in keys]
        found: dict[str, str] = {}
        for start in range(0, len(wanted), BATCH):
            rows = self.model._default_manager.filter(pk__in=wanted[start : start + BATCH])
            early = stop is not None and self.past is not None
            for row in self.past(rows, as_of, stop) if early else self.prepared(rows, as_of):
                found[str(row.pk)] = content_digest(self.content(row))
        return found


KINDS: Registry[Kind] = Registry("佐证种类")


def add(kind: Kind) -> Kind:
    """Register a kind.

    Raises:
        RegistryError: the key is taken.
    """
    return KINDS.add(kind.key, kind)


def page(name: str, *arguments: object) -> str:
    """The address of a page; "" where the room is not part of this installation."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def day(value: date | datetime | None) -> str | None:
    """A day of the facts."""
    return value.isoformat() if value else None


def number(value: Decimal | int | None) -> str | None:
    """A number of the facts."""
    return None if value is None else plain(Decimal(value))
