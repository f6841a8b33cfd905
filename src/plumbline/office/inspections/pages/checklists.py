"""Checklists in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="inspections",
        url_name="inspections:checklists",
        title=_("检查表"),
        icon="checklist",
        capability="checklists.view",
        order=50,
        inside=("inspections:checklist",),
    )
)
