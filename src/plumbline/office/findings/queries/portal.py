"""What a unit's portal shows: all that is to be done, and how the unit's findings stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.notice_access import visible_notices
from plumbline.office.findings.notice_defaults import notice_defaults
from plumbline.office.findings.queries.notices import UNSIGNED, unsigned
from plumbline.office.lib.agenda import MOST, Task, agenda
from plumbline.office.lib.workdays import add_workdays

_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """Tasks in three heaps: the day has passed, within a week, later or without a day."""

    late: list[Task]
    soon: list[Task]
    later: list[Task]

    @property
    def count(self) -> int:
        return len(self.late) + len(self.soon) + len(self.later)


def desk(user: User, *, now: datetime) -> Desk:
    """Everything that the person has to do, from all rooms."""
    today = timezone.localdate(now)
    tasks = agenda(user, now=now)
    late = [task for task in tasks if task.due and task.due < today]
    soon = [task for task in tasks if task.due and today <= task.due <= today + _SOON]
    return Desk(late, soon, [task for task in tasks if not task.due or task.due > today + _SOON])


@dataclass(frozen=True, slots=True)
class Standing:
    """How many findings of the person's units are with the unit, with the office, and done."""

    open: int
    waiting: int
    closed: int


def standing(user: User) -> Standing:
    """One query."""
    counts = dict(visible_findings(user).order_by().values_list("state").annotate(n=Count("pk")))
    return Standing(
        open=counts.get(Finding.State.NOTIFIED, 0) + counts.get(Finding.State.RETURNED, 0),
        waiting=counts.get(Finding.State.REPLIED, 0),
        closed=counts.get(Finding.State.CLOSED, 0),
    )


def notice_tasks(user: User, now: datetime) -> Iterable[Task]:
    """What notices give a person to do: sign; approve; seal and send; ask those who have not signed."""
    if user.role == Role.LIAISON:
        yield from _to_sign(user)
        return
    if user.may("notices.approve"):
        yield from _to_approve(user)
    if user.may("notices.edit"):
        yield from _to_handle(now)


def _to_sign(user: User) -> Iterable[Task]:
    rows = visible_notices(user).filter(state=Notice.State.SENT).select_related("unit").order_by("sent_at")
    for row in rows[:MOST]:
        yield Task(
            title=_("签收通知书：%(title)s") % {"title": row.title},
            url=reverse("findings:my_notice", args=[row.pk]),
            due=add_workdays(timezone.localdate(row.sent_at), notice_defaults().receipt_workdays),
            label=_("签收"),
            detail=f"{row.number} · {row.unit}",
        )


def _to_approve(user: User) -> Iterable[Task]:
    rows = Notice.objects.filter(state=Notice.State.SUBMITTED).exclude(drafted_by=user)
    for row in rows.select_related("unit", "drafted_by").order_by("due_on")[:MOST]:
        yield Task(
            title=_("审批通知书：%(title)s") % {"title": row.title},
            url=reverse("findings:notice", args=[row.pk]),
            label=_("审批"),
            detail=f"{row.unit} · {row.drafted_by}",
        )


def _to_handle(now: datetime) -> Iterable[Task]:
    counts = dict(
        Notice.objects.filter(state__in=("draft", "approved", "sealed"))
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    late = Notice.objects.filter(unsigned(now)).count()
    for count, state, words, label in (
        (counts.get("draft", 0), "draft", _("%(n)d 份通知书起草中，尚未送审"), _("起草")),
        (counts.get("approved", 0), "approved", _("%(n)d 份通知书待用印"), _("用印")),
        (counts.get("sealed", 0), "sealed", _("%(n)d 份通知书待送达"), _("送达")),
        (late, UNSIGNED, _("%(n)d 份通知书超时未签收"), _("催签")),
    ):
        if count:
            yield Task(
                title=words % {"n": count},
                url=f"{reverse('findings:notices')}?state={state}",
                label=label,
                count=count,
            )
