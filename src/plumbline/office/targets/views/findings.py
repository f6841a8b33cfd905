"""Findings: the list, one beside the document, what is done about them; and the rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import PlanFinding
from plumbline.office.targets.queries.findings import (
    COLUMNS,
    findings,
    open_groups,
    rule_list,
    rule_of,
    rule_titles,
)
from plumbline.office.targets.queries.places import places_of
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.queries.review import chosen_version, finding_counts
from plumbline.office.targets.services.findings import accept, accept_rule, reopen
from plumbline.office.targets.views.plans import version_or_404


@require_GET
@capability_required("plans.view")
def finding_list(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The findings of a version (`?v=`, else an open draft, else the version that counts)."""
    mine = plan_or_404(request.user, plan_id)
    asked = request.GET
    draft = mine.versions.filter(state="draft").first()
    version = chosen_version(mine, asked.get("v", "")) if asked.get("v") or draft is None else draft
    context = plan_frame(mine, tab="findings", version=version)
    if version is None:
        return render(request, "targets/plans/no_version.html", context)
    sorting = Sorting.asked(asked, columns=COLUMNS, default="severity")
    rows = findings(
        version,
        severity=asked.get("severity", ""),
        state=asked.get("state", ""),
        rule=asked.get("rule", ""),
        search=asked.get("q", "").strip(),
    )
    page = page_of(sorting.apply(rows, COLUMNS), request)
    context |= {
        "page": page,
        "acceptable": any(f.state == "open" and f.severity != "confirmed" for f in page),
        "sorting": sorting,
        "counts": finding_counts(version),
        "groups": open_groups(version),
        "titles": rule_titles(),
        "severities": PlanFinding.Severity.choices,
        "states": PlanFinding.State.choices,
        "filtered": any(asked.get(name) for name in ("q", "severity", "state", "rule")),
        "may_edit": version.editable and request.user.may("plans.edit"),
    }
    return render(request, "targets/plans/findings.html", context)


@require_GET
@capability_required("plans.view")
def finding_panel(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """One finding with what can be done about it, as a fragment beside the document."""
    row = _finding(request, plan_id, pk)
    context = {
        "plan": row.version.plan,
        "version": row.version,
        "finding": row,
        "rule": rule_of(row),
        "places": places_of(row),
        "may_edit": row.version.editable and request.user.may("plans.edit"),
    }
    return render(request, "targets/plans/_finding.html", context)


@require_POST
@capability_required("plans.edit")
def finding_accept(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Accept findings with one reason: those ticked (`finding`), or all open ones of a `rule`."""
    version = version_or_404(request, plan_id, number)
    given = {"version": version, "reason": request.POST.get("reason", ""), "actor": request.user}
    rule = request.POST.get("rule", "")
    try:
        if rule:
            count = accept_rule(rule=rule, now=timezone.now(), **given)
        else:
            ids = [pk for text in request.POST.getlist("finding") if (pk := whole_number(text))]
            count = accept(findings=ids, now=timezone.now(), **given)
    except PlumblineError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("已说明后接受 %(count)d 项问题。") % {"count": count})
    return _back(request, plan_id, number)


@require_POST
@capability_required("plans.edit")
def finding_reopen(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Take back an acceptance."""
    row = _finding(request, plan_id, pk)
    try:
        reopen(finding=row, actor=request.user)
    except PlumblineError as error:
        messages.error(request, error.what)
    else:
        messages.success(request, _("已重新打开，请处理。"))
    return _back(request, plan_id, row.version.number)


@require_GET
@capability_required("plans.view")
def rules(request: HttpRequest) -> HttpResponse:
    """What the checks look for, why it matters, and how to mend it."""
    context = {
        "rules": rule_list(search=request.GET.get("q", "").strip(), severity=request.GET.get("severity", "")),
        "severities": PlanFinding.Severity.choices,
    }
    return render(request, "targets/plans/rules.html", context)


def _finding(request: HttpRequest, plan_id: int, pk: int) -> PlanFinding:
    mine = plan_or_404(request.user, plan_id)
    rows = PlanFinding.objects.select_related("version__plan__unit", "disposed_by")
    return get_object_or_404(rows, version__plan=mine, pk=pk)


def _back(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """To the page of this office that the form stood on, else to the list."""
    there = request.POST.get("next", "")
    if there and url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(there)
    response = redirect("targets:findings", plan_id=plan_id)
    response["Location"] = f"{reverse('targets:findings', args=[plan_id])}?v={number}"
    return response
