"""The versions of a plan, and what an approval freezes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from plumbline.office.targets.frame import VERSION_STATES
from plumbline.office.targets.models import Correction, Indicator, Plan, PlanVersion
from plumbline.office.targets.services.approval import unchanged


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list; `intact` is None for one that is not in force."""

    version: PlanVersion
    kind: str
    corrections: int
    intact: bool | None


@dataclass(frozen=True, slots=True)
class ApprovalSummary:
    """What an approval freezes."""

    projects: int
    budget: Decimal | None
    tracked: int
    vague: int
    waiting: int
    corrections: int
    accepted: int
    unweighted: int


def version_rows(plan: Plan) -> list[VersionRow]:
    """Newest first; the approved one is compared with the digest that its approval wrote."""
    applied = Count("corrections", filter=Q(corrections__state=Correction.State.APPLIED))
    people = ("created_by", "approved_by", "closed_by", "source", "based_on")
    rows = plan.versions.select_related(*people).annotate(mended_count=applied).order_by("-number")
    return [
        VersionRow(
            version=row,
            kind=VERSION_STATES[PlanVersion.State(row.state)],
            corrections=row.mended_count,
            intact=unchanged(row) if row.state == PlanVersion.State.APPROVED else None,
        )
        for row in rows
    ]


def approval_summary(version: PlanVersion) -> ApprovalSummary:
    """The figures that the approver is shown before he approves."""
    figures = version.projects.aggregate(n=Count("pk"), budget=Sum("budget_yuan"))
    inside = Indicator.objects.filter(project__version=version, use=Indicator.Use.TRACKED)
    vague = Q(target_kind__in=(Indicator.Kind.VAGUE, Indicator.Kind.EMPTY))
    counts = inside.aggregate(
        tracked=Count("pk"),
        vague=Count("pk", filter=vague & Q(reading_approved_at=None)),
        waiting=Count("pk", filter=~Q(reading_raw="") & Q(reading_approved_at=None)),
        unweighted=Count("pk", filter=Q(weight=None)),
    )
    return ApprovalSummary(
        projects=figures["n"],
        budget=figures["budget"],
        corrections=version.corrections.filter(state=Correction.State.APPLIED).count(),
        accepted=version.findings.filter(state="accepted").count(),
        **counts,
    )
