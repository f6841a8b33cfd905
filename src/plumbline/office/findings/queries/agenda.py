"""What findings give a person to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.agenda import MOST, Task

_S = Finding.State


def tasks_of(user: User, now: datetime) -> Iterable[Task]:
    """Kinds of work with their counts for the office, each finding to answer for a unit."""
    if user.role == Role.LIAISON:
        yield from _to_answer(user)
        return
    if user.may("findings.handle"):
        yield from _to_handle()
    if user.may("findings.approve"):
        yield from _to_approve(user)


def _to_answer(user: User) -> Iterable[Task]:
    mine = visible_findings(user).filter(state__in=WITH_UNIT).select_related("unit")
    for one in mine.defer("detail", "basis", "advice").order_by("due_on", "pk")[:MOST]:
        again = one.state == _S.RETURNED
        yield Task(
            title=_("继续整改：%(title)s") % {"title": one.title}
            if again
            else _("整改并回复：%(title)s") % {"title": one.title},
            url=reverse("findings:my_finding", args=[one.pk]),
            due=one.due_on,
            label=_("整改"),
            detail=f"{one.number} · {one.unit}",
        )


def _to_handle() -> Iterable[Task]:
    """Findings that wait for the office, by kind; the oldest deadline goes with it."""
    by_state = dict(
        Finding.objects.filter(state__in=(_S.NEW, _S.CONFIRMED, _S.REPLIED))
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    yield from _one(by_state.get(_S.NEW, 0), _("%(n)d 个问题待确认"), "?state=new", _("确认"))
    yield from _one(by_state.get(_S.CONFIRMED, 0), _("%(n)d 个问题待通报"), "?state=confirmed", _("通报"))
    yield from _one(by_state.get(_S.REPLIED, 0), _("%(n)d 个问题待复查"), "?state=replied", _("复查"))
    asked = Extension.objects.filter(state=Extension.State.ASKED).aggregate(
        n=Count("pk"), due=Min("finding__due_on")
    )
    yield from _one(
        asked["n"], _("%(n)d 份延期申请待审批"), "?waiting=extension", _("延期"), due=asked["due"]
    )
    steps = Escalation.objects.filter(state=Escalation.State.DUE).aggregate(n=Count("pk"), due=Min("due_on"))
    yield from _one(steps["n"], _("%(n)d 项催办待办理"), "?waiting=escalation", _("催办"), due=steps["due"])


def _to_approve(user: User) -> Iterable[Task]:
    asked = RiskAcceptance.objects.filter(state=RiskAcceptance.State.ASKED).exclude(asked_by=user)
    yield from _one(asked.count(), _("%(n)d 份暂不整改申请待批准"), "?waiting=acceptance", _("审批"))


def _one(count: int, words: str, query: str, label: str, *, due: object = None) -> Iterable[Task]:
    if count:
        yield Task(
            title=words % {"n": count}, url=reverse("findings:list") + query, label=label, count=count,
            due=due,  # type: ignore[arg-type]
        )  # fmt: skip
