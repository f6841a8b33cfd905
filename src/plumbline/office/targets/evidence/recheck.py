"""Decisions of re-checks as evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as text_of
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.accounts.models import User
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import FindingEvent
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import state
from plumbline.office.targets.evidence.kinds import Column, Kind, add, day, page
from plumbline.office.targets.measuring.days import local_day


def prepared(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("finding__unit")


def content(row: Any) -> Content:
    """The decision; an event is never changed."""
    return {
        "finding": row.finding.number, "unit": str(row.finding.unit_id), "act": row.act,
        "round": str(row.round), "on": day(local_day(row.at)),
    }  # fmt: skip


def _decision(row: Any) -> Any:
    return state("good", text_of("通过")) if row.act == "pass" else state("bad", text_of("未通过，退回"))


def _visible(user: User) -> QuerySet[FindingEvent]:
    return FindingEvent.objects.filter(finding__in=visible_findings(user))


add(
    Kind(
        key="recheck",
        title=_("复查"),
        model=FindingEvent,
        label=lambda row: f"{row.finding.number} {row.finding.title}",
        content=content,
        columns=(
            Column(_("单位"), lambda row: str(row.finding.unit)),
            Column(_("首次复查"), _decision),
            Column(_("复查日期"), lambda row: day_text(row.at)),
        ),
        url=lambda row: page("findings:finding", row.finding_id),
        visible=_visible,
        prepared=prepared,
        order=("-at", "-pk"),
    )
)
