"""Beginning a visit of the sample, also where somebody is expected elsewhere on the day."""

from __future__ import annotations

from datetime import datetime

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.queries.conflicts import conflicts
from plumbline.office.inspections.services.inspectors import put_inspector
from plumbline.office.inspections.services.progress import move

#: conflicts of the diary; ties to a unit are none of these
_ELSEWHERE = ("same_day", "engaged")


def begin_visit(inspection: Inspection, *, actor: User, now: datetime) -> None:
    """Begin it; whoever has two visits on the day says how he manages both."""
    for conflict in conflicts([inspection]).get(inspection.pk, []):
        row = conflict.inspector
        if conflict.is_justified or conflict.kind not in _ELSEWHERE:
            continue
        put_inspector(
            inspection, user=row.user, role=row.role, starts_on=row.starts_on, ends_on=row.ends_on,
            letter=row.letter, conflict_note="两处检查时间错开，上午、下午分别参加。",
            reason="检查人员同期另有检查，注明时间错开。", actor=actor, now=now,
        )  # fmt: skip
    inspection.refresh_from_db()
    move(inspection=inspection, act="visit", actor=actor, now=now)
