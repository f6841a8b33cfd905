"""What the office machine does by itself as time passes: deadlines, expiries, frozen values.

A room registers its chores when it starts. The clock process runs those that are due, one after the
other; a chore finds its own work with a query, so running it twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from plumbline.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Chore:
    """One chore.

    Attributes:
        key: room and verb, "findings.escalate".
        title: what the page of the machine's health calls it.
        every: shortest time between two runs.
        run: takes the time (aware), returns how many things it did; commits each by itself.
    """

    key: str
    title: str | Promise
    every: timedelta
    run: Callable[[datetime], int]


CHORES: Registry[Chore] = Registry("定时事项")


def add(key: str, title: str | Promise, *, every: timedelta, run: Callable[[datetime], int]) -> Chore:
    """Register a chore.

    Raises:
        RegistryError: the key is taken.
    """
    return CHORES.add(key, Chore(key, title, every, run))
