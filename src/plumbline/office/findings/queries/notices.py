"""Lists of notices, and what waits on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.office.accounts.models import User
from plumbline.office.findings.letters.placeholders import ITEMS, PARAGRAPHS
from plumbline.office.findings.models import Finding, Notice, NoticeEvent, NoticeItem
from plumbline.office.findings.notice_access import visible_notices
from plumbline.office.findings.notice_defaults import notice_defaults
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.drafting import states_for
from plumbline.office.findings.services.letters import words_of
from plumbline.office.findings.services.notice_steps import PENDING, TITLES
from plumbline.office.lib.workdays import add_workdays, is_announced, is_workday

NOTICE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("approved_at",),
    "unit": ("unit__name",),
    "drafted": ("drafted_at",),
    "due": ("due_on",),
    "sent": ("sent_at",),
}
#: kinds of brackets that people type for those of a number
_BRACKETS = str.maketrans(dict.fromkeys("[【(（", "〔") | dict.fromkeys("]】)）", "〕"))
#: what `?state=` offers beside the states
OPEN, UNSIGNED = "open", "unsigned"
#: colours of the states
STATE_KINDS = {
    "draft": "idle",
    "submitted": "waiting",
    "approved": "info",
    "sealed": "info",
    "sent": "waiting",
    "received": "good",
    "withdrawn": "bad",
}


def notices(
    user: User,
    *,
    search: str = "",
    state: str = "",
    kind: str = "",
    unit: str = "",
    since: date | None = None,
    until: date | None = None,
    now: datetime,
) -> QuerySet[Notice]:
    """The notices that the person may see, with `item_count`.

    Args:
        search: in number, title, unit, and numbers of the findings.
        state: a state, `OPEN` or `UNSIGNED`.
        unit: an id as text. since, until: days of drafting.
    """
    rows = visible_notices(user).select_related("unit", "drafted_by")
    if search:
        rows = rows.filter(
            Q(number__icontains=search.translate(_BRACKETS))
            | Q(title__icontains=search)
            | Q(unit__name__icontains=search)
            | Q(unit__short_name__icontains=search)
            | Q(pk__in=Notice.objects.filter(items__finding__number__iexact=search).values("pk"))
        )
    if state == OPEN:
        rows = rows.filter(state__in=(*PENDING, Notice.State.SENT))
    elif state == UNSIGNED:
        rows = rows.filter(unsigned(now))
    elif state in Notice.State.values:
        rows = rows.filter(state=state)
    if kind in Notice.Kind.values:
        rows = rows.filter(kind=kind)
    if unit.isdecimal() and len(unit) < 10:
        rows = rows.filter(unit=int(unit))
    if since:
        rows = rows.filter(drafted_at__gte=_midnight(since))
    if until:
        rows = rows.filter(drafted_at__lt=_midnight(until + timedelta(days=1)))
    # counted for the rows of the page only; a join would count for all before the page is cut
    items = NoticeItem.objects.filter(notice=OuterRef("pk")).order_by().values("notice")
    return rows.annotate(item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0))


def unsigned(now: datetime) -> Q:
    """Sent more working days ago than a unit has for signing, and not signed."""
    day = add_workdays(timezone.localdate(now), -notice_defaults().receipt_workdays)
    return Q(state=Notice.State.SENT, sent_at__lt=_midnight(day))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def findings_for(kind: str, *, ids: Iterable[int] | None = None) -> QuerySet[Finding]:
    """Findings that may be put on a new notice of a kind: all that fit, or those that were chosen."""
    rows = Finding.objects.select_related("unit", "system", "asset")
    if ids is not None:
        return rows.filter(pk__in=list(ids)).order_by("unit__name", "pk")
    pending = Notice.objects.filter(state__in=PENDING).values("items__finding")
    fit = rows.filter(state__in=states_for(kind))
    return fit.exclude(pk__in=pending.filter(items__isnull=False)).order_by("unit__name", "pk")


@dataclass(frozen=True, slots=True)
class Passed:
    """One mark on the drawn way of a notice.

    Attributes:
        title: name of the step. at: when it was done, by whom; None while it was not.
    """

    title: str | Promise
    at: datetime | None
    who: str
    is_current: bool


def way(notice: Notice) -> tuple[Passed, ...]:
    """The steps of a notice in their order, done or not."""
    order = list(Notice.State)
    done = order.index(Notice.State(notice.state))
    submitted = notice.events.filter(act="submit").order_by("-pk").select_related("actor").first()
    passed_submit = done >= order.index(Notice.State.SUBMITTED)
    marks: tuple[tuple[str | Promise, datetime | None, object], ...] = (
        (gettext_lazy("起草"), notice.drafted_at, notice.drafted_by),
        (
            gettext_lazy("送审"),
            submitted.at if submitted and passed_submit else None,
            submitted.actor if submitted else "",
        ),
        (gettext_lazy("批准"), notice.approved_at, notice.approved_by),
        (gettext_lazy("用印"), notice.sealed_at, notice.sealer or notice.sealed_by),
        (gettext_lazy("送达"), notice.sent_at, notice.sent_by),
        (gettext_lazy("签收"), notice.received_at, notice.receiver),
    )
    current = next((number for number, mark in enumerate(marks) if mark[1] is None), len(marks))
    if notice.state == Notice.State.WITHDRAWN:
        current = -1
    return tuple(
        Passed(title, at, str(who or "") if at else "", number == current)
        for number, (title, at, who) in enumerate(marks)
    )


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A finding as the document names it, and the finding itself for the way to its page."""

    finding: Finding
    title: str
    place: str
    severity: str
    advice: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What the page draws of the document: as approved, or as it would be now."""

    issuer: str
    to: str
    paragraphs: list[str]
    rows: list[PaperRow]


def paper(notice: Notice, *, now: datetime) -> Paper:
    """The document for the page; findings in their order."""
    words: Any = words_of(notice, now=now)
    findings = [item.finding for item in notice.items.select_related("finding")]
    rows = [
        PaperRow(finding, item["名称"], item["位置"], item["严重程度"], item["建议"])
        for finding, item in zip(findings, words[ITEMS], strict=True)
    ]
    return Paper(words["发文机关"], words["主送单位"], words[PARAGRAPHS], rows)


def history(notice: Notice) -> Iterator[tuple[NoticeEvent, str | Promise]]:
    """The steps that were done, newest first, each with its title."""
    for event in notice.events.select_related("actor").order_by("-at", "-pk"):
        yield event, TITLES.get(event.act, event.act)


def day_words(day: date, *, today: date) -> str:
    """What kind of day a deadline is, and how far off: for whoever sets it."""
    names = (
        _("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"), _("星期日"),
    )  # fmt: skip
    parts = [names[day.weekday()]]
    if not is_workday(day):
        parts.append(_("不是工作日，建议改为下一个工作日"))
    elif day.weekday() > 4:
        parts.append(_("调休上班日"))
    if not is_announced(day):
        parts.append(_("该年度放假安排尚未公布，按周一至周五推算"))
    if day <= today:
        parts.append(_("不晚于今天"))
    return "，".join(parts)


def due_reasoning(findings: Iterable[Finding]) -> str:
    """How the usual deadline comes about: the most severe finding and its working days."""
    severities = {finding.severity for finding in findings}
    days = deadlines().workdays
    worst = next((one for one in Finding.Severity if one in severities), None)
    if worst is None:
        return ""
    return _("默认期限按最严重的问题（%(severity)s）计：自今天起 %(days)d 个工作日，已扣除节假日。") % {
        "severity": worst.label,
        "days": days[worst],
    }
