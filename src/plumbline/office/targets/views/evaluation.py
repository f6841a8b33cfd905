"""Pages of self-evaluation: the whole plan, one project, and the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.plans.rulesets import RULESETS, latest, ruleset
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.forms.evaluation import SettingsForm, SheetForm
from plumbline.office.targets.frame import plan_frame
from plumbline.office.targets.models import Evaluation, Indicator, Plan, Project, ProjectLine
from plumbline.office.targets.queries import evaluation as queries
from plumbline.office.targets.queries.ledger import approved_version
from plumbline.office.targets.queries.plans import current_version, plan_or_404
from plumbline.office.targets.queries.sources import sources_of
from plumbline.office.targets.ruleset_words import blocks
from plumbline.office.targets.services import evaluation as services
from plumbline.office.targets.services.evaluation_freezing import inputs_digest, obstacles
from plumbline.office.targets.services.evaluation_rows import execution_title, suggested_rules

#: drafts are computed as they are shown, so a page holds few
PER_PAGE = 20
STATES = ("none", "draft", "frozen")
COMPUTED = ("rate", "score")
COLUMNS = {
    "ordinal": lambda row: row.project.ordinal,
    "name": lambda row: row.project.name,
    "budget": lambda row: row.project.budget_yuan or 0,
    "rate": lambda row: -1 if row.rate is None else row.rate,
    "score": lambda row: -1 if row.score is None else row.score,
    "state": lambda row: row.state,
}


@capability_required("plans.view")
def evaluation(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The evaluation of the whole plan: figures, projects, and starting what is not started."""
    plan = plan_or_404(request.user, plan_id)
    approved = approved_version(plan)
    context = plan_frame(plan, tab="evaluation", version=approved or current_version(plan))
    if approved is None:
        return render(request, "targets/evaluation/closed.html", context)
    overview = queries.overview_of(approved)
    sorting = Sorting.asked(request.GET, columns=dict.fromkeys(COLUMNS, ()), default="ordinal")
    text, wanted = request.GET.get("q", "").strip().lower(), request.GET.get("state", "")
    rows = [
        row
        for row in overview.rows
        if text in f"{row.project.code} {row.project.name}".lower()
        and (wanted not in STATES or row.state == wanted)
    ]
    if sorting.column in COMPUTED:
        rows = queries.with_sheets(rows)
    rows.sort(key=COLUMNS[sorting.column], reverse=sorting.is_descending)
    page = page_of(rows, request, per_page=PER_PAGE)
    if sorting.column not in COMPUTED:
        page.object_list = queries.with_sheets(page.object_list)
    context |= {
        "overview": overview, "sorting": sorting, "page": page, "wanted": wanted,
        "settings_form": _settings_form(plan, Indicator.objects.filter(project__version=approved)),
    }  # fmt: skip
    return render(request, "targets/evaluation/plan.html", context)


