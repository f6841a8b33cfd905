"""Records that were corrected after a value was taken by an act on record, which says what they were then.

The audit record keeps each correction with the old and the new. Where the facts of the record, with the old
words put back, are those of the manifest to the letter, nothing was altered behind anybody's back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from plumbline.kernel.metrics.manifest import Line, Manifest, content_digest
from plumbline.office.audit.models import Record
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Inspection
from plumbline.office.targets.evidence.kinds import KINDS, Kind
from plumbline.office.targets.measuring.days import end

#: kind -> the act that corrects its facts, and the facts with their choices
ACTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "finding": ("findings.amend", {"severity": Finding.Severity, "title": None}),
    "inspection": ("inspections.edit", {"method": Inspection.Method, "planned_to": None}),
}


def corrected(lines: Iterable[Line], manifest: Manifest, *, kept_at: datetime) -> list[Line]:
    """Of lines whose records are not what they were, those that corrections on record explain entirely."""
    days = {operand.name: operand.period.end for operand in manifest.operands}
    found = []
    for line in lines:
        old = _before(line, kept_at) if line.kind in ACTS else {}
        if old and _digest(line, old, day=days[line.operand], kept_at=kept_at) == line.sm3:
            found.append(line)
    return found


def _before(line: Line, kept_at: datetime) -> dict[str, str]:
    """The facts that were corrected since, as they were: what the first correction replaced."""
    action, facts = ACTS[line.kind]
    label = KINDS.get(line.kind).model._meta.label_lower
    rows = Record.objects.filter(
        action=action, object_type=label, object_id=line.key, at__gte=kept_at
    ).order_by("sequence")
    found: dict[str, str] = {}
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows:
            for name, choices in facts.items():
                change = row.detail.get(name)
                if name in found or not isinstance(change, dict) or "old" not in change:
                    continue
                words = {str(label): value for value, label in choices.choices} if choices else {}
                found[name] = words.get(str(change["old"]), str(change["old"]))
    return found


def _digest(line: Line, old: Mapping[str, str], *, day: date, kept_at: datetime) -> str:
    kind: Kind = KINDS.get(line.kind)
    rows = kind.model._default_manager.filter(pk=int(line.key))
    early = kept_at < end(day) and kind.past is not None
    row = (kind.past(rows, day, kept_at) if early and kind.past else kind.prepared(rows, day)).first()
    return content_digest({**kind.content(row), **old}) if row is not None else ""
