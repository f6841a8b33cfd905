"""The pages of plans in the navigation."""

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.navigation import Entry, add

#: beginnings of the names of the addresses of one plan's pages
INSIDE = (
    *("plan", "mend", "add", "remove", "project", "finding", "correction", "version", "reading"),
    *("checkpoints", "ledger", "payment", "values", "value", "monitoring", "evaluation"),
    *("binding", "indicator", "evidence"),
)

add(
    Entry(
        section="plans",
        url_name="targets:plans",
        title=_("绩效目标"),
        icon="target",
        capability="plans.view",
        order=0,
        inside=tuple(f"targets:{name}" for name in INSIDE),
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
