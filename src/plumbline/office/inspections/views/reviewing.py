"""Reviewing a self-check, concluding an inspection, and the record to print."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.access import visible_inspection
from plumbline.office.inspections.frame import STATE_KINDS
from plumbline.office.inspections.models import Answer, Inspection
from plumbline.office.inspections.queries.scans import findings_of_inspection
from plumbline.office.inspections.queries.sheet_of_answers import AnswerPage, answer_page
from plumbline.office.inspections.services.closing import unraised
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.reviewing import (
    Decision,
    answers_of,
    conclude,
    give_back,
    give_points,
    items_of,
    save_review,
    score_of,
)
from plumbline.office.lib.revisions import Outdated


@require_http_methods(["GET", "POST"])
@capability_required("inspections.review")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or return the items of a self-check; give it back, or conclude it."""
    inspection = visible_inspection(request.user, pk)
    problem: PlumblineError | None = None
    status = 200
    if request.method == "POST":
        now, act = timezone.now(), request.POST.get("act", "save")
        try:
            decisions = _decisions(request, answer_page(inspection))
            save_review(inspection, decisions, actor=request.user, now=now, revision=_revision(request))
            if act == "return":
                give_back(inspection, note=request.POST.get("note", ""), actor=request.user, now=now)
                messages.success(request, _("已退回单位补正。"))
                return redirect("inspections:inspection", pk)
            if act == "accept":
                conclude(
                    inspection, conclusion=request.POST.get("conclusion", ""), actor=request.user, now=now,
                    unraised_reason=request.POST.get("unraised_reason", ""),
                )  # fmt: skip
                messages.success(request, _("已审核通过，检查完成。"))
                return redirect("inspections:inspection", pk)
            messages.success(request, _("已保存审核意见。"))
            return redirect("inspections:review", pk)
        except PlumblineError as refusal:
            problem = refusal
            status = 409 if isinstance(refusal, Outdated) else 422
    context = {
        "inspection": inspection, "page": answer_page(inspection), "score": score_of(inspection),
        "problem": problem, "typed": request.POST, "state_kinds": STATE_KINDS,
        "is_open": inspection.state == Inspection.State.SUBMITTED,
        "unraised": unraised(items_of(inspection), answers_of(inspection)),
    }  # fmt: skip
    return render(request, "inspections/answers/review.html", context, status=status)


@require_http_methods(["GET", "POST"])
@capability_required("inspections.review")
def conclude_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Points that only a person can give, and the conclusion of a visit."""
    inspection = visible_inspection(request.user, pk)
    problem: PlumblineError | None = None
    if request.method == "POST":
        now = timezone.now()
        try:
            points = _points(request, answer_page(inspection))
            give_points(inspection, points, actor=request.user, now=now)
            conclude(
                inspection, conclusion=request.POST.get("conclusion", ""), actor=request.user, now=now,
                revision=_revision(request),
            )  # fmt: skip
            messages.success(request, _("检查已完成。"))
            return redirect("inspections:inspection", pk)
        except PlumblineError as refusal:
            problem = refusal
    context = {
        "inspection": inspection, "page": answer_page(inspection), "score": score_of(inspection),
        "problem": problem, "typed": request.POST, "is_open": inspection.state == Inspection.State.RUNNING,
        "findings": findings_of_inspection(request.user, inspection),
    }  # fmt: skip
    status = 409 if isinstance(problem, Outdated) else 422 if problem else 200
    return render(request, "inspections/answers/conclude.html", context, status=status)


@require_GET
@capability_required("inspections.view")
def printed_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of an inspection to print and to sign (现场检查记录)."""
    inspection = visible_inspection(request.user, pk)
    context = {
        "inspection": inspection, "page": answer_page(inspection), "score": score_of(inspection),
        "people": inspection.inspectors.select_related("user"),
        "photos": inspection.photos.select_related("file", "item"),
        "findings": findings_of_inspection(request.user, inspection),
        "is_visit": inspection.method != Inspection.Method.SELF_CHECK,
    }  # fmt: skip
    return render(request, "inspections/answers/record.html", context)


def _decisions(request: HttpRequest, page: AnswerPage) -> dict[str, Decision]:
    points = _points(request, page)
    found: dict[str, Decision] = {}
    for row in page.rows:
        if row.answer is None:
            continue
        number = row.answer.pk
        state = request.POST.get(f"state-{number}", "")
        if state not in (Answer.State.ACCEPTED, Answer.State.RETURNED):
            state = ""
        found[row.item.key] = Decision(
            state, request.POST.get(f"reason-{number}", ""), points.get(row.item.key)
        )
    return found


def _points(request: HttpRequest, page: AnswerPage) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in page.rows:
        if row.answer is None:
            continue
        text = request.POST.get(f"points-{row.answer.pk}", "").strip()
        if not text:
            continue
        try:
            found[row.item.key] = Decimal(text[:12])
        except InvalidOperation:
            raise InspectionRefused(
                _("“%(text)s”不是分数。") % {"text": text[:12]}, where=row.item.key, advice=_("请填写数字。")
            ) from None
        if not found[row.item.key].is_finite():
            raise InspectionRefused(_("分数超出范围。"), where=row.item.key, advice=_("请填写数字。"))
    return found


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
