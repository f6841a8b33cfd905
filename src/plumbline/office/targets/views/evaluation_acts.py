"""What is done to an evaluation: saved, frozen, done again; scores set against the formula."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.forms.evaluation import OverrideForm, SettingsForm, SheetForm
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Evaluation, EvaluationRow, Plan
from plumbline.office.targets.queries.evaluation import Sheet, sheets
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.services import evaluation as services
from plumbline.office.targets.services import evaluation_freezing as freezing
from plumbline.office.targets.services import evaluation_overrides as overrides
from plumbline.office.targets.services.evaluation_errors import EvaluationConflict, NotReady
from plumbline.office.targets.services.evaluation_rows import execution_title
from plumbline.office.targets.views.evaluation import one, show, tell_errors


@require_POST
@capability_required("evaluate")
def evaluation_save(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Save the form; a second saver sees both values and loses nothing."""
    plan, evaluation, sheet = _asked(request, plan_id, pk)
    if not evaluation.editable:
        return _back(plan, evaluation)
    form = SheetForm(sheet, request.POST)
    if form.revision != evaluation.revision:
        return _conflict(request, plan, sheet, form, str(evaluation.changed_by))
    if not form.is_valid():
        return show(request, plan, sheet, form=form, status=422)
    try:
        services.save(
            evaluation=evaluation,
            rows=form.entries(),
            goal_result=form.goal_text.replace("\r\n", "\n").strip(),
            revision=form.revision,
            actor=request.user,
            now=timezone.now(),
        )
    except EvaluationConflict as error:
        fresh = one(request, plan, pk)
        return _conflict(
            request, plan, sheets([fresh])[pk], SheetForm(sheets([fresh])[pk], request.POST), error.by
        )
    except PlumblineError as error:
        return show(request, plan, sheet, form=form, problem=error, status=422)
    messages.success(request, _("已保存。"))
    return _back(plan, evaluation)


def _conflict(request: HttpRequest, plan: Plan, sheet: Sheet, form: SheetForm, by: str) -> HttpResponse:
    problem = EvaluationConflict(revision=sheet.evaluation.revision, by=by)
    merged = form.merged()
    merged.is_valid()
    return show(
        request, plan, sheet, form=merged, problem=problem, differences=form.differences(), status=409
    )


