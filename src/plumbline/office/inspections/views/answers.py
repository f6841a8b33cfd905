"""Answering the items: the page, and what its script sends, item by item, from a queue in the browser."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.kernel.checklists.draft import NOT_APPLICABLE
from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.models import User
from plumbline.office.files.downloads import download_response
from plumbline.office.inspections.access import visible_inspection
from plumbline.office.inspections.frame import STATE_KINDS
from plumbline.office.inspections.models import AnswerFile, ChecklistItem, Inspection, Photo
from plumbline.office.inspections.queries.sheet_of_answers import answer_facts, answer_page
from plumbline.office.inspections.services.answering import (
    AnswerConflict,
    add_evidence,
    add_photo,
    remove_evidence,
    remove_photo,
    save_answer,
)
from plumbline.office.inspections.services.deliveries import last_revision, once
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.reviewing import answers_of, submit
from plumbline.office.inspections.services.visits import RECORD_FIELDS, raise_from_item, save_record
from plumbline.office.lib.revisions import Outdated

#: names of earlier changes that one may take the place of
MOST_BEFORE = 50
_OPEN = (Inspection.State.RUNNING, Inspection.State.RETURNED)


def may_answer(inspection: Inspection, user: User) -> bool:
    """Whether the person may write into the inspection's items now."""
    is_self_check = inspection.method == Inspection.Method.SELF_CHECK
    capability = "inspections.answer" if is_self_check else "inspections.conduct"
    return inspection.state in _OPEN and user.may(capability)


def may_raise(inspection: Inspection, user: User) -> bool:
    """Whether the person may raise findings from the items now, also where they are only read."""
    shut = (Inspection.State.PLANNED, Inspection.State.CANCELLED)
    return inspection.state not in shut and user.may("inspections.conduct")


@require_GET
@capability_required("inspections.view")
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """The items, section by section: to be answered, or to be read."""
    inspection = visible_inspection(request.user, pk)
    context = {
        "inspection": inspection, "page": answer_page(inspection), "state_kinds": STATE_KINDS,
        "may_answer": may_answer(inspection, request.user),
        "is_visit": inspection.method != Inspection.Method.SELF_CHECK,
        "photos": inspection.photos.filter(item__isnull=True).select_related("file"),
        "may_raise": may_raise(inspection, request.user),
        "people": inspection.inspectors.select_related("user"),
    }  # fmt: skip
    return render(request, "inspections/answers/answers.html", context)


@require_GET
@capability_required("inspections.view")
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """What is saved now, and a fresh token: a page that was kept offline catches up with it."""
    inspection = visible_inspection(request.user, pk)
    found = answers_of(inspection)
    return JsonResponse(
        {
            "csrf": get_token(request),
            "user": request.user.pk,
            "open": may_answer(inspection, request.user),
            "raises": may_raise(inspection, request.user),
            "state": inspection.get_state_display(),
            "revision": inspection.revision,
            "answers": {key: answer_facts(answer) for key, answer in found.items()},
        }
    )


