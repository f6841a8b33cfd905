"""Writing notices: one draft for each unit whose findings were chosen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.findings.models import Finding, Notice, NoticeEvent, NoticeItem
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.letters import earlier_number
from plumbline.office.findings.services.notice_steps import PENDING, step_on
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.dates import day_text
from plumbline.office.units.models import Unit

#: findings on one notice; more would not be read, and the table would not be printed
MOST = 200
_CONFIRMED = (Finding.State.CONFIRMED,)
#: how a text names a deadline: 2026年3月9日前
_BEFORE = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日)前")


class DraftRefused(PlumblineError):
    """A notice cannot be drafted, or cannot say what it should say."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A finding that did not get onto a notice, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of one act: the new drafts by unit, and the findings that were left out."""

    notices: tuple[Notice, ...]
    skipped: tuple[Skipped, ...]


@cache
def default_texts() -> Mapping[str, Mapping[str, str]]:
    """Title and text of each kind as shipped: `data/notice_texts.toml`."""
    text = files("plumbline.office.findings").joinpath("data/notice_texts.toml").read_text("utf-8")
    return tomllib.loads(text)


def states_for(kind: str) -> tuple[Finding.State, ...]:
    """In which states a finding may stand on a new notice of the kind."""
    return WITH_UNIT if kind == Notice.Kind.SECOND else _CONFIRMED


def hindrances(findings: Sequence[Finding], *, kind: str) -> dict[int, str]:
    """Why findings cannot stand on a new notice: {id: sentence}; those that can are not in it."""
    allowed = states_for(kind)
    waiting = NoticeItem.objects.filter(
        finding__in=[finding.pk for finding in findings], notice__state__in=PENDING
    ).select_related("notice")
    open_notices = {item.finding_id: item.notice for item in waiting}
    reasons: dict[int, str] = {}
    for finding in findings:
        other = open_notices.get(finding.pk)
        if other is not None:
            name = other.number or other.title
            reasons[finding.pk] = _("已列入尚未送达的通知书“%(name)s”。") % {"name": name}
        elif finding.state not in allowed:
            reasons[finding.pk] = (
                _("再次通知只用于单位正在整改、尚未报送的问题；此问题现在是“%(state)s”。")
                if kind == Notice.Kind.SECOND
                else _("只有已确认、待通报的问题可以列入；此问题现在是“%(state)s”。")
            ) % {"state": finding.get_state_display()}
    return reasons


def usual_due(findings: Iterable[Finding], *, today: date) -> date | None:
    """The day that the most severe finding leaves, in working days from today; None without findings."""
    days = [deadlines().due_on(severity, since=today) for severity in {one.severity for one in findings}]
    return min(days, default=None)


@transaction.atomic
def draft_notices(
    *, findings: Iterable[Finding], kind: str, actor: User, now: datetime, due_on: date | None = None
) -> Drafted:
    """Draft one notice for each unit; what cannot stand on one is told, and the rest goes on.

    Args:
        due_on: the deadline of all; the usual one of each where None.

    Raises:
        DraftRefused: none of the findings can stand on a notice, or a unit has more than `MOST`.
    """
    rows = list(
        Finding.objects.select_for_update(of=("self",))
        .filter(pk__in=[finding.pk for finding in findings])
        .select_related("unit")
        .order_by("unit__name", "pk")
    )
    reasons = hindrances(rows, kind=kind)
    skipped = tuple(Skipped(row, reasons[row.pk]) for row in rows if row.pk in reasons)
    by_unit: dict[Unit, list[Finding]] = {}
    for row in rows:
        if row.pk not in reasons:
            by_unit.setdefault(row.unit, []).append(row)
    if not by_unit:
        raise DraftRefused(
            _("所选问题都不能列入通知书。") if rows else _("没有选择问题。"),
            advice=skipped[0].reason if skipped else _("请在问题清单中勾选后再起草。"),
        )
    drafts = [
        _draft(unit, chosen, kind=kind, actor=actor, now=now, due_on=due_on)
        for unit, chosen in by_unit.items()
    ]
    return Drafted(tuple(drafts), skipped)


def _draft(
    unit: Unit, findings: list[Finding], *, kind: str, actor: User, now: datetime, due_on: date | None
) -> Notice:
    _demand_fit(findings)
    order = list(Finding.Severity)
    findings.sort(key=lambda one: (order.index(Finding.Severity(one.severity)), one.pk))
    notice = Notice.objects.create(
        kind=kind,
        unit=unit,
        title=default_texts()[kind]["title"],
        due_on=due_on or usual_due(findings, today=timezone.localdate(now)),
        drafted_by=actor,
        drafted_at=now,
    )
    _put(notice, findings)
    notice.body = default_body(notice)
    notice.save(update_fields=["body"])
    NoticeEvent.objects.create(notice=notice, at=now, actor=actor, act="draft", after=notice.state)
    with translation.override(settings.LANGUAGE_CODE):
        detail = {
            "notice_kind": str(notice.get_kind_display()),
            "notice_items": [one.number for one in findings],
        }
    record(actor=actor, action="notices.draft", target=notice, detail=detail)
    return notice


def default_body(notice: Notice) -> str:
    """The shipped text of the kind, with the number of findings and the deadline filled in."""
    with translation.override(settings.LANGUAGE_CODE):
        due = day_text(notice.due_on) if notice.due_on else "规定期限"
    text = default_texts()[notice.kind]["text"].strip()
    return text.format(count=notice.items.count(), due=due, previous=earlier_number(notice))


