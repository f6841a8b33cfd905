"""The registry of metrics in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="plans",
        url_name="targets:metrics",
        title=_("指标口径"),
        icon="gauge",
        capability="metrics.view",
        order=25,
        inside=("targets:metric",),
    )
)
