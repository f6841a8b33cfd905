"""The pages of the people who sign in, in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        "system",
        "units:people",
        _("人员"),
        icon="users",
        capability="users.manage",
        order=20,
        inside=("units:person",),
    )
)