@transaction.atomic
def edit_notice(
    *,
    notice: Notice,
    title: str,
    body: str,
    due_on: date | None,
    findings: Sequence[Finding],
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Notice:
    """Change a draft. A change of nothing leaves no trace.

    Args:
        findings: those of the unit that stay or come onto it, in their order.

    Raises:
        StepRefused: it is no draft any more.
        DraftRefused: no finding left, one of another unit or not fit, or a deadline that is over.
        Outdated: somebody else changed it since `revision`.
    """
    row = Notice.objects.select_for_update().get(pk=notice.pk)
    _demand_fit(findings)
    # locked as a new draft locks them: else two drafts take the same finding at once
    ids = [finding.pk for finding in findings]
    locked = {one.pk: one for one in Finding.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    findings = [locked[pk] for pk in ids if pk in locked]
    present = {item.finding_id for item in row.items.all()}
    fresh = [finding for finding in findings if finding.pk not in present]
    reasons = hindrances(fresh, kind=row.kind)
    foreign = next((one for one in findings if one.unit_id != row.unit_id), None)
    if reasons or foreign:
        bad = foreign or next(one for one in fresh if one.pk in reasons)
        raise DraftRefused(
            _("问题 %(number)s 不能列入这份通知书。") % {"number": bad.number},
            advice=reasons.get(bad.pk) or _("一份通知书只列一个单位的问题。"),
        )
    demand_due(due_on, now=now)
    before = snapshot(row, "title", "body", "due_on") | {"notice_items": _numbers(row)}
    body = _follow(body.strip(), row, due_on=due_on, count=len(findings))
    row.title, row.body, row.due_on = title.strip(), body, due_on
    after = snapshot(row, "title", "body", "due_on") | {"notice_items": [one.number for one in findings]}
    changed = changes(before, after)
    if changed:
        fields = {"title": row.title, "body": row.body, "due_on": due_on}
        step_on(
            notice=notice, step="edit", actor=actor, now=now, revision=revision, fields=fields,
            detail=changed,
        )  # fmt: skip
        if "notice_items" in changed:
            notice.items.all().delete()
            _put(notice, findings)
    return notice


def _follow(body: str, before: Notice, *, due_on: date | None, count: int) -> str:
    """The text with the new deadline and number of findings, where it still says the old ones."""
    with translation.override(settings.LANGUAGE_CODE):
        if before.due_on and due_on and before.due_on != due_on:
            body = body.replace(f"{day_text(before.due_on)}前", f"{day_text(due_on)}前")
    old = before.items.count()
    return re.sub(rf"(?<!\d){old}项", f"{count}项", body) if old != count else body


def demand_due(due_on: date | None, *, now: datetime) -> None:
    """Raises DraftRefused unless the deadline lies after today."""
    if due_on is not None and due_on <= timezone.localdate(now):
        raise DraftRefused(
            _("整改期限 %(day)s 不晚于今天。") % {"day": day_text(due_on)},
            advice=_("请改为今天以后的日期；通知书送达后单位才开始整改。"),
        )


def demand_complete(notice: Notice, *, now: datetime) -> None:
    """What a notice must hold before somebody approves it.

    Raises:
        DraftRefused: no title, text, findings or deadline; or a finding moved on meanwhile.
    """
    missing = [
        name
        for name, held in (
            (_("标题"), notice.title),
            (_("正文"), notice.body.strip()),
            (_("整改期限"), notice.due_on),
        )
        if not held
    ]
    if missing:
        raise DraftRefused(
            _("通知书缺少：%(names)s。") % {"names": "、".join(missing)}, advice=_("请补充后再送审。")
        )
    demand_due(notice.due_on, now=now)
    _demand_one_day(notice)
    findings = [item.finding for item in notice.items.select_related("finding")]
    moved = next((one for one in findings if one.state not in states_for(notice.kind)), None)
    if moved is not None or not findings:
        raise DraftRefused(
            _("问题 %(number)s 的状态已变为“%(state)s”，不能再列入。")
            % {"number": moved.number, "state": moved.get_state_display()}
            if moved
            else _("通知书没有列出问题。"),
            advice=_("请修改通知书，去掉这个问题后再送审。"),
        )


def _demand_one_day(notice: Notice) -> None:
    """The text must not name another deadline than the one that will count."""
    with translation.override(settings.LANGUAGE_CODE):
        due = day_text(notice.due_on) if notice.due_on else ""
    other = next((day for day in _BEFORE.findall(notice.body) if day != due), None)
    if other is not None:
        raise DraftRefused(
            _("正文写的期限“%(other)s前”与整改期限 %(due)s 不一致。") % {"other": other, "due": due},
            advice=_("请修改正文或整改期限，使两处一致后再送审。"),
        )


def _demand_fit(findings: Sequence[Finding]) -> None:
    if not findings:
        raise DraftRefused(_("通知书至少要列一个问题。"), advice=_("不需要这份通知书的，请作废。"))
    if len(findings) > MOST:
        raise DraftRefused(
            _("一份通知书最多列 %(most)d 个问题，现在有 %(count)d 个。")
            % {"most": MOST, "count": len(findings)},
            advice=_("请按严重程度分几份起草。"),
        )


def _put(notice: Notice, findings: Sequence[Finding]) -> None:
    NoticeItem.objects.bulk_create(
        NoticeItem(notice=notice, finding=finding, ordinal=number)
        for number, finding in enumerate(findings, start=1)
    )


def _numbers(notice: Notice) -> list[str]:
    return list(notice.items.values_list("finding__number", flat=True))
