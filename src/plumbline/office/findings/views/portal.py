"""The unit's portal: my tasks, a finding to answer on a telephone, a notice to sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.access import visible_finding
from plumbline.office.findings.forms.acts import ReplyForm
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.notice_access import visible_notice, visible_notices
from plumbline.office.findings.queries import notices as notice_queries
from plumbline.office.findings.queries import portal as queries
from plumbline.office.findings.queries.standing import standing_of
from plumbline.office.findings.queries.timeline import loose_files, timeline
from plumbline.office.findings.services import notices, rectifying
from plumbline.office.findings.services.table import TRANSITIONS
from plumbline.office.findings.services.transitions import refusal
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.units.access import visible_units


@require_GET
@capability_required("overview.view")
def my(request: HttpRequest) -> HttpResponse:
    """Everything that the person has to do, by deadline, from all rooms."""
    context: dict[str, Any] = {
        "desk": queries.desk(request.user, now=timezone.now()),
        "today": timezone.localdate(),
        "is_unit": request.user.role == Role.LIAISON,
    }
    if context["is_unit"]:
        context |= {"standing": queries.standing(request.user), "units": visible_units(request.user)}
    return render(request, "findings/my/tasks.html", context)


@require_GET
@capability_required("overview.view")
def my_waiting(request: HttpRequest) -> HttpResponse:
    """The first of them, for the first page, which does not wait for all rooms to be asked."""
    desk = queries.desk(request.user, now=timezone.now())
    return render(request, "findings/my/_waiting.html", {"desk": desk})


@require_http_methods(["GET", "POST"])
@capability_required("findings.reply")
def my_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding in plain words, and the unit's answer."""
    finding = visible_finding(request.user, pk)
    now = timezone.now()
    if request.method != "POST":
        form = ReplyForm(finding=finding, now=now)
        return render(request, "findings/my/finding.html", _finding(request, finding, form))
    form = ReplyForm(request.POST, request.FILES, finding=finding, now=now)
    status = 422
    if form.is_valid():
        values = form.values()
        try:
            rectifying.reply(finding=finding, actor=request.user, now=now, revision=form.opened_on, **values)
        except Outdated as problem:
            status = 409
            form.add_error(None, problem.sentence)
            finding = visible_finding(request.user, pk)
            form.data = form.data.copy()
            form.data["revision"] = str(finding.revision)
        except PlumblineError as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, _("已报送，等待网信办复查。复查前可以撤回。"))
            following = reverse("findings:my_finding", args=[pk])
            if request.headers.get("X-Answer") == "script":
                return HttpResponse(status=204, headers={"X-Next": following})
            return redirect(following)
    return render(request, "findings/my/finding.html", _finding(request, finding, form), status=status)


def _finding(request: HttpRequest, finding: Finding, form: ReplyForm) -> dict[str, Any]:
    user, today = request.user, timezone.localdate()
    acts = ("reply", "ask_extension", "retract", "comment", "ask_acceptance")
    return {
        "finding": finding,
        "form": form,
        "today": today,
        "standing": standing_of(finding, user=user, today=today),
        "may": {act: not refusal(finding, TRANSITIONS[act], actor=user) for act in acts},
        "moments": timeline(finding),
        "loose": loose_files(finding),
        "notices": visible_notices(user).filter(items__finding=finding).order_by("-sent_at"),
    }


@require_GET
@capability_required("notices.view")
def my_notices(request: HttpRequest) -> HttpResponse:
    """The notices that were sent to the unit."""
    rows = notice_queries.notices(
        request.user, now=timezone.now(), search=request.GET.get("q", "").strip()
    ).order_by("-sent_at", "-pk")
    return render(request, "findings/my/notices.html", {"page": page_of(rows, request)})


@require_GET
@capability_required("notices.view")
def my_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as the unit reads it."""
    return render(request, "findings/my/notice.html", _notice(request, visible_notice(request.user, pk)))


def _notice(request: HttpRequest, row: Notice) -> dict[str, Any]:
    return {
        "notice": row,
        "items": row.items.select_related("finding__system", "finding__asset"),
        "paper": notice_queries.paper(row, now=timezone.now()),
        "may_sign": row.state == Notice.State.SENT and request.user.role == Role.LIAISON,
        "today": timezone.localdate(),
    }


@require_POST
@capability_required("notices.receive")
def my_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit signs for a notice."""
    row = visible_notice(request.user, pk)
    text = request.POST.get("revision", "")
    try:
        notices.receive(
            notice=row, actor=request.user, now=timezone.now(), revision=int(text) if text.isdecimal() else 0
        )
    except PlumblineError as problem:
        context = _notice(request, visible_notice(request.user, pk)) | {"problem": problem}
        status = 409 if isinstance(problem, Outdated) else 422
        return render(request, "findings/my/notice.html", context, status=status)
    messages.success(request, _("已签收。请按期整改，并逐项报送整改情况。"))
    return redirect("findings:my_notice", pk=pk)