@require_POST
@capability_required("inspections.view")
def save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One change: {kind: answer | record | finding | photo}, answered as JSON to the script.

    Without the script the form of an item posts here too, and is sent back to the page.
    """
    inspection = visible_inspection(request.user, pk)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        result = once(
            inspection,
            request.POST.get("key", ""),
            now=timezone.now(),
            run=lambda: _change(request, inspection),
        )
    except AnswerConflict as conflict:
        facts = {**answer_facts(conflict.saved), "problem": conflict.sentence}
        return _answer(request, inspection, wants_json, {"state": "conflict", "saved": facts}, 409, conflict)
    except Outdated as conflict:
        now = visible_inspection(request.user, pk)
        facts = {name: getattr(now, name) for name in RECORD_FIELDS}
        facts |= {"revision": now.revision, "problem": conflict.sentence}
        return _answer(request, inspection, wants_json, {"state": "conflict", "saved": facts}, 409, conflict)
    except PlumblineError as problem:
        refused = {"state": "refused", "problem": problem.sentence}
        return _answer(request, inspection, wants_json, refused, 422, problem)
    return _answer(request, inspection, wants_json, result, 200, None)


def _change(request: HttpRequest, inspection: Inspection) -> dict[str, Any]:
    data, user, now = request.POST, request.user, timezone.now()
    kind = data.get("kind", "answer")
    if kind == "record":
        values = {name: data[name] for name in RECORD_FIELDS if name in data}
        saved = save_record(inspection, values, actor=user, now=now, revision=_seen(data, inspection))
        return {"state": "saved", "revision": saved.revision}
    upload = request.FILES.get("file")
    if kind == "photo" and not data.get("item"):
        if upload is None:
            raise InspectionRefused(_("没有收到文件。"), advice=_("请重新选择照片。"))
        photo = add_photo(inspection, upload, item=None, title=data.get("title", ""), actor=user, now=now)
        return _photo_facts(photo)
    item = get_object_or_404(ChecklistItem, version=inspection.checklist, key=data.get("item", ""))
    if kind == "finding":
        finding = raise_from_item(inspection, item, actor=user, now=now)
        url = reverse("findings:finding", args=[finding.pk])
        return {"state": "saved", "number": finding.number, "url": url}
    if kind == "photo":
        if upload is None:
            raise InspectionRefused(_("没有收到文件。"), where=item.key, advice=_("请重新选择文件。"))
        return _attach(inspection, item, upload, request)
    for extra in request.FILES.getlist("file"):  # an item's form without the script carries its files along
        _attach(inspection, item, extra, request)
    value = NOT_APPLICABLE if data.get("na") else data.get("value", "")
    answer = save_answer(
        inspection, item, value=value, note=data.get("note", ""), actor=user, now=now,
        revision=_seen(data, inspection),
    )  # fmt: skip
    page = answer_page(inspection)
    return {
        "state": "saved", "revision": answer.revision, "answered": page.answered, "asked": page.asked,
    }  # fmt: skip


def _attach(
    inspection: Inspection, item: ChecklistItem, upload: File, request: HttpRequest
) -> dict[str, Any]:
    user, now, title = request.user, timezone.now(), request.POST.get("title", "")
    if inspection.method != Inspection.Method.SELF_CHECK:
        return _photo_facts(add_photo(inspection, upload, item=item, title=title, actor=user, now=now))
    kept = add_evidence(inspection, item, upload, title=title, actor=user, now=now)
    url = reverse("inspections:evidence", args=[inspection.pk, kept.pk])
    return {"state": "saved", "title": kept.title, "url": url, "id": kept.pk, "what": "evidence"}


def _photo_facts(photo: Photo) -> dict[str, Any]:
    url = reverse("inspections:photo", args=[photo.inspection_id, photo.pk])
    return {"state": "saved", "title": photo.title, "url": url, "id": photo.pk, "what": "photo"}


def _answer(
    request: HttpRequest,
    inspection: Inspection,
    wants_json: bool,
    result: dict[str, Any],
    status: int,
    problem: PlumblineError | None,
) -> HttpResponseBase:
    if wants_json:
        return JsonResponse(result, status=status)
    if problem is not None:
        raise problem
    messages.success(request, _("已保存。"))
    item = request.POST.get("item", "")
    return redirect(reverse("inspections:answers", args=[inspection.pk]) + (f"#item-{item}" if item else ""))


@require_POST
@capability_required("inspections.answer")
def submit_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a self-check."""
    inspection = visible_inspection(request.user, pk)
    submit(inspection, actor=request.user, now=timezone.now())
    messages.success(request, _("已提交，等待审核。审核前可以撤回修改。"))
    return redirect("inspections:inspection", pk)


@require_GET
@capability_required("inspections.view")
def evidence(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of an answer."""
    inspection = visible_inspection(request.user, pk)
    kept = get_object_or_404(
        AnswerFile.objects.select_related("file"), answer__inspection=inspection, pk=file
    )
    return download_response(kept.file)


@require_POST
@capability_required("inspections.view")
def evidence_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Detach a file; the service asks who may."""
    inspection = visible_inspection(request.user, pk)
    found = AnswerFile.objects.select_related("file", "answer__item")
    kept = get_object_or_404(found, answer__inspection=inspection, pk=file)
    key = kept.answer.item.key
    remove_evidence(kept, actor=request.user, now=timezone.now())
    messages.success(request, _("已移除材料“%(title)s”。") % {"title": kept.title})
    return redirect(reverse("inspections:answers", args=[pk]) + f"#item-{key}")


@require_GET
@capability_required("inspections.view")
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
    """A photograph of a visit."""
    inspection = visible_inspection(request.user, pk)
    kept = get_object_or_404(Photo.objects.select_related("file"), inspection=inspection, pk=photo)
    return download_response(kept.file)


@require_POST
@capability_required("inspections.conduct")
def photo_remove(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Take a photograph out of the record."""
    inspection = visible_inspection(request.user, pk)
    kept = get_object_or_404(Photo.objects.select_related("file", "item"), inspection=inspection, pk=photo)
    remove_photo(kept, actor=request.user, now=timezone.now())
    messages.success(request, _("已移除照片“%(title)s”。") % {"title": kept.title})
    return redirect("inspections:answers", pk)


def _seen(data: QueryDict, inspection: Inspection) -> int | None:
    """The revision that the device saw, or that it made itself without being told."""
    seen = _number(data.get("revision"))
    before = data.getlist("follows")[-MOST_BEFORE:]
    return seen if seen is None or not before else max(seen, last_revision(inspection, before))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
