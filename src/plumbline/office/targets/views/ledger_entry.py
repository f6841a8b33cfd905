"""Entering, correcting and voiding payments; letting one pass over the budget."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.files.models import StoredFile
from plumbline.office.targets.forms.ledger import PaymentForm, ReplacementForm
from plumbline.office.targets.kept import kept_file, token_of
from plumbline.office.targets.models import Payment, Plan, PlanVersion
from plumbline.office.targets.queries.ledger import fund_names
from plumbline.office.targets.queries.payments import acts_on, line_or_404, payment_or_404, replacement_of
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.services import ledger as services
from plumbline.office.targets.uploads import keep_evidence
from plumbline.office.targets.views.ledger import ledger_frame


@capability_required("ledger.edit")
def ledger_post(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Enter a payment."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = ledger_frame(plan)
    if approved is None:
        return render(request, "targets/ledger/closed.html", context)
    choices = _choices(approved)
    if request.method != "POST":
        form = PaymentForm(
            initial={"project": request.GET.get("project"), "fund": _usual(approved)}, **choices
        )
        return render(request, "targets/ledger/payment_form.html", context | {"form": form})
    form = PaymentForm(request.POST, request.FILES, **choices)
    sent = _Sent(request, form)
    if sent.is_valid():
        try:
            done = services.post_payment(
                actor=request.user, line=sent.line(plan), entry=form.entry(), now=timezone.now(),
                attachment=sent.attachment,
            )  # fmt: skip
            return _landed(request, plan, done)
        except services.LedgerError as error:
            sent.refuse(error)
    return render(request, "targets/ledger/payment_form.html", context | sent.context(), status=422)


@capability_required("ledger.edit")
def ledger_replace(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """Put the right payment in place of a wrong one."""
    plan = plan_or_404(request.user, plan_id)
    payment = payment_or_404(plan, payment_id)
    approved, context = ledger_frame(plan)
    if approved is None:
        return render(request, "targets/ledger/closed.html", context)
    context |= {"payment": payment}
    choices = _choices(approved)
    if request.method != "POST":
        initial = {name: getattr(payment, name) for name in services.PaymentEntry.__slots__}
        form = ReplacementForm(initial=initial | {"project": str(payment.project_line_id)}, **choices)
        return render(request, "targets/ledger/payment_form.html", context | {"form": form})
    form = ReplacementForm(request.POST, request.FILES, **choices)
    sent = _Sent(request, form)
    if sent.is_valid():
        try:
            done = services.replace_payment(
                actor=request.user, payment=payment, line=sent.line(plan), entry=form.entry(),
                reason=form.cleaned_data["reason"], now=timezone.now(), attachment=sent.attachment,
            )  # fmt: skip
            return _landed(request, plan, done)
        except services.LedgerError as error:
            sent.refuse(error)
    return render(request, "targets/ledger/payment_form.html", context | sent.context(), status=422)


@capability_required("plans.view")
def ledger_payment(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """One payment, its attachment and what was done to it."""
    plan = plan_or_404(request.user, plan_id)
    payment = payment_or_404(plan, payment_id)
    _approved, context = ledger_frame(plan)
    context |= {"payment": payment, "acts": acts_on(payment), "replaced_by": replacement_of(payment)}
    return render(request, "targets/ledger/payment.html", context)


@capability_required("plans.view")
def ledger_attachment(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponseBase:
    """The file of a payment, for whoever may see the plan."""
    payment = payment_or_404(plan_or_404(request.user, plan_id), payment_id)
    if payment.attachment is None:
        raise Http404
    return download_response(payment.attachment)


@require_POST
@capability_required("ledger.edit")
def ledger_void(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """Void a payment with the reason given."""
    plan, payment = _asked(request, plan_id, payment_id)
    services.void_payment(actor=request.user, payment=payment, reason=request.POST.get("reason", ""))
    messages.success(request, _("已作废，可在本页恢复。"))
    return _to_payment(plan, payment)


@require_POST
@capability_required("ledger.edit")
def ledger_restore(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """Undo a voiding."""
    plan, payment = _asked(request, plan_id, payment_id)
    done = services.restore_payment(actor=request.user, payment=payment, now=timezone.now())
    return _landed(request, plan, done)


@require_POST
@capability_required("ledger.override")
def ledger_approve(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """Let a payment pass over the budget."""
    plan, payment = _asked(request, plan_id, payment_id)
    services.approve_payment(actor=request.user, payment=payment)
    messages.success(request, _("已批准，该笔支付已记账。"))
    return _to_payment(plan, payment)


@require_POST
@capability_required("ledger.override")
def ledger_refuse(request: HttpRequest, plan_id: int, payment_id: int) -> HttpResponse:
    """Send a payment over the budget back."""
    plan, payment = _asked(request, plan_id, payment_id)
    services.refuse_payment(actor=request.user, payment=payment, reason=request.POST.get("reason", ""))
    messages.success(request, _("已退回，该笔支付不计入支出。"))
    return _to_payment(plan, payment)


class _Sent:
    """A form that was sent: its file is kept at once, so that a refusal costs nobody a second upload."""

    def __init__(self, request: HttpRequest, form: PaymentForm) -> None:
        self.request, self.form = request, form
        self.attachment: StoredFile | None = None
        self.problem: PlumblineError | None = None

    def is_valid(self) -> bool:
        """Whether the fields and the file are fit to be tried."""
        valid = self.form.is_valid()
        upload = self.request.FILES.get("attachment")
        try:
            kept = kept_file(self.request.POST.get("kept", ""), user=self.request.user)
            self.attachment = keep_evidence(upload, user=self.request.user) if upload else kept
        except PlumblineError as error:
            self.form.add_error("attachment", f"{error.what}{error.advice}")
            return False
        return valid

    def line(self, plan: Plan) -> Any:
        return line_or_404(plan, int(self.form.cleaned_data["project"]))

    def refuse(self, error: PlumblineError) -> None:
        self.problem = error

    def context(self) -> dict[str, Any]:
        kept = token_of(self.attachment, user=self.request.user) if self.attachment else ""
        over = isinstance(self.problem, services.OverBudget)
        return {
            "form": self.form,
            "kept": kept,
            "attachment": self.attachment,
            "problem": self.problem,
            "over": over,
        }


def _choices(version: PlanVersion) -> dict[str, Any]:
    return {"projects": list(version.projects.order_by("ordinal")), "funds": fund_names(version)}


def _usual(version: PlanVersion) -> str | None:
    """The fund that pays most: what the form starts with."""
    largest = (
        version.projects.filter(funds__amount_yuan__gt=0)
        .order_by("-funds__amount_yuan")
        .values_list("funds__name")
    )
    first = largest.first()
    return first[0] if first else None


def _asked(request: HttpRequest, plan_id: int, payment_id: int) -> tuple[Plan, Payment]:
    plan = plan_or_404(request.user, plan_id)
    return plan, payment_or_404(plan, payment_id)


def _landed(request: HttpRequest, plan: Plan, done: services.Posted) -> HttpResponse:
    if done.payment.state == Payment.State.PENDING:
        messages.warning(request, _("已登记，等待有权批准的人员放行；放行前不计入支出。"))
    else:
        messages.success(request, _("已记账。"))
    for warning in done.warnings:
        messages.warning(request, warning)
    return _to_payment(plan, done.payment)


def _to_payment(plan: Plan, payment: Payment) -> HttpResponse:
    return redirect("targets:ledger_payment", plan_id=plan.pk, payment_id=payment.pk)