@capability_required("plans.view")
def evaluation_project(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One project: its draft, else its frozen evaluation, else the way to begin."""
    plan = plan_or_404(request.user, plan_id)
    line = get_object_or_404(ProjectLine, pk=line_id, plan=plan)
    sheet = queries.evaluation_for(line, prefer_frozen=False)
    if sheet is not None:
        return show(request, plan, sheet)
    approved = approved_version(plan)
    project = Project.objects.filter(version=approved, line=line).first() if approved else None
    if project is None:
        raise Http404
    context = plan_frame(plan, tab="evaluation", version=approved)
    context |= {
        "project": project,
        "form": _settings_form(plan, project.indicators.all()),
        "rulesets": latest(),
        "history": queries.history_of(line),
    }
    return render(request, "targets/evaluation/start.html", context)


def _settings_form(plan: Plan, indicators: QuerySet[Indicator]) -> SettingsForm:
    """An empty form that starts with the ruleset that suits the indicators."""
    tracked = indicators.filter(use=Indicator.Use.TRACKED).order_by()
    names = tracked.values_list("level1", flat=True).distinct()
    return SettingsForm(plan_id=plan.pk, initial={"rules": suggested_rules(names).id})


@capability_required("plans.view")
def evaluation_sheet(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """One evaluation of the history, whatever its state."""
    plan = plan_or_404(request.user, plan_id)
    found = one(request, plan, pk)
    return show(request, plan, queries.sheets([found])[found.pk])


def one(request: HttpRequest, plan: Plan, pk: int) -> Evaluation:
    """An evaluation of this plan.

    Raises:
        Http404: there is none, or it is another plan's.
    """
    found = queries.evaluation_or_404(request.user, pk)
    if found.project_line.plan_id != plan.pk:
        raise Http404
    return found


def show(
    request: HttpRequest,
    plan: Plan,
    sheet: queries.Sheet,
    *,
    form: SheetForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Draw an evaluation: as a form while it is a draft and the person may fill it in, else as a sheet."""
    evaluation = sheet.evaluation
    context = plan_frame(plan, tab="evaluation", version=evaluation.version)
    editing = evaluation.editable and request.user.may("evaluate")
    form = form or (SheetForm(sheet) if editing else None)
    context |= {
        "sheet": sheet,
        "evaluation": evaluation,
        "project": sheet.project,
        "form": form,
        "groups": groups_of(sheet, form),
        "obstacles": obstacles(sheet) if evaluation.editable else [],
        "seen": inputs_digest(sheet) if evaluation.editable else "",
        "early": evaluation.editable and evaluation.checkpoint.day > timezone.localdate(),
        "history": queries.history_of(evaluation.project_line),
        "revision_text": str(evaluation.revision),
        "execution_title": execution_title(),
        "sources": sources_of({row.given.key: row.given.measure for row in sheet.rows}),
        **more,
    }
    if editing:
        context["settings_form"] = SettingsForm(
            plan_id=plan.pk,
            chosen=sheet.rules.id,
            initial={"rules": sheet.rules.id, "checkpoint": evaluation.checkpoint_id},
        )
    template = "targets/evaluation/edit.html" if editing else "targets/evaluation/sheet.html"
    return render(request, template, context, status=status)


def tell_errors(request: HttpRequest, form: SettingsForm) -> None:
    """Say on the next page what was wrong with a small form that has no page of its own."""
    for name, errors in form.errors.items():
        label = str(form.fields[name].label) if name in form.fields else ""
        messages.error(request, "：".join(filter(None, (label, "；".join(map(str, errors))))))


def groups_of(sheet: queries.Sheet, form: SheetForm | None) -> list[dict[str, Any]]:
    """Rows under their level-1 heading, with its points and score; each row with its form."""
    groups: list[dict[str, Any]] = []
    for row in sheet.rows:
        if not groups or groups[-1]["title"] != row.level1:
            groups.append({"title": row.level1, "rows": [], "weight": 0, "score": 0})
        group = groups[-1]
        group["rows"].append({"row": row, "form": form.rows.get(row.row.pk) if form and row.row else None})
        group["weight"] += row.weight
        group["score"] += row.score or 0
    return groups


@require_POST
@capability_required("evaluate")
def evaluation_start(request: HttpRequest, plan_id: int, line_id: int) -> HttpResponse:
    """Begin the evaluation of a project."""
    plan = plan_or_404(request.user, plan_id)
    line = get_object_or_404(ProjectLine, pk=line_id, plan=plan)
    form = SettingsForm(request.POST, plan_id=plan.pk)
    if form.is_valid():
        services.start(
            actor=request.user,
            project_line=line,
            checkpoint=form.cleaned_data["checkpoint"],
            rules=form.chosen(),
            now=timezone.now(),
        )
    else:
        tell_errors(request, form)
    return redirect("targets:evaluation_project", plan_id=plan.pk, line_id=line.pk)


@require_POST
@capability_required("evaluate")
def evaluation_start_all(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Begin the evaluation of every project that has none."""
    plan = plan_or_404(request.user, plan_id)
    form = SettingsForm(request.POST, plan_id=plan.pk)
    if form.is_valid():
        started, refused = services.start_all(
            actor=request.user,
            plan=plan,
            checkpoint=form.cleaned_data["checkpoint"],
            rules=form.chosen(),
            now=timezone.now(),
        )
        said = ngettext("已开始 %(n)d 个项目的自评。", "已开始 %(n)d 个项目的自评。", len(started)) % {
            "n": len(started)
        }
        messages.success(request, said)
        for what in refused:
            messages.warning(request, what)
    else:
        tell_errors(request, form)
    return redirect("targets:evaluation", plan_id=plan.pk)


@capability_required("plans.view")
def rulesets(request: HttpRequest) -> HttpResponse:
    """Every ruleset, newest version first."""
    newest = {rules.id for rules in latest()}
    older = [rules for rules in RULESETS if rules.id not in newest]
    return render(request, "targets/evaluation/rulesets.html", {"rulesets": latest(), "older": older})


@capability_required("plans.view")
def ruleset_page(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One ruleset, readable, with the source and confidence of every row."""
    try:
        rules = ruleset(key, version)
    except RegistryError:
        raise Http404 from None
    return render(request, "targets/evaluation/ruleset.html", {"rules": rules, "blocks": blocks(rules)})
