"""Which plans a person may see, and the version of a plan that counts."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.units.access import visible_units


def visible_plans(user: User) -> QuerySet[Plan]:
    """The plans of the units that the person may see, newest year first."""
    return Plan.objects.filter(unit__in=visible_units(user)).select_related("unit")


def plan_or_404(user: User, plan_id: int) -> Plan:
    """One plan that the person may see.

    Raises:
        Http404: there is none, or it is not theirs to see.
    """
    try:
        return visible_plans(user).get(pk=plan_id)
    except Plan.DoesNotExist:
        raise Http404 from None


def visible_versions(user: User) -> QuerySet[PlanVersion]:
    """All versions of visible plans, with their plan and unit."""
    return PlanVersion.objects.filter(plan__unit__in=visible_units(user)).select_related("plan__unit")


def current_version(plan: Plan) -> PlanVersion | None:
    """The approved version; while there is none, the newest draft; None when all were discarded."""
    ranked = plan.versions.exclude(state=PlanVersion.State.DISCARDED).annotate(
        rank=Case(
            When(state=PlanVersion.State.APPROVED, then=Value(0)),
            When(state=PlanVersion.State.DRAFT, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
    )
    return ranked.order_by("rank", "-number").first()
