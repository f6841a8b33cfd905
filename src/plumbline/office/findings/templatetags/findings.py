"""How findings are shown: state, severity and deadline, each as symbol and word."""

from __future__ import annotations

from datetime import date

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Finding
from plumbline.office.findings.queries.figures import Figures, figures_of
from plumbline.office.findings.queries.standing import is_late
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import state

register = template.Library()

_S = Finding.State
STATES = {
    _S.NEW: "waiting", _S.CONFIRMED: "waiting", _S.NOTIFIED: "info", _S.REPLIED: "waiting",
    _S.RETURNED: "bad", _S.ACCEPTED: "idle", _S.CLOSED: "good", _S.DISMISSED: "idle",
}  # fmt: skip
SEVERITIES = {"critical": "bad", "high": "bad", "medium": "warning", "low": "info"}


@register.simple_tag
def finding_state(value: str) -> SafeString:
    """The state, as symbol and word."""
    return state(STATES[_S(value)], str(_S(value).label))


@register.simple_tag
def severity(value: str) -> SafeString:
    """The severity, as symbol and word."""
    return state(SEVERITIES[value], str(Finding.Severity(value).label))


@register.simple_tag
def deadline(finding: Finding, today: date) -> SafeString | str:
    """The day; with a word where it has passed."""
    if finding.due_on is None:
        return "—"
    if is_late(finding, today=today):
        words = _("逾期 %(n)d 天") % {"n": (today - finding.due_on).days}
        return format_html("{} {}", day_text(finding.due_on), state("bad", words))
    return day_text(finding.due_on)


@register.inclusion_tag("findings/_overview.html", takes_context=True)
def findings_card(context: RequestContext) -> dict[str, Figures | None]:
    """How rectification stands in the county, on the first page; one query, none for units and experts."""
    user = context["request"].user
    if not (user.may("findings.handle") or user.may("findings.approve")):
        return {"figures": None}
    figures = figures_of(visible_findings(user), today=timezone.localdate())
    return {"figures": figures if any(figures.by_state.values()) else None}
