"""Conflicts of interest of inspectors, as sentences: member of the unit, declared tie, busy elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from plumbline.office.inspections.models import Inspection, Inspector, Interest
from plumbline.office.units.models import Membership

_ENDED = (Inspection.State.DONE, Inspection.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict of one inspector.

    Attributes:
        inspector: whose.
        kind: "member", "interest", "same_day" or "engaged".
        text: a sentence.
        is_justified: whether he has a note that says why he takes part all the same.
    """

    inspector: Inspector
    kind: str
    text: str

    @property
    def is_justified(self) -> bool:
        return bool(self.inspector.conflict_note.strip())


def conflicts(inspections: Iterable[Inspection]) -> dict[int, list[Conflict]]:
    """Conflicts per inspection, with a constant number of queries for any number of inspections."""
    wanted = {inspection.pk: inspection for inspection in inspections}
    if not wanted:
        return {}
    rows = list(Inspector.objects.filter(inspection__in=wanted).select_related("user"))
    users = {row.user_id for row in rows}
    units = {inspection.unit_id for inspection in wanted.values()}
    members = set(Membership.objects.filter(user__in=users, unit__in=units).values_list("user", "unit"))
    interests: dict[tuple[int, int], Interest] = {
        (tie.user_id, tie.unit_id): tie for tie in Interest.objects.filter(user__in=users, unit__in=units)
    }
    others: dict[int, list[Inspector]] = defaultdict(list)
    first = min(inspection.planned_from for inspection in wanted.values())
    last = max(inspection.planned_to for inspection in wanted.values())
    overlapping = Q(inspection__planned_from__lte=last, inspection__planned_to__gte=first)
    busy = Inspector.objects.filter(overlapping, user__in=users).exclude(inspection__state__in=_ENDED)
    for row in busy.select_related("inspection__unit"):
        others[row.user_id].append(row)
    found: dict[int, list[Conflict]] = defaultdict(list)
    for row in rows:
        inspection = wanted[row.inspection_id]
        found[inspection.pk].extend(_of(row, inspection, members, interests, others[row.user_id]))
    return found


def conflicts_of(inspection: Inspection) -> list[str]:
    """Sentences of the conflicts that nobody has justified."""
    return [c.text for c in conflicts([inspection]).get(inspection.pk, []) if not c.is_justified]


def _of(
    row: Inspector,
    inspection: Inspection,
    members: set[tuple[int, int]],
    interests: dict[tuple[int, int], Interest],
    others: list[Inspector],
) -> Iterable[Conflict]:
    who = {"who": row.user.full_name or row.user.username}
    if (row.user_id, inspection.unit_id) in members:
        yield Conflict(row, "member", _("%(who)s是被检查单位的人员。") % who)
    tie = interests.get((row.user_id, inspection.unit_id))
    if tie is not None and (tie.until is None or tie.until >= inspection.planned_from):
        yield Conflict(row, "interest", _("%(who)s申报了应回避情形：%(why)s。") % {**who, "why": tie.reason})
    for other in others:
        there = other.inspection
        if there.pk == inspection.pk:
            continue
        words = {**who, "number": there.number, "unit": there.unit}
        if _same_days(inspection, there):
            yield Conflict(row, "same_day", _("%(who)s同日已安排检查 %(number)s（%(unit)s）。") % words)
        elif row.role == Inspector.Role.EXPERT and _overlap(row, other):
            yield Conflict(row, "engaged", _("%(who)s同期受聘参加检查 %(number)s（%(unit)s）。") % words)


def _same_days(one: Inspection, other: Inspection) -> bool:
    """Whether two visits claim a same day; self-checks, which nobody travels to, never do."""
    if Inspection.Method.SELF_CHECK in (one.method, other.method):
        return False
    return _share(one.planned_from, one.planned_to, other.planned_from, other.planned_to) and (
        one.planned_from == one.planned_to or other.planned_from == other.planned_to
        or (one.planned_from, one.planned_to) == (other.planned_from, other.planned_to)
    )  # fmt: skip


def _overlap(one: Inspector, other: Inspector) -> bool:
    if None in (one.starts_on, one.ends_on, other.starts_on, other.ends_on):
        return False
    return _share(one.starts_on, one.ends_on, other.starts_on, other.ends_on)


def _share(
    from_one: date | None, to_one: date | None, from_other: date | None, to_other: date | None
) -> bool:
    if from_one is None or to_one is None or from_other is None or to_other is None:
        return False
    return from_one <= to_other and from_other <= to_one
