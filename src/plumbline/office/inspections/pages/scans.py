"""Scan imports in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="inspections",
        url_name="inspections:scans",
        title=_("扫描报告"),
        icon="radar",
        capability="scans.import",
        order=60,
        inside=("inspections:scan",),
    )
)
