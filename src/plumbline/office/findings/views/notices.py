"""The list of notices, one notice, and its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.downloads import download_response
from plumbline.office.findings.forms.notices import NoticeFilter
from plumbline.office.findings.letters.drawing import DOCX
from plumbline.office.findings.models import Notice, NoticePreview
from plumbline.office.findings.notice_access import sees_drafts, visible_notice, visible_notices
from plumbline.office.findings.queries import notices as queries
from plumbline.office.findings.services import letters, previews
from plumbline.office.findings.services.notice_steps import STEPS, capability_of, refusal
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.spreadsheets import Sheet, sheet_response
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.models import Unit

#: buttons of the page, in the order of the way
BUTTONS = ("edit", "submit", "recall", "approve", "return", "seal", "send", "receive", "remind", "withdraw")


def _found(request: HttpRequest) -> tuple[NoticeFilter, QuerySet[Notice]]:
    form = NoticeFilter(request.GET)
    return form, queries.notices(request.user, now=timezone.now(), **form.values())


@require_GET
@capability_required("notices.view")
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices that the person may see."""
    sorting = Sorting.asked(request.GET, columns=queries.NOTICE_COLUMNS, default="-drafted")
    form, found = _found(request)
    units = Unit.objects.filter(pk__in=visible_notices(request.user).values("unit")).order_by("name")
    context = {
        "form": form,
        "page": page_of(sorting.apply(found, queries.NOTICE_COLUMNS), request),
        "sorting": sorting,
        "states": Notice.State.choices,
        "kinds": Notice.Kind.choices,
        "units": units,
        "state_kinds": queries.STATE_KINDS,
        "is_narrowed": any(form.values().values()),
    }
    return render(request, "findings/notices/list.html", context)


@require_GET
@capability_required("notices.view")
def notice_export(request: HttpRequest) -> HttpResponse:
    """The register of notices as it is narrowed, with the void ones."""
    _form, found = _found(request)
    with transaction.atomic():
        heads = [
            _("文号"), _("文种"), _("标题"), _("送达单位"), _("问题数"), _("整改期限"), _("状态"),
            _("起草人"), _("起草时间"), _("批准时间"), _("用印时间"), _("送达时间"), _("送达方式"),
            _("签收时间"), _("签收人"), _("作废或退回理由"),
        ]  # fmt: skip
        rows = [
            (
                row.number, row.get_kind_display(), row.title, row.unit.name, row.item_count, row.due_on,
                row.get_state_display(), str(row.drafted_by), row.drafted_at, row.approved_at, row.sealed_at,
                row.sent_at, row.get_sending_display(), row.received_at, row.receiver, row.withdrawn_reason,
            )
            for row in found.order_by("drafted_at", "pk")
        ]  # fmt: skip
        record(actor=request.user, action="notices.export", detail={"count": len(rows)})
    return sheet_response(Sheet(_("通知书登记簿"), heads, rows), kind="xlsx")


def page_context(notice: Notice, *, user: User) -> dict[str, Any]:
    """What the page of a notice draws."""
    now = timezone.now()
    reasons = {key: refusal(notice, STEPS[key], actor=user) for key in BUTTONS}
    offered = [
        key
        for key in BUTTONS
        if notice.state in STEPS[key].sources and user.may(capability_of(notice, STEPS[key]))
    ]
    late = Notice.objects.filter(queries.unsigned(now), pk=notice.pk).exists()
    return {
        "notice": notice,
        "paper": queries.paper(notice, now=now),
        "way": queries.way(notice),
        "history": list(queries.history(notice)),
        "may": {key: not reasons[key] for key in BUTTONS},
        "why_not": {key: reasons[key] for key in offered if reasons[key]},
        "is_late": late,
        "can_preview": previews.can_preview(),
        "due_words": queries.day_words(notice.due_on, today=timezone.localdate()) if notice.due_on else "",
        "is_pending": notice.state in ("draft", "submitted"),
        "state_kind": queries.STATE_KINDS[notice.state],
        "seen": letters.fingerprint(notice, now=now) if not reasons["approve"] else "",
    }


@require_GET
@capability_required("notices.view")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: how far it is, its text, its files, its history, and what can be done now."""
    row = visible_notice(request.user, pk)
    if not request.user.may("notices.edit") and not request.user.may("notices.approve"):
        return redirect("findings:my_notice", pk=pk)
    return render(request, "findings/notices/notice.html", page_context(row, user=request.user))


@require_GET
@capability_required("notices.view")
def notice_file(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """A file of a notice: "document", "sealed", "receipt"."""
    row = visible_notice(request.user, pk)
    stored = {"document": row.file, "sealed": row.sealed_file, "receipt": row.receipt_file}.get(which)
    if stored is not None:
        return download_response(stored)
    if which != "document" or row.file is not None:
        raise Http404
    content = letters.document_of(row, now=timezone.now())
    return attachment(content, letters.file_title(row), DOCX)


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """What was made just now, as a download."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@capability_required("notices.view")
def notice_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the PDF; the answer is a bar that asks on, or the way to the file."""
    row = visible_notice(request.user, pk)
    preview = previews.ask_preview(notice=row, now=timezone.now())
    return _preview(request, row, preview)


@require_GET
@capability_required("notices.view")
def notice_preview_state(request: HttpRequest, pk: int, preview_id: int) -> HttpResponse:
    """How far the PDF is."""
    row = visible_notice(request.user, pk)
    return _preview(request, row, _preview_of(request, row, preview_id))


@require_GET
@capability_required("notices.view")
def notice_preview_file(request: HttpRequest, pk: int, preview_id: int) -> HttpResponseBase:
    """The PDF."""
    preview = _preview_of(request, visible_notice(request.user, pk), preview_id)
    if preview.file is None:
        raise Http404
    return download_response(preview.file)


def _preview_of(request: HttpRequest, notice: Notice, preview_id: int) -> NoticePreview:
    """A PDF of the notice; who sees only what was sent gets none of an earlier draft."""
    found = notice.previews.select_related("file").filter(pk=preview_id)
    if not sees_drafts(request.user):
        found = found.filter(content=previews.content_of(notice, now=timezone.now()))
    found = found.first()
    if found is None:
        raise Http404
    return found


def _preview(request: HttpRequest, notice: Notice, preview: NoticePreview) -> HttpResponse:
    return render(request, "findings/notices/_preview.html", {"notice": notice, "preview": preview})
