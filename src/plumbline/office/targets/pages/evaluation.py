"""The pages of self-evaluation in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="plans",
        url_name="targets:rulesets",
        title=_("评分规则"),
        icon="scale",
        capability="plans.view",
        order=30,
        inside=("targets:ruleset",),
    )
)
