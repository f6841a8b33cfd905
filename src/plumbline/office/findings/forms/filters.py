"""What the list of findings can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.models import Finding
from plumbline.office.findings.queries.listing import WAITING, Asked

DUE = (
    ("overdue", _("已逾期")),
    ("3", _("3 天内到期")),
    ("7", _("7 天内到期")),
    ("30", _("30 天内到期")),
    ("none", _("没有期限")),
)
WAITING_WORDS = (
    ("confirm", _("待确认")),
    ("notify", _("待通报")),
    ("recheck", _("待复查")),
    ("extension", _("延期待审批")),
    ("acceptance", _("暂不整改待批准")),
    ("escalation", _("催办待办理")),
)


def asked_of(query: QueryDict) -> Asked:
    """What the address asks for; a value that means nothing narrows nothing."""
    unit = query.get("unit", "")
    return Asked(
        q=query.get("q", "").strip()[:100],
        state=_known(query.get("state", ""), ("open", *Finding.State.values)),
        severity=_known(query.get("severity", ""), Finding.Severity.values),
        source=_known(query.get("source", ""), Finding.Source.values),
        unit=int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 18 else None,
        sector=query.get("sector", "")[:32],
        due=_known(query.get("due", ""), [key for key, _word in DUE]),
        waiting=_known(query.get("waiting", ""), list(WAITING)),
    )


def _known(value: str, allowed: Any) -> str:
    return value if value in allowed else ""
