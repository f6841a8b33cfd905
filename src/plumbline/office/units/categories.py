"""The words of the lists: types of units, sectors, kinds of systems.

What the product ships is in `data/categories.toml`; the office renames, adds and retires in the database.
The rows are read once a request, however many units a page shows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

DATA = Path(__file__).resolve().parent / "data" / "categories.toml"
#: {(group, key): title} of the request under way; None outside a request, where every look-up reads anew
_READ: ContextVar[dict[tuple[str, str], str] | None] = ContextVar("category_titles", default=None)


class CategoriesMiddleware:
    """Lets a page read the words once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _READ.set({})
        try:
            return self.get_response(request)
        finally:
            _READ.reset(token)


@cache
def shipped() -> tuple[dict[str, str], ...]:
    """The rows of the data file in their order: {"group", "key", "title", "source"}."""
    with DATA.open("rb") as file:
        return tuple(tomllib.load(file)["category"])


def titles() -> Mapping[tuple[str, str], str]:
    """The title of every (group, key), retired ones too; of shipped keys also where the row is gone."""
    kept = _READ.get()
    if kept:
        return kept
    found = {(row["group"], row["key"]): row["title"] for row in shipped()}
    rows = installed.get_model("units", "Category").objects.values_list("group", "key", "title")
    found.update({(group, key): title for group, key, title in rows})
    if kept is not None:
        kept.update(found)
    return found


def forget() -> None:
    """Read the words anew, after one was changed."""
    if kept := _READ.get():
        kept.clear()


def titled(group: str, key: str) -> str:
    """The title of a key in the reader's language; the key where nobody ever named it, "" for ""."""
    return gettext(titles().get((group, key), key)) if key else ""


def choices(group: str, *, current: str = "") -> list[tuple[str, str]]:
    """(key, title) of the words in use, in the office's order; and the current one, though it be retired."""
    rows = list(
        installed.get_model("units", "Category")
        .objects.filter(group=group)
        .values_list("key", "title", "state")
    )
    return [(key, gettext(title)) for key, title, state in rows if state == "active" or key == current]


def load_shipped(**kwargs: Any) -> None:
    """Add the shipped rows that the database lacks, after tables were made or emptied; nothing is changed.

    A receiver of `post_migrate`: a new version brings its new words, and what the office renamed stays.
    """
    try:
        # who empties the tables, as `flush` does, hands over no historical models
        model = kwargs.get("apps", installed).get_model("units", "Category")
    except LookupError:
        return  # migrated back to before there were categories
    there = set(model.objects.using(kwargs["using"]).values_list("group", "key"))
    ordinals: dict[str, int] = {}
    rows = []
    for row in shipped():
        ordinals[row["group"]] = ordinals.get(row["group"], 0) + 10
        if (row["group"], row["key"]) not in there:
            rows.append(
                model(group=row["group"], key=row["key"], title=row["title"], ordinal=ordinals[row["group"]])
            )
    model.objects.using(kwargs["using"]).bulk_create(rows)
