"""What the templates of notices ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.queries.notices import STATE_KINDS
from plumbline.office.lib.templatetags.office import state

register = template.Library()


@register.simple_tag
def notice_state(notice: Notice) -> SafeString:
    """The state of a notice: symbol and word."""
    return state(STATE_KINDS[notice.state], notice.get_state_display())


@register.simple_tag
def hindrance(reasons: Mapping[int, str], pk: int) -> str:
    """Why a finding cannot be chosen; "" where it can."""
    return reasons.get(pk, "")


@register.simple_tag(takes_context=True)
def finding_link(context: RequestContext, finding: Finding) -> SafeString:
    """The number of a finding, leading to its page; a liaison's leads to the portal.

    What a void notice named may have gone back to the office, so there a liaison gets no link.
    """
    user = context["request"].user
    inside = user.may("findings.handle") or user.may("findings.approve")
    notice = context.get("notice")
    if not inside and notice is not None and notice.state == Notice.State.WITHDRAWN:
        return format_html("{}", finding.number)
    name = "findings:finding" if inside else "findings:my_finding"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[finding.pk]), finding.number)


@register.inclusion_tag("findings/notices/_dialog.html", takes_context=True)
def notice_dialog(
    context: RequestContext,
    name: str,
    url: str,
    title: str,
    text: str,
    label: str,
    reason: str,
    colour: str,
    revision: int,
    seen: str = "",
) -> dict[str, Any]:
    """A dialog before a step; it posts the revision that was looked at, and a reason where one is asked.

    `seen` is posted too: `letters.fingerprint` of the document that the person looked at.
    """
    return {
        "name": name, "url": url, "title": title, "text": text, "label": label, "reason": reason,
        "colour": colour, "revision": revision, "seen": seen, "csrf_token": context.get("csrf_token"),
    }  # fmt: skip
