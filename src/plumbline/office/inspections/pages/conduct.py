"""The pages of inspections in the navigation, a unit's tab, what there is to do, and whom experts may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.access import GRANTS
from plumbline.office.findings.models import Finding
from plumbline.office.findings.origins import ORIGINS, Origin
from plumbline.office.inspections.access import engaged, visible_inspections
from plumbline.office.inspections.models import Answer, AnswerSheet, Inspection, InspectionPlan
from plumbline.office.lib.agenda import MOST, SOURCES, Task
from plumbline.office.lib.navigation import Entry, add
from plumbline.office.units import tabs

State, Method = Inspection.State, Inspection.Method
#: days ahead that count as "soon"
SOON = timedelta(days=7)
_PLAN_PAGES = ("inspections:plan", "inspections:draw")
_PAGES = (
    *(
        "inspection",
        "edit",
        "remove",
        "act",
        "inspectors",
        "answers",
        "record",
        "review",
        "conclude",
        "batch",
    ),
    *("evidence", "photo", "submit", "list", "start_selected"),
)

add(
    Entry(
        section="inspections",
        url_name="inspections:list",
        title=gettext_lazy("检查任务"),
        icon="clipboard-check",
        capability="inspections.view",
        order=0,
        inside=tuple(f"inspections:{name}" for name in _PAGES),
    )
)
add(
    Entry(
        section="inspections",
        url_name="inspections:plans",
        title=gettext_lazy("年度计划"),
        icon="calendar",
        capability="inspections.oversee",
        order=10,
        inside=_PLAN_PAGES,
    )
)
add(
    Entry(
        section="inspections",
        url_name="inspections:sheets",
        title=gettext_lazy("离线填报"),
        icon="file-spreadsheet",
        capability="inspections.answer",
        order=40,
        inside=("inspections:sheet",),
    )
)
add(
    Entry(
        section="inspections",
        url_name="inspections:interests",
        title=gettext_lazy("应回避情形"),
        icon="ban",
        capability="inspections.oversee",
        order=60,
        inside=("inspections:interest",),
    )
)

tabs.add(
    tabs.Tab(
        "inspections", gettext_lazy("检查"), "inspections:of_unit", capability="inspections.view", order=60
    )
)


def _findings_of_experts(user: User) -> Q:
    """An expert sees the findings of the inspections that he is engaged in now."""
    if user.role != Role.EXPERT:
        return Q(pk__in=())
    mine = Inspection.objects.filter(engaged(user))
    from_items = Answer.objects.filter(inspection__in=mine, finding__isnull=False).values("finding")
    keys = mine.annotate(text=Cast("pk", CharField())).values("text")
    return Q(pk__in=from_items) | Q(source=Finding.Source.INSPECTION, source_key__in=keys)


GRANTS.add("inspections", _findings_of_experts)


def _origin(finding: Finding, user: User) -> Origin | None:
    """The inspection by its number: `source_key` holds its primary key, `source_name` a checklist's code."""
    if not finding.source_key.isdecimal():
        return None
    number = visible_inspections(user).filter(pk=finding.source_key).values_list("number", flat=True).first()
    if number is None:
        return None
    return Origin(number, reverse("inspections:inspection", args=[finding.source_key]))


ORIGINS.add(Finding.Source.INSPECTION.value, _origin)


def _tasks(rows: QuerySet[Inspection], *, label: str, title: str, url: str) -> Iterable[Task]:
    for row in rows.select_related("unit").order_by("planned_to", "pk")[:MOST]:
        yield Task(
            title=title % {"unit": row.unit},
            url=reverse(url, args=[row.pk]),
            due=row.planned_to,
            label=label,
            detail=row.number,
        )


def _for_staff(user: Any, now: datetime) -> Iterable[Task]:
    """To review, to conduct, beginning soon, late; the plan to finish."""
    if not user.may("inspections.review"):
        return
    today = timezone.localdate(now)
    rows = visible_inspections(user, on=today)
    yield from _tasks(
        rows.filter(state=State.SUBMITTED),
        label=_("审核"),
        title=_("审核%(unit)s的自查"),
        url="inspections:review",
    )
    mine = rows.filter(inspectors__user=user).exclude(method=Method.SELF_CHECK)
    yield from _tasks(
        mine.filter(state=State.RUNNING),
        label=_("检查"),
        title=_("完成对%(unit)s的检查"),
        url="inspections:answers",
    )
    yield from _tasks(
        mine.filter(state=State.PLANNED, planned_from__lte=today + SOON),
        label=_("检查"),
        title=_("准备对%(unit)s的检查"),
        url="inspections:inspection",
    )
    late = rows.filter(state__in=(State.PLANNED, State.RUNNING, State.RETURNED), planned_to__lt=today)
    count = late.count()
    if count:
        first = late.order_by("planned_to").values_list("planned_to", flat=True)[0]
        yield Task(
            title=_("有 %(n)d 项检查超过计划日期") % {"n": count},
            url=f"{reverse('inspections:list')}?state=late",
            due=first,
            label=_("计划"),
            count=count,
        )
    for sheet in AnswerSheet.objects.filter(state=AnswerSheet.State.OPEN, sent_by=user)[:MOST]:
        yield _sheet_task(sheet)


def _for_approvers(user: Any, now: datetime) -> Iterable[Task]:
    """Plans that wait for approval by somebody else than who drafted or submitted them."""
    if not user.may("inspections.approve"):
        return
    waiting = InspectionPlan.objects.filter(state=InspectionPlan.State.SUBMITTED)
    for plan in waiting.exclude(Q(drafted_by=user) | Q(submitted_by=user)):
        yield Task(
            title=_("审批%(plan)s") % {"plan": plan},
            url=reverse("inspections:plan", args=[plan.pk]),
            label=_("审批"),
        )


def _for_liaisons(user: Any, now: datetime) -> Iterable[Task]:
    """Self-checks to answer, by their day."""
    if user.role != Role.LIAISON:
        return
    rows = visible_inspections(user).filter(method=Method.SELF_CHECK)
    yield from _tasks(
        rows.filter(state=State.RUNNING),
        label=_("自查"),
        title=_("填写%(unit)s的自查"),
        url="inspections:answers",
    )
    yield from _tasks(
        rows.filter(state=State.RETURNED),
        label=_("补正"),
        title=_("补正%(unit)s的自查"),
        url="inspections:answers",
    )
    for sheet in AnswerSheet.objects.filter(state=AnswerSheet.State.OPEN, sent_by=user)[:MOST]:
        yield _sheet_task(sheet)


def _for_experts(user: Any, now: datetime) -> Iterable[Task]:
    """Inspections that an expert is engaged in and that are not concluded."""
    if user.role != Role.EXPERT:
        return
    rows = visible_inspections(user, on=timezone.localdate(now))
    yield from _tasks(
        rows.filter(state__in=(State.PLANNED, State.RUNNING)),
        label=_("检测"),
        title=_("参加对%(unit)s的检查"),
        url="inspections:inspection",
    )


def _sheet_task(sheet: AnswerSheet) -> Task:
    return Task(
        title=_("处理离线填报表中的冲突"),
        url=reverse("inspections:sheet", args=[sheet.pk]),
        label=_("自查"),
        detail=sheet.file.name,
    )


SOURCES.add("inspections.staff", _for_staff)
SOURCES.add("inspections.approvers", _for_approvers)
SOURCES.add("inspections.liaisons", _for_liaisons)
SOURCES.add("inspections.experts", _for_experts)
