"""The first page in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="overview",
        url_name="targets:overview",
        title=_("总览"),
        icon="dashboard",
        capability="overview.view",
    )
)