@require_POST
@capability_required("evaluate")
def evaluation_settings(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Another ruleset or checkpoint."""
    plan, evaluation, sheet = _asked(request, plan_id, pk)
    form = SettingsForm(request.POST, plan_id=plan.pk, chosen=sheet.rules.id)
    if form.is_valid():
        services.change_settings(
            evaluation=evaluation,
            rules=form.chosen(),
            checkpoint=form.cleaned_data["checkpoint"],
            revision=_revision(request),
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("已更改评分设置。"))
    else:
        tell_errors(request, form)
    return _back(plan, evaluation)


@require_POST
@capability_required("evaluate")
def evaluation_weights(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Points proposed anew."""
    plan, evaluation, _sheet = _asked(request, plan_id, pk)
    services.propose_again(
        evaluation=evaluation, revision=_revision(request), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("已按文件或评分规则重新分配分值。"))
    return _back(plan, evaluation)


@require_POST
@capability_required("evaluate")
def evaluation_rebase(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Bring a draft to the approved version."""
    plan, evaluation, _sheet = _asked(request, plan_id, pk)
    services.rebase(
        evaluation=evaluation, revision=_revision(request), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("已改用现行目标版本，保留了仍在的指标已填写的内容。"))
    return _back(plan, evaluation)


@require_POST
@capability_required("evaluate")
def evaluation_discard(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Give up a draft."""
    plan, evaluation, _sheet = _asked(request, plan_id, pk)
    services.discard(
        evaluation=evaluation, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("已作废，可在历次自评中查看。"))
    return _back(plan, evaluation)


@require_POST
@capability_required("evaluate")
def evaluation_supersede(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Begin another one in place of a frozen one."""
    plan, evaluation, _sheet = _asked(request, plan_id, pk)
    services.supersede(
        evaluation=evaluation, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("已开始新的一次自评；新的定稿之前，原定稿仍然有效。"))
    return _back(plan, evaluation)


@require_POST
@capability_required("evaluate.approve")
def evaluation_freeze(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Freeze what the approver looked at."""
    plan, evaluation, sheet = _asked(request, plan_id, pk)
    try:
        done = freezing.freeze(
            evaluation=evaluation,
            revision=_revision(request),
            seen=request.GET.get("seen", ""),
            actor=request.user,
            now=timezone.now(),
        )
    except NotReady as error:
        return show(request, plan, sheet, problem=error, status=422)
    said = _("已定稿：%(total)s 分，%(grade)s。") % {"total": done.total, "grade": done.grade}
    messages.success(request, said)
    return _back(plan, evaluation)


@require_POST
@capability_required("plans.view")
def evaluation_replay(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Compute a frozen evaluation again and say whether it is the same."""
    plan, evaluation, _sheet = _asked(request, plan_id, pk)
    found = freezing.record_replay(evaluation=evaluation, actor=request.user)
    if found.same:
        messages.success(request, _("复算一致：由定稿时保存的依据重新计算，得分完全相同。"))
    for difference in found.differences:
        messages.error(request, difference)
    return redirect("targets:evaluation_sheet", plan_id=plan.pk, pk=evaluation.pk)


@capability_required("plans.view")
def evaluation_override(request: HttpRequest, plan_id: int, pk: int, row_id: int) -> HttpResponse:
    """The page of one row's override: the formula's score, the proposal, the decision."""
    plan, _evaluation, sheet = _asked(request, plan_id, pk)
    row = get_object_or_404(EvaluationRow.objects.select_related("evaluation"), pk=row_id, evaluation=pk)
    may_propose = sheet.evaluation.editable and request.user.may("evaluate")
    form = OverrideForm(request.POST if request.method == "POST" and may_propose else None)
    problem = None
    if form.is_bound and form.is_valid():
        try:
            overrides.propose_override(
                row=row,
                points=form.cleaned_data["points"],
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("已提出调整，审定之前仍按公式计分。"))
            return _to_row(plan, pk, row_id)
        except PlumblineError as error:
            problem = error
    context = plan_frame(plan, tab="evaluation", version=sheet.evaluation.version)
    context |= {
        "sheet": sheet, "row": row, "form": form if may_propose else None, "problem": problem,
        "result": _result_of(sheet, row), "row_title": _title_of(sheet, row), "project": sheet.project,
        "evaluation": sheet.evaluation,
        "own": row.override_by_id == request.user.pk,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "targets/evaluation/override.html", context, status=status)


@require_POST
@capability_required("evaluate.approve")
def evaluation_override_decide(request: HttpRequest, plan_id: int, pk: int, row_id: int) -> HttpResponse:
    """Approve or reject a proposed score."""
    plan, row = _row(request, plan_id, pk, row_id)
    approve = request.POST.get("decision") == "approve"
    overrides.decide_override(
        row=row,
        approve=approve,
        answer=request.POST.get("answer", ""),
        actor=request.user,
        now=timezone.now(),
        seen=request.POST.get("seen"),
    )
    messages.success(request, _("已审定，按调整后的得分计。") if approve else _("未采纳，仍按公式计分。"))
    return _to_row(plan, pk, row_id)


@require_POST
@capability_required("evaluate")
def evaluation_override_withdraw(request: HttpRequest, plan_id: int, pk: int, row_id: int) -> HttpResponse:
    """Take a proposed or approved score back."""
    plan, row = _row(request, plan_id, pk, row_id)
    overrides.withdraw_override(row=row, actor=request.user, now=timezone.now())
    messages.success(request, _("已撤回，按公式计分。"))
    return _to_row(plan, pk, row_id)


def _asked(request: HttpRequest, plan_id: int, pk: int) -> tuple[Plan, Evaluation, Sheet]:
    plan = plan_or_404(request.user, plan_id)
    evaluation = one(request, plan, pk)
    return plan, evaluation, sheets([evaluation])[evaluation.pk]


def _row(request: HttpRequest, plan_id: int, pk: int, row_id: int) -> tuple[Plan, EvaluationRow]:
    plan = plan_or_404(request.user, plan_id)
    one(request, plan, pk)
    rows = EvaluationRow.objects.select_related("evaluation")
    return plan, get_object_or_404(rows, pk=row_id, evaluation=pk)


def _revision(request: HttpRequest) -> int:
    """The revision that a button was drawn for; 0, which never fits, when it is missing."""
    given = request.POST.get("revision") or request.GET.get("revision", "")
    return whole_number(given) or 0


def _result_of(sheet: Sheet, row: EvaluationRow) -> Any:
    if row.kind == EvaluationRow.Kind.EXECUTION:
        return sheet.execution_result
    return next((item.result for item in sheet.rows if item.row and item.row.pk == row.pk), None)


def _title_of(sheet: Sheet, row: EvaluationRow) -> str:
    named = (item.level3 for item in sheet.rows if item.row and item.row.pk == row.pk)
    return next(named, execution_title())


def _back(plan: Plan, evaluation: Evaluation) -> HttpResponse:
    return redirect("targets:evaluation_project", plan_id=plan.pk, line_id=evaluation.project_line_id)


def _to_row(plan: Plan, pk: int, row_id: int) -> HttpResponse:
    return redirect("targets:evaluation_override", plan_id=plan.pk, pk=pk, row_id=row_id)
