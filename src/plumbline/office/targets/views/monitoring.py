"""Pages of the monitoring: a checkpoint, one project at it, its rules, its print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plumbline.kernel.plans.monitoring import load_rules
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.tables import Sorting
from plumbline.office.targets.forms.monitoring import entry_of, note_forms
from plumbline.office.targets.models import Checkpoint, Plan, PlanVersion
from plumbline.office.targets.queries import monitoring as queries
from plumbline.office.targets.queries.ledger import sum_of
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.queries.values import checkpoint_or_404
from plumbline.office.targets.services.monitoring import NotesChanged, declare_complete, save_notes
from plumbline.office.targets.views.values import values_frame
from plumbline.office.targets.wording import LIGHTS, WARNINGS

ORDER = {"red": 0, "yellow": 1, "green": 2, "grey": 3}
COLUMNS = {
    "ordinal": lambda s: s.project.ordinal,
    "name": lambda s: s.project.name,
    "light": lambda s: (ORDER[s.light], s.project.ordinal),
    "lag": lambda s: -1000 if s.spending.standing.lag is None else s.spending.standing.lag,
    "paid": lambda s: s.spending.standing.paid_percent or 0,
    "filled": lambda s: s.filled,
}


@capability_required("plans.view")
def monitoring(request: HttpRequest, plan_id: int) -> HttpResponse:
    """To the checkpoint that was reached last."""
    plan = plan_or_404(request.user, plan_id)
    approved, context = values_frame(plan, tab="monitoring")
    if approved is None:
        return render(request, "targets/monitoring/closed.html", context)
    current = queries.current_checkpoint(list(plan.checkpoints.all()), today=timezone.localdate())
    if current is None:
        return render(request, "targets/monitoring/closed.html", context | {"no_checkpoints": True})
    return redirect("targets:monitoring_checkpoint", plan.pk, current.pk)


@capability_required("plans.view")
def monitoring_checkpoint(request: HttpRequest, plan_id: int, checkpoint_id: int) -> HttpResponse:
    """All projects at a checkpoint; with `?print=1` every project with its indicators, for paper."""
    plan, checkpoint, approved, context = _asked(request, plan_id, checkpoint_id)
    today = timezone.localdate()
    states = queries.project_states(approved, checkpoint=checkpoint, today=today)
    context |= _summary(states, checkpoint, plan)
    if request.GET.get("print"):
        return render(request, "targets/monitoring/print.html", context | {"states": states})
    sorting = Sorting.asked(request.GET, columns=dict.fromkeys(COLUMNS, ()), default="light")
    text, light = request.GET.get("q", "").strip().lower(), request.GET.get("light", "")
    rows = [
        s for s in states if text in f"{s.project.code} {s.project.name}".lower() and light in ("", s.light)
    ]
    rows.sort(key=COLUMNS[sorting.column], reverse=sorting.is_descending)
    context |= {"page": page_of(rows, request), "sorting": sorting, "lights": LIGHTS.items()}
    return render(request, "targets/monitoring/checkpoint.html", context)


@capability_required("plans.view")
def monitoring_project(request: HttpRequest, plan_id: int, checkpoint_id: int, line_id: int) -> HttpResponse:
    """One project at a checkpoint, and what is said of it."""
    plan, checkpoint, approved, context = _asked(request, plan_id, checkpoint_id)
    states = queries.project_states(
        approved, checkpoint=checkpoint, today=timezone.localdate(), line_id=line_id
    )
    if not states:
        raise Http404
    context |= {"state_": states[0], "standing": states[0].spending.standing, "project": states[0].project}
    if request.method != "POST":
        return render(request, "targets/monitoring/project.html", context | {"rows": note_forms(states[0])})
    return _saved(request, plan, checkpoint, context)


@capability_required("monitor.edit")
def _saved(request: HttpRequest, plan: Plan, checkpoint: Checkpoint, context: dict[str, Any]) -> HttpResponse:
    state = context["state_"]
    rows = note_forms(state, request.POST)
    if all(form.is_valid() for _item, form in rows):
        try:
            save_notes(
                actor=request.user,
                checkpoint=checkpoint,
                line=state.project.line,
                entries=[entry_of(item, form) for item, form in rows],
            )
            messages.success(request, _("监控说明已保存。"))
            return redirect("targets:monitoring_checkpoint", plan.pk, checkpoint.pk)
        except NotesChanged as error:
            context |= {"conflict": error}
            _show_current(rows, error)
    return render(request, "targets/monitoring/project.html", context | {"rows": rows}, status=422)


@require_POST
@capability_required("monitor.edit")
def monitoring_complete(request: HttpRequest, plan_id: int, checkpoint_id: int) -> HttpResponse:
    """Put on record that the checkpoint is done."""
    plan, checkpoint, approved, _context = _asked(request, plan_id, checkpoint_id)
    states = queries.project_states(approved, checkpoint=checkpoint, today=timezone.localdate())
    declare_complete(
        actor=request.user,
        checkpoint=checkpoint,
        filled=sum(s.filled for s in states),
        total=sum(len(s.indicators) for s in states),
    )
    messages.success(request, _("已记录本节点监控完成。"))
    return redirect("targets:monitoring_checkpoint", plan.pk, checkpoint.pk)


@capability_required("plans.view")
def monitoring_rules(request: HttpRequest, plan_id: int) -> HttpResponse:
    """By which rules warnings are given, from which source, how sure."""
    plan = plan_or_404(request.user, plan_id)
    _approved, context = values_frame(plan, tab="monitoring")
    rules = load_rules()
    context |= {"rules": rules, "rows": [(WARNINGS[key], rule) for key, rule in rules.rules.items()]}
    return render(request, "targets/monitoring/rules.html", context)


def _asked(
    request: HttpRequest, plan_id: int, checkpoint_id: int
) -> tuple[Plan, Checkpoint, PlanVersion, dict[str, Any]]:
    plan = plan_or_404(request.user, plan_id)
    checkpoint = checkpoint_or_404(plan, checkpoint_id)
    approved, context = values_frame(plan, tab="monitoring")
    if approved is None:
        raise Http404
    return plan, checkpoint, approved, context | {"checkpoint": checkpoint}


def _summary(states: list[queries.ProjectState], checkpoint: Checkpoint, plan: Plan) -> dict[str, Any]:
    today = timezone.localdate()
    checkpoints = list(plan.checkpoints.all())
    as_of = min(checkpoint.day, today)
    return {
        "checkpoints": checkpoints,
        "completion": queries.completions([checkpoint]).get(checkpoint.pk),
        "standing": sum_of([s.spending for s in states], today=as_of, year=plan.year),
        "counts": [(key, sum(1 for s in states if s.light == key)) for key in LIGHTS],
        "filled": sum(s.filled for s in states),
        "total": sum(len(s.indicators) for s in states),
        "unexplained": sum(1 for s in states if not s.is_explained),
        "early": checkpoint.day > today,
        "as_of": as_of,
    }


def _show_current(rows: list[tuple[Any, Any]], error: NotesChanged) -> None:
    """Put what stands now beside what was typed, and let the next saving be on top of it."""
    for item, form in rows:
        note = error.current.get(item.indicator.line_id if item else None)
        if note is not None:
            form.data = form.data.copy()
            form.data[form.add_prefix("seen")] = str(note.revision)
            form.current = note
