"""The steps of a notice: each a button of its page, or a small form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.findings.forms.notices import ReceiptForm, SealForm, SendForm
from plumbline.office.findings.models import Notice
from plumbline.office.findings.notice_access import visible_notice
from plumbline.office.findings.services import notices as services
from plumbline.office.findings.services.notice_steps import STEPS, StepRefused, refusal
from plumbline.office.findings.views.notices import page_context
from plumbline.office.lib.revisions import Outdated


def _revision(request: HttpRequest) -> int:
    """The revision that the page was opened on; 0, which no notice has, where it does not say."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() else 0


def _act(request: HttpRequest, pk: int, act: Callable[..., Any], said: str, **more: Any) -> HttpResponse:
    """Do a step; what somebody else changed meanwhile is shown on the page as it is now."""
    notice = visible_notice(request.user, pk)
    try:
        act(notice=notice, actor=request.user, now=timezone.now(), revision=_revision(request), **more)
    except PlumblineError as problem:
        status = 422
        if isinstance(problem, Outdated):
            # a step has nothing filled in that could be saved again: the page below is what to read anew
            status, said = 409, _("您打开此页后，通知书已被他人改动，这一步没有办理。")
            advice = _("下面是现在的全文和办理历史，请重新看过再办理。")
            problem = PlumblineError(said, where=problem.where, advice=advice)
        context = page_context(visible_notice(request.user, pk), user=request.user) | {"problem": problem}
        return render(request, "findings/notices/notice.html", context, status=status)
    messages.success(request, said)
    return redirect("findings:notice", pk=pk)


@require_POST
@capability_required("notices.edit")
def notice_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send for approval."""
    return _act(request, pk, services.submit, _("已送审，等待另一人批准。"))


@require_POST
@capability_required("notices.edit")
def notice_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back from approval."""
    return _act(request, pk, services.recall, _("已撤回，可以继续修改。"))


@require_POST
@capability_required("notices.approve")
def notice_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve: number and document are final."""
    said = _("已批准，文号已生成，文书已定稿。")
    return _act(request, pk, services.approve, said, seen=request.POST.get("seen", ""))


@require_POST
@capability_required("notices.approve")
def notice_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back with a reason."""
    reason = request.POST.get("reason", "")
    return _act(request, pk, services.return_, _("已退回起草人。"), reason=reason)


@require_POST
@capability_required("notices.edit")
def notice_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Void it before it is approved."""
    return _withdraw(request, pk)


@require_POST
@capability_required("notices.approve")
def notice_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Void what was approved."""
    return _withdraw(request, pk)


def _withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    said = _("通知书已作废；单位尚未回复的问题已退回“待通报”。")
    return _act(request, pk, services.withdraw, said, reason=reason)


@require_POST
@capability_required("notices.edit")
def notice_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how the unit was asked to sign."""
    return _act(request, pk, services.remind, _("已记下催签情况。"), note=request.POST.get("reason", ""))


def _step_page(
    request: HttpRequest, pk: int, step: str, form_class: type[Any], do: Callable[[Notice, Any], str]
) -> HttpResponse:
    notice = visible_notice(request.user, pk)
    why_not = refusal(notice, STEPS[step], actor=request.user)
    if why_not:
        raise StepRefused(why_not, where=str(notice), advice=_("请返回通知书页面查看最新进展。"))
    form = form_class(request.POST or None, request.FILES or None, notice=notice)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                messages.success(request, do(notice, form.cleaned_data))
                return redirect("findings:notice", pk=pk)
            except Outdated as problem:
                form.add_error(None, problem.sentence)
                status = 409
            except PlumblineError as problem:
                form.add_error(None, problem.sentence)
    context = {"form": form, "notice": visible_notice(request.user, pk), "step": STEPS[step]}
    return render(request, "findings/notices/step.html", context, status=status)


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def notice_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The seal: a scan, or who put it on the paper."""

    def do(notice: Notice, values: dict[str, Any]) -> str:
        services.seal(notice=notice, actor=request.user, now=timezone.now(), **values)
        return _("已登记用印。")

    return _step_page(request, pk, "seal", SealForm, do)


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def notice_send(request: HttpRequest, pk: int) -> HttpResponse:
    """How it goes to the unit."""

    def do(notice: Notice, values: dict[str, Any]) -> str:
        how = Notice.Sending(values.pop("how"))
        marked = services.send(notice=notice, how=how, actor=request.user, now=timezone.now(), **values)
        for left in marked.skipped:
            messages.warning(
                request,
                _("%(number)s 已是“%(state)s”，没有再通报。")
                % {"number": left.number, "state": left.get_state_display()},
            )
        count = len(marked.moved)
        return ngettext(
            "已送达，%(count)d 个问题转为“整改中”。", "已送达，%(count)d 个问题转为“整改中”。", count
        ) % {"count": count}

    return _step_page(request, pk, "send", SendForm, do)


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def notice_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """A receipt that was signed on paper."""

    def do(notice: Notice, values: dict[str, Any]) -> str:
        services.record_receipt(notice=notice, actor=request.user, now=timezone.now(), **values)
        return _("已登记签收。")

    return _step_page(request, pk, "receive", ReceiptForm, do)
