"""The plans as a list: state, budget, findings open, last change."""

from __future__ import annotations

from django.db.models import (
    Case,
    Count,
    DecimalField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from plumbline.office.accounts.models import User
from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.models import Correction, Plan, PlanFinding, PlanVersion, Project
from plumbline.office.targets.queries.plans import visible_plans

State = PlanVersion.State

COLUMNS = {
    "unit": ("unit__name", "year"),
    "year": ("year",),
    "state": ("current_state",),
    "budget": ("budget",),
    "projects": ("projects",),
    "errors": ("errors",),
    "warnings": ("warnings",),
    "changed": ("changed",),
}


def plan_rows(
    user: User, *, search: str = "", year: str = "", state: str = "", findings: str = ""
) -> QuerySet[Plan]:
    """Visible plans with what the list shows of the version that counts (approved, else draft).

    Adds: current_id, current_state, current_number, draft_number (an open draft), budget, projects,
    errors, warnings (open ones of the open draft, else of the version that counts), changed.
    """
    current = _versions().order_by("rank", "-number")
    draft = PlanVersion.objects.filter(plan=OuterRef("pk"), state=State.DRAFT)
    rows = visible_plans(user).annotate(
        current_id=Subquery(current.values("pk")[:1]),
        current_state=Subquery(current.values("state")[:1]),
        current_number=Subquery(current.values("number")[:1]),
        draft_number=Subquery(draft.values("number")[:1]),
        checked_id=Coalesce(Subquery(draft.values("pk")[:1]), Subquery(current.values("pk")[:1])),
    )
    rows = rows.annotate(
        budget=Subquery(
            _of_projects(Sum("budget_yuan")), output_field=DecimalField(max_digits=20, decimal_places=2)
        ),
        projects=Coalesce(Subquery(_of_projects(Count("pk")), output_field=IntegerField()), 0),
        errors=_open(PlanFinding.Severity.ERROR),
        warnings=_open(PlanFinding.Severity.WARNING),
        changed=Greatest(Coalesce(_last_correction(), "created_at"), Coalesce(_last_version(), "created_at")),
    )
    if search:
        rows = rows.filter(
            Q(unit__name__icontains=search)
            | Q(unit__short_name__icontains=search)
            | Q(unit__code__icontains=search)
            | Q(pk__in=Project.objects.filter(name__icontains=search).values("version__plan"))
        )
    if number := whole_number(year):
        rows = rows.filter(year=number)
    if state in State.values:
        rows = rows.filter(current_state=state)
    elif state == "adjusting":
        rows = rows.filter(current_state=State.APPROVED, draft_number__isnull=False)
    if findings == "errors":
        rows = rows.filter(errors__gt=0)
    return rows


def plan_years(user: User) -> list[int]:
    """The years that visible plans have, newest first."""
    return list(visible_plans(user).order_by("-year").values_list("year", flat=True).distinct())


def _versions() -> QuerySet[PlanVersion]:
    rank = Case(
        When(state=State.APPROVED, then=Value(0)),
        When(state=State.DRAFT, then=Value(1)),
        When(state=State.SUPERSEDED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return PlanVersion.objects.filter(plan=OuterRef("pk")).annotate(rank=rank)


def _of_projects(what: Sum | Count) -> QuerySet[Project]:
    inside = Project.objects.filter(version=OuterRef("current_id")).order_by().values("version")
    return inside.annotate(figure=what).values("figure")


def _open(severity: str) -> Coalesce:
    found = PlanFinding.objects.filter(
        version=OuterRef("checked_id"), severity=severity, state=PlanFinding.State.OPEN
    )
    counted = found.order_by().values("version").annotate(figure=Count("pk")).values("figure")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _last_correction() -> Subquery:
    made = Correction.objects.filter(version__plan=OuterRef("pk")).order_by().values("version__plan")
    return Subquery(made.annotate(last=Max("made_at")).values("last"))


def _last_version() -> Subquery:
    made = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    latest = Max(Coalesce("closed_at", "approved_at", "created_at"))
    return Subquery(made.annotate(last=latest).values("last"))
