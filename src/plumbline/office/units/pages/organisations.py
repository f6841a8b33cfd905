"""The pages of the organisations in the navigation."""

from django.utils.translation import pgettext_lazy

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        "system",
        "units:list",
        pgettext_lazy("list", "单位"),
        icon="building",
        capability="units.view",
        order=10,
        inside=("units:create", "units:edit"),
    )
)
