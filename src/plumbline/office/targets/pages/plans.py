"""The pages of plans in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="plans",
        url_name="targets:plans",
        title=_("绩效目标"),
        icon="target",
        capability="plans.view",
        order=0,
        inside=("targets:plan", "targets:findings", "targets:versions", "targets:ledger", "targets:values"),
    )
)
add(
    Entry(
        section="plans",
        url_name="targets:imports",
        title=_("导入记录"),
        icon="history",
        capability="plans.edit",
        order=10,
        inside=("targets:import_",),
    )
)
add(
    Entry(
        section="plans",
        url_name="targets:rules",
        title=_("校核规则"),
        icon="checklist",
        capability="plans.view",
        order=20,
    )
)
