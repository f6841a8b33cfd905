"""A page for each act on a finding: what it means, a form, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.findings.access import visible_finding
from plumbline.office.findings.forms import acts as forms
from plumbline.office.findings.services import accepting, correcting, extending, notifying, rectifying
from plumbline.office.findings.services.table import TRANSITIONS
from plumbline.office.findings.services.transitions import refusal
from plumbline.office.lib.revisions import Outdated


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act: its form, the service that does it, and the words around it.

    Attributes:
        text: what happens; above the form.
        done: what is said afterwards.
        capability: where it is not the transition's own.
        checked: whether the service takes the revision of the form.
    """

    key: str
    form: type[forms.ActForm]
    service: Callable[..., Any]
    text: str | Promise
    done: str | Promise
    capability: str = ""
    is_danger: bool = False
    checked: bool = True


PAGES = (
    ActPage("confirm", forms.ConfirmForm, correcting.confirm,
        _("确认后可以起草通知书，或直接交办给单位。"), _("已确认。")),
    ActPage("dismiss", forms.DismissForm, correcting.dismiss,
        _("认定不成立后不再整改，记录保留，写明理由可以更正。同一问题再次被发现时不会重复登记。"),
        _("已认定不成立，可在本页更正。"), is_danger=True),
    ActPage("assign", forms.AssignForm, notifying.assign,
        _("不发通知书，直接把问题和期限告诉单位。单位联络员登录后即可看到并回复。"), _("已交办。")),
    ActPage("redate", forms.RedateForm, notifying.redate,
        _("网信办主动调整期限；单位要求延期的，请用“申请延期”。调整后催办按新期限重新计算。"),
        _("已调整期限。")),
    ActPage("reply", forms.ReplyForm, rectifying.reply,
        _("写明整改情况并附佐证，由网信办复查。复查前可以撤回。"), _("已报送，等待复查。")),
    ActPage("retract", forms.RetractForm, rectifying.retract,
        _("撤回后可以修改并重新报送；原来报送的内容保留在办理记录中。"), _("已撤回，请重新报送。")),
    ActPage("pass", forms.PassForm, rectifying.pass_recheck,
        _("复查通过即办结。误判的可以写明理由更正。"), _("已办结。")),
    ActPage("return", forms.ReturnForm, rectifying.return_recheck,
        _("退回单位继续整改，重新计算期限。"), _("已退回单位。")),
    ActPage("reopen", forms.ReasonForm, correcting.reopen,
        _("已办结的问题又出现了。重新打开后为“待通报”，此前的办理记录保留。"), _("已重新打开。"),
        capability="findings.handle"),
    ActPage("undo", forms.ReasonForm, correcting.undo,
        _("上一步的决定有误，退回到作出决定之前的状态和期限。两步都留在办理记录中。"), _("已更正。")),
    ActPage("comment", forms.CommentForm, correcting.comment,
        _("补充情况，不改变状态。单位和网信办都能看到。"), _("已补充。"), checked=False),
    ActPage("ask_extension", forms.ExtensionForm, extending.ask_extension,
        _("不能按期整改的，说明理由，由网信办审批。审批前期限不变。"), _("已提出延期申请，等待审批。")),
    ActPage("ask_acceptance", forms.AcceptanceForm, accepting.ask_acceptance,
        _("确实不能整改的，写明理由和防护措施，由领导批准后在有效期内暂不整改。"),
        _("已提出申请，等待批准。")),
    ActPage("revoke", forms.ReasonForm, accepting.revoke_acceptance,
        _("撤销后问题恢复整改，并重新计算期限。"), _("已撤销，恢复整改。"), is_danger=True),
)  # fmt: skip


def act_view(page: ActPage) -> Callable[..., HttpResponse]:
    """The view of one act."""
    step = TRANSITIONS[page.key]

    @require_http_methods(["GET", "POST"])
    @capability_required(page.capability or step.capability)
    def act(request: HttpRequest, pk: int) -> HttpResponse:
        finding = visible_finding(request.user, pk)
        now = timezone.now()
        made = {"finding": finding, "now": now}
        context = {"page_of": page, "step": step, "finding": finding}
        if request.method != "POST":
            context |= {
                "form": page.form(**made),
                "why_not": refusal(finding, step, actor=request.user),
            }
            return render(request, "findings/act.html", context)
        form = page.form(request.POST, request.FILES, **made)
        context["form"] = form
        if not form.is_valid():
            return render(request, "findings/act.html", context, status=422)
        values = form.values() | ({"revision": form.opened_on} if page.checked else {})
        try:
            page.service(finding=finding, actor=request.user, now=now, **values)
        except Outdated as problem:
            return _outdated(request, context, page, problem)
        except PlumblineError as error:
            form.add_error(None, error.sentence)
            return render(request, "findings/act.html", context, status=422)
        messages.success(request, str(page.done))
        return redirect("findings:finding", pk)

    return act


def patterns() -> list[URLPattern]:
    """An address for each act."""
    return [path(f"findings/<int:pk>/{page.key}/", act_view(page), name=page.key) for page in PAGES]


def _outdated(
    request: HttpRequest, context: dict[str, Any], page: ActPage, problem: Outdated
) -> HttpResponse:
    """Somebody was faster: what was typed is kept, how it stands now is said, and it can be sent again."""
    fresh = visible_finding(request.user, context["finding"].pk)
    form = context["form"]
    form.add_error(None, problem.what + _now("现在的状态是“%(state)s”，期限 %(due)s。请确认后再次提交。") % {
        "state": fresh.get_state_display(), "due": fresh.due_on or "—",
    })  # fmt: skip
    form.data = form.data.copy()
    form.data["revision"] = str(fresh.revision)
    context |= {"finding": fresh, "why_not": refusal(fresh, context["step"], actor=request.user)}
    return render(request, "findings/act.html", context, status=409)
