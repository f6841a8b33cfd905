"""Suggestions confirmed by a person: those that were ticked, or all that are open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.queries.bindings import choice_of, narrowed, suggestion_for
from plumbline.office.targets.services.bindings import decide_all


def confirm_suggested(
    *, version: PlanVersion, actor: User, now: datetime, lines: Iterable[int] | None = None
) -> tuple[int, list[PlumblineError]]:
    """Confirm the suggestions for the undecided indicators of an approved version.

    Args:
        lines: only these indicator lines; None for all.

    Returns:
        how many were confirmed, and why others were not.
    """
    open_ones = narrowed(version, {"kind": "undecided"})
    if lines is not None:
        open_ones = open_ones.filter(line__in=list(lines))
    choices = [(indicator, choice_of(suggestion_for(indicator), version)) for indicator in open_ones]
    return decide_all(choices=choices, actor=actor, now=now)
