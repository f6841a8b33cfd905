"""Asking for a report, and writing it in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.reports.content import Report
from plumbline.kernel.reports.county_report import county_report
from plumbline.kernel.reports.docx_writer import write_docx
from plumbline.kernel.reports.pdf_writer import write_pdf
from plumbline.kernel.reports.unit_report import unit_report
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.services import store
from plumbline.office.inspections.models import InspectionReport
from plumbline.office.inspections.services.report_counts import Span
from plumbline.office.inspections.services.report_county import county_facts, own_units
from plumbline.office.inspections.services.report_unit import unit_facts
from plumbline.office.lib.assets import FONTS
from plumbline.office.units.models import Membership, Unit

log = logging.getLogger("plumbline.inspections")

#: no report takes as long: the county's of 300 units is some seconds
SILENCE = timedelta(minutes=5)
State, Kind, FileFormat = InspectionReport.State, InspectionReport.Kind, InspectionReport.FileFormat


class ReportError(PlumblineError):
    """The report cannot be written as asked."""


def interrupted(report: InspectionReport, *, now: datetime) -> bool:
    """The worker was stopped in the middle."""
    beat = report.heartbeat_at
    return report.state == State.RUNNING and (beat is None or now - beat > SILENCE)


def request_report(
    *,
    kind: str,
    file_format: str,
    year: int,
    actor: User,
    now: datetime,
    as_of: date | None = None,
    unit: Unit | None = None,
    grouping: str = "unit",
) -> InspectionReport:
    """Queue a report.

    Args:
        as_of: the last day counted; today, or the year's last day, where None.

    Raises:
        ReportError: a unit's report without a unit, or a day that is not in the year or not yet over.
    """
    today = timezone.localdate(now)
    as_of = as_of or min(today, date(year, 12, 31))
    if kind == Kind.UNIT and unit is None:
        raise ReportError(_("没有选择单位"), advice=_("检查报告按单位生成，请选择单位。"))
    if as_of.year != year or as_of > today:
        raise ReportError(
            _("统计截止日期不在%(year)d年内，或晚于今天") % {"year": year},
            advice=_("请选择该年度内、不晚于今天的日期。"),
        )
    with transaction.atomic():
        report = InspectionReport.objects.create(
            kind=kind, file_format=file_format, year=year, as_of=as_of, grouping=grouping,
            unit=unit if kind == Kind.UNIT else None, made_by=actor, made_at=now,
        )  # fmt: skip
        record(
            actor=actor,
            action="inspections.report",
            target=report,
            detail={
                "name": str(unit) if unit and kind == Kind.UNIT else "", "report_year": year,
                "report_kind": str(Kind(kind).label), "report_as_of": as_of.isoformat(),
            },
        )  # fmt: skip
        _enqueue(report)
    return report


def again(*, report: InspectionReport, actor: User, now: datetime) -> InspectionReport:
    """Write one that failed or was interrupted anew.

    Raises:
        ReportError: it is under way, or done.
    """
    with transaction.atomic():
        locked = InspectionReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if locked.state != State.FAILED and not interrupted(locked, now=now):
            raise ReportError(_("这份报告“%(state)s”，不能重新生成") % {"state": locked.get_state_display()})
        locked.state, locked.problem, locked.problem_advice = State.QUEUED, "", ""
        locked.attempt += 1
        locked.save()
        record(actor=actor, action="inspections.report", target=locked)
        _enqueue(locked)
    return locked


def delete_report(*, report: InspectionReport, actor: User, reason: str) -> None:
    """Remove a report from the list; the file's content stays with the others of its digest.

    Raises:
        ReportError: no reason.
    """
    if not reason.strip():
        raise ReportError(_("没有填写删除原因"), advice=_("请写明原因后再提交。"))
    with transaction.atomic():
        detail: dict[str, Any] = {"name": report.file.name if report.file else "", "reason": reason.strip()}
        record(actor=actor, action="inspections.report_delete", target=report, detail=detail)
        report.delete()


def run(*, report_id: int, attempt: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Write a queued report: what a worker calls."""
    claimed = InspectionReport.objects.filter(pk=report_id, attempt=attempt, state=State.QUEUED).update(
        state=State.RUNNING, heartbeat_at=clock()
    )
    if not claimed:
        return
    report = InspectionReport.objects.select_related("unit", "made_by").get(pk=report_id)
    mine = InspectionReport.objects.filter(pk=report_id, attempt=attempt, state=State.RUNNING)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            content = build(report)
            data = write(content, report.file_format, now=clock())
        name = get_valid_filename(
            f"{_subject(report)}{content.title}_{report.as_of:%Y%m%d}.{report.file_format}"
        )
        with transaction.atomic():
            kept = store(
                ContentFile(data, name=name),
                user=report.made_by,
                allowed=frozenset(FileFormat.values),
                limit=len(data),
            )
            mine.update(state=State.DONE, file=kept, finished_at=clock())
    except PlumblineError as error:
        mine.update(state=State.FAILED, problem=error.what, problem_advice=error.advice, finished_at=clock())
    except Exception:
        # The person must learn that it failed; the traceback goes to the log and to the task's record.
        log.exception("inspection report %s failed", report_id)
        with translation.override(settings.LANGUAGE_CODE):
            what, advice = _("程序出错，没有生成"), _("请重试；仍不行请联系管理员。")
        mine.update(state=State.FAILED, problem=what, problem_advice=advice, finished_at=clock())
        raise


def build(report: InspectionReport) -> Report:
    """The content of a report: counted now, as of its day."""
    span, issuer = Span(report.year, report.as_of), issuer_of(report.made_by)
    if report.kind == Kind.UNIT and report.unit is not None:
        return unit_report(unit_facts(report.unit, span), issuer=issuer)
    return county_report(county_facts(span, issuer=issuer, grouping=report.grouping))


def write(content: Report, file_format: str, *, now: datetime) -> bytes:
    """The file."""
    if file_format == FileFormat.PDF:
        return write_pdf(content, fonts=[FONTS])
    return write_docx(content, created=timezone.localtime(now).replace(tzinfo=None), fonts=[FONTS])


def issuer_of(user: User) -> str:
    """The office in whose name a person writes: his own unit, or the office's first."""
    own = Membership.objects.filter(user=user).select_related("unit").first()
    if own is not None:
        return own.unit.name
    first = Unit.objects.filter(pk__in=own_units()).order_by("pk").first()
    return first.name if first else "网络安全和信息化委员会办公室"


def _subject(report: InspectionReport) -> str:
    return str(report.unit) if report.unit else ""


def _enqueue(report: InspectionReport) -> None:
    from plumbline.office.inspections.tasks import write_report

    transaction.on_commit(lambda: write_report.enqueue(report.pk, report.attempt))
