"""Findings in the navigation and on the unit's page, what they add to the agenda, and their chores."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.queries import agenda
from plumbline.office.findings.queries.offers import ACTS
from plumbline.office.findings.services.accepting import expire
from plumbline.office.findings.services.escalating import escalate
from plumbline.office.lib import chores
from plumbline.office.lib.agenda import SOURCES
from plumbline.office.lib.navigation import Entry, add
from plumbline.office.units import tabs

#: pages without an entry of their own that belong to the list
PAGES = ("list", "new", "bulk", "finding", "edit", "extension", "acceptance", "escalation")

add(
    Entry(
        section="inspections",
        url_name="findings:list",
        title=_("问题整改"),
        icon="flag",
        capability="findings.view",
        order=20,
        inside=tuple(f"findings:{name}" for name in (*PAGES, *ACTS)),
    )
)
tabs.add(tabs.Tab("findings", _("问题"), "findings:of_unit", capability="findings.view", order=50))
SOURCES.add("findings", agenda.tasks_of)
chores.add("findings.escalate", _("逾期问题催办"), every=timedelta(hours=1), run=escalate)
chores.add("findings.expire", _("暂不整改到期恢复"), every=timedelta(hours=1), run=expire)
