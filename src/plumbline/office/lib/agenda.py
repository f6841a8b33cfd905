"""What a person has to do, whichever room it comes from.

A room registers a source when it starts; the first page and a unit's portal draw all of them. A source
lists only what the person may see, and what he himself can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from plumbline.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    Attributes:
        title: what is to be done, a short sentence in the reader's language.
        url: where it is done.
        due: the last day; None where there is none.
        label: what kind of thing it is, in two to four characters ("整改", "自查").
        detail: whom or what it concerns.
        count: how many records the entry stands for.
    """

    title: str
    url: str
    due: date | None = None
    label: str = ""
    detail: str = ""
    count: int = 1


#: a function of (user, now) that yields tasks; at most `MOST` each, in the order of their days
Source = Callable[[Any, datetime], Iterable[Task]]
MOST = 50
SOURCES: Registry[Source] = Registry("待办来源")


def agenda(user: Any, *, now: datetime) -> list[Task]:
    """Everything that the person has to do, by day; what has no day comes last."""
    tasks = [task for source in SOURCES for task in source(user, now)]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max, task.title))
