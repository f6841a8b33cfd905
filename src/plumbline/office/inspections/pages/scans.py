"""Scan imports in the navigation, what experts see for them, and what there is to do."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.access import GRANTS
from plumbline.office.inspections.queries.scans import findings_of_scans, tasks_of_scans
from plumbline.office.lib.agenda import SOURCES
from plumbline.office.lib.navigation import Entry, add

GRANTS.add("scans", findings_of_scans)
SOURCES.add("scans", tasks_of_scans)

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
