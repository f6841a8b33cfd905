"""Units as evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.metrics.evidence import Content
from plumbline.office.targets.evidence.kinds import Column, Kind, add, page
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit


def content(row: Any) -> Content:
    """Which unit it is; a change of its name is not a change of the evidence."""
    return {"unit": str(row.pk)}


def prepared(rows: QuerySet[Any], _as_of: date) -> QuerySet[Any]:
    return rows.select_related("parent")


add(
    Kind(
        key="unit",
        title=_("单位"),
        model=Unit,
        label=lambda row: row.name,
        content=content,
        columns=(
            Column(_("单位类别"), lambda row: row.get_kind_display()),
            Column(_("上级单位"), lambda row: str(row.parent) if row.parent else "—"),
        ),
        url=lambda row: page("units:unit", row.pk),
        visible=visible_units,
        prepared=prepared,
        order=("name",),
    )
)
