"""What can be done to a finding now, by whom; and why the rest cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Escalation, Extension, Finding, RiskAcceptance
from plumbline.office.findings.services.correcting import last_decision
from plumbline.office.findings.services.table import TRANSITIONS
from plumbline.office.findings.services.transitions import refusal

_S = Finding.State
#: acts that have a page of their own, in the order in which they are offered: act and symbol
ACTS = {
    "confirm": "check", "assign": "send", "reply": "upload", "pass": "circle-check",
    "return": "arrow-back-up", "redate": "calendar", "ask_extension": "hourglass", "ask_acceptance": "scale",
    "retract": "arrow-back-up", "revoke": "ban", "dismiss": "ban", "reopen": "refresh", "undo": "history",
    "comment": "notes",
}  # fmt: skip
#: what the office does first in each state, and the unit
_FIRST = {
    _S.NEW: ("confirm",), _S.CONFIRMED: ("notice", "assign"), _S.NOTIFIED: ("reply",),
    _S.RETURNED: ("reply",), _S.REPLIED: ("pass",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """One button, or one sentence why there is none.

    Attributes:
        why_not: why it is refused now; "" where it is offered.
        is_primary: the one that the page puts first.
    """

    key: str
    title: str | Promise
    url: str
    symbol: str
    why_not: str = ""
    is_primary: bool = False


def offers(finding: Finding, *, user: User) -> tuple[list[Offer], list[Offer]]:
    """What the person can do now, the first thing first; and what his role could do at another time."""
    possible, refused = [], []
    for offer in _all(finding, user):
        (refused if offer.why_not else possible).append(offer)
    first = next((key for key in _first(finding, user) if any(one.key == key for one in possible)), "")
    ordered = sorted(possible, key=lambda one: one.key != first)
    return [_as_first(one) if one.key == first else one for one in ordered], refused


def decisions(finding: Finding, *, user: User) -> list[tuple[str, object]]:
    """What waits for this person: ("extension", row), ("acceptance", row), ("step", row)."""
    waiting: list[tuple[str, object]] = []
    if user.may("findings.handle"):
        asked = finding.extensions.filter(state=Extension.State.ASKED).select_related("asked_by")
        waiting += [("extension", row) for row in asked]
        due = finding.escalations.filter(state=Escalation.State.DUE).order_by("due_on")
        waiting += [("step", row) for row in due]
    if user.may("findings.approve"):
        rows = finding.acceptances.filter(state=RiskAcceptance.State.ASKED).select_related("asked_by")
        waiting += [("acceptance", row) for row in rows]
    return waiting


def notice_address(ids: list[int], *, kind: str = "") -> str:
    """Where a notice about these findings is drafted; "" where the installation has no notices."""
    try:
        url = reverse("findings:notice_new")
    except NoReverseMatch:
        return ""
    listed = ",".join(str(pk) for pk in ids)
    return f"{url}?findings={listed}" + (f"&kind={kind}" if kind else "")


def _all(finding: Finding, user: User) -> Iterator[Offer]:
    notice = notice_address([finding.pk])
    if notice and user.may("notices.edit") and finding.state == _S.CONFIRMED:
        yield Offer("notice", _("起草通知书"), notice, "file-text")
    for key, symbol in ACTS.items():
        step = TRANSITIONS[key]
        capability = "findings.handle" if key == "reopen" else step.capability
        if not user.may(capability):
            continue
        why_not = refusal(finding, step, actor=user) or _besides(key, finding)
        url = reverse(f"findings:{key}", args=[finding.pk])
        yield Offer(key, step.title, url, symbol, why_not)


def _besides(key: str, finding: Finding) -> str:
    """Reasons that do not lie in the state."""
    if key == "undo" and last_decision(finding) is None:
        return _("最近一步不是可以更正的决定。")
    if key == "ask_extension" and finding.extensions.filter(state=Extension.State.ASKED).exists():
        return _("已有一份延期申请等待审批。")
    asked = RiskAcceptance.State.ASKED
    if key == "ask_acceptance" and finding.acceptances.filter(state=asked).exists():
        return _("已有一份暂不整改申请在办。")
    return ""


def _first(finding: Finding, user: User) -> tuple[str, ...]:
    if finding.state in (_S.NOTIFIED, _S.RETURNED) and user.may("findings.handle"):
        return ()  # it is the unit's turn: closing without its report is no step to put first
    return _FIRST.get(_S(finding.state), ())


def _as_first(offer: Offer) -> Offer:
    return Offer(offer.key, offer.title, offer.url, offer.symbol, is_primary=True)
