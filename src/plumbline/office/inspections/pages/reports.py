"""Reports on inspections in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="inspections",
        url_name="inspections:reports",
        title=_("检查报告"),
        icon="report",
        capability="reports.export",
        order=70,
        inside=("inspections:report",),
    )
)
