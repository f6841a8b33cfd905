"""Requests that somebody decides, and steps of the chain that somebody does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.findings.access import visible_finding, visible_findings
from plumbline.office.findings.forms.acts import DecisionForm, StepForm
from plumbline.office.findings.models import Escalation, Extension, RiskAcceptance
from plumbline.office.findings.queries.offers import notice_address
from plumbline.office.findings.rules import step_of, step_title
from plumbline.office.findings.services import accepting, escalating, extending


@require_http_methods(["GET", "POST"])
@capability_required("findings.handle")
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse more time."""
    row = _mine(request, Extension, pk)
    return _decide(request, row, kind="extension", title=_("审批延期申请"))


@require_POST
@capability_required("findings.reply")
def extension_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit does not need it any more."""
    row = _mine(request, Extension, pk)
    extending.withdraw_extension(extension=row, actor=request.user, now=timezone.now())
    messages.success(request, _("已撤回延期申请，期限不变。"))
    return redirect("findings:finding", row.finding_id)


@require_http_methods(["GET", "POST"])
@capability_required("findings.approve")
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse to leave it as it is."""
    row = _mine(request, RiskAcceptance, pk)
    return _decide(request, row, kind="acceptance", title=_("批准暂不整改"))


@require_http_methods(["GET", "POST"])
@capability_required("findings.handle")
def escalation(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a step of the chain was done, or is not needed."""
    row = _mine(request, Escalation, pk)
    form = StepForm(request.POST or None, request.FILES or None)
    step = step_of(row.step)
    context = {
        "finding": visible_finding(request.user, row.finding_id), "row": row, "form": form, "step": step,
        "title": step_title(row.step),
        "notice": notice_address([row.finding_id], kind=step.notice) if step and step.notice else "",
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "findings/escalation.html", context)
    if form.is_valid():
        sent = {"escalation": row, "actor": request.user, "now": timezone.now()}
        note = form.cleaned_data["note"]
        try:
            if form.cleaned_data["verdict"] == "done":
                escalating.finish_escalation(note=note, upload=form.cleaned_data["upload"], **sent)
            else:
                escalating.waive_escalation(reason=note, **sent)
        except PlumblineError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("已记录。"))
            return redirect("findings:finding", row.finding_id)
    return render(request, "findings/escalation.html", context, status=422)


def _decide(request: HttpRequest, row: Any, *, kind: str, title: str) -> HttpResponse:
    form = DecisionForm(request.POST or None)
    finding = visible_finding(request.user, row.finding_id)
    context = {"finding": finding, "row": row, "form": form, "kind": kind, "title": title}
    if request.method != "POST":
        return render(request, "findings/decision.html", context)
    if form.is_valid():
        yes, words = form.cleaned_data["verdict"] == "yes", form.cleaned_data["decision"]
        sent = {"decision": words, "actor": request.user, "now": timezone.now()}
        try:
            if kind == "extension":
                extending.decide_extension(extension=row, granted=yes, **sent)
            else:
                accepting.decide_acceptance(acceptance=row, approved=yes, **sent)
        except PlumblineError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("已同意。") if yes else _("已记为不同意，申请人可看到意见。"))
            return redirect("findings:finding", row.finding_id)
    return render(request, "findings/decision.html", context, status=422)


def _mine(request: HttpRequest, model: Any, pk: int) -> Any:
    """A request or step of a finding that the person may see, or 404."""
    return get_object_or_404(
        model.objects.select_related("finding"), pk=pk, finding__in=visible_findings(request.user)
    )
