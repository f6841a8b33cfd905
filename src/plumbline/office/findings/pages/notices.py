"""Notices and the portal in the navigation, and what notices add to the agenda."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.queries.portal import notice_tasks
from plumbline.office.lib.agenda import SOURCES
from plumbline.office.lib.navigation import Entry, add

add(
    Entry(
        section="overview", url_name="findings:my", title=_("我的任务"), icon="list-check",
        capability="overview.view", order=10, inside=("findings:my",),
    )
)  # fmt: skip
add(
    Entry(
        section="inspections", url_name="findings:notices", title=_("通知书"), icon="rubber-stamp",
        capability="notices.view", order=30, inside=("findings:notice",),
    )
)  # fmt: skip
add(
    Entry(
        section="system", url_name="findings:documents", title=_("文书与文号"), icon="file-text",
        capability="notices.edit", order=30,
        inside=("findings:documents", "findings:letterhead", "findings:series", "findings:template"),
    )
)  # fmt: skip
SOURCES.add("notices", notice_tasks)
