"""Closing what a source that found it before does not find any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.findings.models import OPEN, Finding, FindingEvent
from plumbline.office.findings.services.blocks import BLOCK, blocks, update_in_blocks
from plumbline.office.findings.services.numbers import Numbers
from plumbline.office.findings.services.transitions import settle


@transaction.atomic
def close_gone(
    *,
    source: str,
    source_name: str,
    scope: QuerySet[Finding],
    keep_fingerprints: set[str],
    actor: User | None,
    now: datetime,
) -> int:
    """Close the open findings of a source that it did not find any more.

    Args:
        scope: what the source looked at: findings outside of it were not looked for.
        keep_fingerprints: what it found this time.

    Returns:
        How many were closed.
    """
    Numbers.locked(now=now)  # as raising does: two scans lock the same findings one after the other
    open_ones = scope.filter(source=source, source_name=source_name, state__in=OPEN).exclude(fingerprint="")
    gone = [
        finding
        for finding in open_ones.select_for_update(of=("self",)).order_by("pk")
        if finding.fingerprint not in keep_fingerprints
    ]
    events = []
    for finding in gone:
        events.append(
            FindingEvent(
                finding=finding, at=now, actor=actor, act="gone", before=finding.state,
                after=Finding.State.CLOSED, round=finding.rounds, due_on=finding.due_on,
            )
        )  # fmt: skip
    update_in_blocks(
        [finding.pk for finding in gone],
        state=Finding.State.CLOSED,
        closed_at=now,
        closing=Finding.Closing.GONE,
        revision=F("revision") + 1,
    )
    FindingEvent.objects.bulk_create(events, batch_size=BLOCK)
    for block in blocks([finding.pk for finding in gone]):
        settle(block, state=Finding.State.CLOSED, now=now)
    if gone:
        detail = {"count": len(gone), "finding_source": source, "source_name": source_name}
        record(actor=actor, action="findings.gone", detail=detail)
    return len(gone)
