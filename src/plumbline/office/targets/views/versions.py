"""Versions: the list, approving, adjusting, discarding, the difference; and readings of vague targets."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.forms.mending import ReadingForm
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.queries.difference import difference
from plumbline.office.targets.queries.plans import current_version, plan_or_404
from plumbline.office.targets.queries.review import finding_counts
from plumbline.office.targets.queries.versions import approval_summary, version_rows
from plumbline.office.targets.services import approval, readings, versions
from plumbline.office.targets.views.editing import attempt, must_be_draft, to_plan
from plumbline.office.targets.views.mending import indicator_or_404
from plumbline.office.targets.views.plans import version_or_404


@require_GET
@capability_required("plans.view")
def version_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """All versions with who, when and why."""
    mine = plan_or_404(request.user, plan_id)
    rows = version_rows(mine)
    states = {row.version.state for row in rows}
    context = plan_frame(mine, tab="versions", version=current_version(mine)) | {
        "rows": rows,
        "may_adjust": states >= {PlanVersion.State.APPROVED} and PlanVersion.State.DRAFT not in states,
    }
    return render(request, "targets/plans/versions.html", context)


@require_http_methods(["GET", "POST"])
@capability_required("plans.approve")
def version_approve(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """What an approval freezes, and the approval."""
    version = version_or_404(request, plan_id, number)
    must_be_draft(version)
    problem = None
    if request.method == "POST":
        try:
            approval.approve(
                version=version,
                revision=whole_number(request.POST.get("revision", "")) or 0,
                actor=request.user,
                now=timezone.now(),
            )
        except PlumblineError as error:
            problem = error
            version.refresh_from_db()
        else:
            messages.success(
                request, _("已批准第 %(number)d 版，内容不能再改。") % {"number": version.number}
            )
            return to_plan(version)
    context = plan_frame(version.plan, tab="plan", version=version) | {
        "summary": approval_summary(version),
        "counts": finding_counts(version),
        "problem": problem,
    }
    return render(request, "targets/plans/approve.html", context, status=422 if problem else 200)


@require_POST
@capability_required("plans.edit")
def version_adjust(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A draft copied from the approved version."""
    mine = plan_or_404(request.user, plan_id)
    try:
        draft = versions.adjust(plan=mine, reason=request.POST.get("reason", ""), actor=request.user)
    except PlumblineError as error:
        messages.error(request, error.sentence)
        return redirect("targets:versions", plan_id=mine.pk)
    messages.success(
        request, _("已建立调整稿（第 %(number)d 版），请修改后批准。") % {"number": draft.number}
    )
    return to_plan(draft)


@require_POST
@capability_required("plans.edit")
def version_discard(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Give up a draft."""
    version = version_or_404(request, plan_id, number)
    try:
        versions.discard(
            version=version, reason=request.POST.get("reason", ""), actor=request.user, now=timezone.now()
        )
    except PlumblineError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("已作废第 %(number)d 版，内容仍可查看。") % {"number": version.number})
    return redirect("targets:versions", plan_id=plan_id)


@require_GET
@capability_required("plans.view")
def version_difference(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Two versions side by side: `?a=` the older, `?b=` the newer; by default the last two that were kept."""
    mine = plan_or_404(request.user, plan_id)
    numbered = {version.number: version for version in mine.versions.all()}
    new = numbered.get(_number(request, "b")) or numbered.get(max(numbered, default=0))
    if new is None:
        raise Http404
    old = numbered.get(_number(request, "a")) or _before(new, numbered)
    context = plan_frame(mine, tab="versions", version=new) | {
        "versions": sorted(numbered.values(), key=lambda version: version.number),
        "difference": difference(old, new) if old and old.pk != new.pk else None,
        "old": old,
        "new": new,
    }
    return render(request, "targets/plans/difference.html", context)


def _number(request: HttpRequest, name: str) -> int:
    return whole_number(request.GET.get(name, "")) or 0


def _before(new: PlanVersion, numbered: dict[int, PlanVersion]) -> PlanVersion | None:
    if new.based_on_id:
        return next((version for version in numbered.values() if version.pk == new.based_on_id), None)
    older = [number for number in numbered if number < new.number]
    return numbered[max(older)] if older else None


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def reading(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Propose a measurable reading of a target that the document leaves vague."""
    row = indicator_or_404(request, plan_id, pk)
    initial = {"reading": row.reading_raw, "reason": row.reading_reason}
    form = ReadingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        attempt(
            form,
            lambda: readings.propose(
                indicator=row, actor=request.user, now=timezone.now(), **form.cleaned_data
            ),
        )
        if not form.errors:
            messages.success(request, _("已提交解释，待有批准权限的人员批准。"))
            return to_plan(row.project.version, f"indicator-{row.pk}")
    frame = plan_frame(row.project.version.plan, tab="plan", version=row.project.version)
    context = frame | {"form": form, "indicator": row}
    return render(request, "targets/plans/reading.html", context, status=422 if form.errors else 200)


@require_POST
@capability_required("plans.approve")
def reading_approve(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Approve a proposed reading."""
    row = indicator_or_404(request, plan_id, pk)
    try:
        readings.approve_reading(
            indicator=row, actor=request.user, now=timezone.now(), seen=request.POST.get("seen")
        )
    except PlumblineError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("已批准解释“%(text)s”，该指标可以考核。") % {"text": row.reading_raw})
    return to_plan(row.project.version, f"indicator-{row.pk}")


@require_POST
@capability_required("plans.edit")
def reading_withdraw(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Take back a reading."""
    row = indicator_or_404(request, plan_id, pk)
    reason = request.POST.get("reason", "")
    try:
        readings.withdraw(indicator=row, reason=reason, actor=request.user, now=timezone.now())
    except PlumblineError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("已撤回解释。"))
    return to_plan(row.project.version, f"indicator-{row.pk}")
