"""The plan's own rows as evidence: values, and findings of its check."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.targets.evidence.kinds import Column, Kind, add, number, page
from plumbline.office.targets.models import Indicator, IndicatorValue, PlanFinding


def of_checkpoint(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    named = Indicator.objects.filter(line=OuterRef("indicator_line")).order_by("-project__version__number")
    return (
        rows.select_related("checkpoint", "indicator_line")
        .annotate(title=Subquery(named.values("level3")[:1]), files=Count("evidence", distinct=True))
    )  # fmt: skip


def value_content(row: Any) -> Content:
    """A value that was kept is never changed."""
    return {
        "indicator": str(row.indicator_line.key), "checkpoint": row.checkpoint.day.isoformat(),
        "value": number(row.value), "text": row.text,
    }  # fmt: skip


add(
    Kind(
        key="value",
        title=_("实测值"),
        model=IndicatorValue,
        label=lambda row: row.title or str(row.checkpoint),
        content=value_content,
        columns=(
            Column(_("监控节点"), lambda row: row.checkpoint.title),
            Column(_("佐证材料"), lambda row: str(row.files)),
        ),
        url=lambda row: page(
            "targets:values_cell", row.checkpoint.plan_id, row.indicator_line_id, row.checkpoint_id
        ),
        prepared=of_checkpoint,
        order=("checkpoint__day", "pk"),
    )
)


def of_plan(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("version")


def finding_content(row: Any) -> Content:
    return {"rule": row.rule, "version": str(row.version.number), "message": row.message}


add(
    Kind(
        key="plan_finding",
        title=_("校核问题"),
        model=PlanFinding,
        label=lambda row: str(row),
        content=finding_content,
        columns=(
            Column(_("严重程度"), lambda row: row.get_severity_display()),
            Column(_("状态"), lambda row: row.get_state_display()),
        ),
        url=lambda row: page("targets:findings", row.version.plan_id),
        prepared=of_plan,
    )
)
