"""The pages of the organisations in the navigation, and what their liaisons have to do."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.office.lib.agenda import SOURCES
from plumbline.office.lib.navigation import Entry, add
from plumbline.office.units.queries.reminders import completion_tasks

#: beginnings of the names of addresses of one unit's pages
INSIDE = (
    *("units:create", "units:edit", "units:figures", "units:history", "units:rename", "units:move"),
    *("units:merge", "units:close", "units:reopen", "units:contact", "units:tree", "units:unit"),
)

add(
    Entry(
        "units",
        "units:list",
        pgettext_lazy("list", "单位"),
        icon="building",
        capability="units.view",
        order=10,
        inside=INSIDE,
    )
)
add(
    Entry(
        "units",
        "units:reminders",
        _("不完整单位"),
        icon="list-check",
        capability="units.view",
        order=20,
        inside=("units:reminder",),
    )
)
add(
    Entry(
        "system",
        "units:categories",
        _("单位分类"),
        icon="list-details",
        capability="units.edit",
        order=30,
        inside=("units:categor",),
    )
)
SOURCES.add("units.completion", completion_tasks)
