"""Assessments that fall due, as tasks: a unit's own for its liaison, their number for the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.office.accounts.roles import Role
from plumbline.office.lib.agenda import MOST, Task
from plumbline.office.units.queries.systems import (
    assessment_condition,
    assessment_counts,
    visible_systems,
)


def assessment_tasks(user: Any, now: datetime) -> Iterable[Task]:
    """What the person has to do about assessments."""
    today = timezone.localdate(now)
    if not user.may("register.edit"):
        return []
    return _own(user, today) if user.role == Role.LIAISON else _counted(user, today)


def _own(user: Any, today: date) -> list[Task]:
    due = assessment_condition("due", today=today)
    never = assessment_condition("never", today=today)
    if due is None or never is None:
        return []
    found = (
        visible_systems(user)
        .filter(due | never)
        .select_related("unit")
        .order_by(F("assessment_due_on").asc(nulls_last=True), "pk")
    )
    return [
        Task(
            title=_("为“%(name)s”安排等级测评") % {"name": system.name}
            if system.assessment_due_on
            else _("“%(name)s”应测评而未测评，请安排或补填测评日期") % {"name": system.name},
            url=reverse("units:system", args=[system.pk]),
            due=system.assessment_due_on,
            label=_("测评"),
            detail=str(system.unit),
        )
        for system in found[:MOST]
    ]


def _counted(user: Any, today: date) -> list[Task]:
    counts = assessment_counts(user, today=today)
    if not counts["overdue"]:
        return []
    title = ngettext(
        "%(count)d 个系统的等级测评已过期，请督促",
        "%(count)d 个系统的等级测评已过期，请督促",
        counts["overdue"],
    ) % {"count": counts["overdue"]}
    url = f"{reverse('units:assessments')}?assessment=overdue"
    return [Task(title=title, url=url, label=_("测评"), count=counts["overdue"])]
