"""Running the checks again after mending, and carrying people's dispositions over to what they say now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.finding import Finding
from plumbline.office.accounts.models import User
from plumbline.office.targets.models import PlanFinding, PlanVersion
from plumbline.office.targets.services.imports import finding_row
from plumbline.office.targets.services.overlay import mended_document

#: a document with more lines is checked by the worker, so that nobody waits at a form
LINES_AT_ONCE = 6_000
GONE = "更正后不再出现"
State = PlanFinding.State
Severity = PlanFinding.Severity


def recheck(*, version: PlanVersion, actor: User | None, now: datetime) -> None:
    """Check a mended draft again, at once or, when it is large, in the background.

    Args:
        actor: who mended it; findings that are gone are noted as mended by this person.
    """
    # The version's own row may have been mended through another object than this one.
    version.refresh_from_db()
    if version.source_lines.count() <= LINES_AT_ONCE:
        recheck_now(version=version, actor=actor, now=now)
        return
    from plumbline.office.targets.tasks import recheck_version

    revision, actor_id = version.revision, actor.pk if actor else None
    transaction.on_commit(lambda: recheck_version.enqueue(version.pk, revision, actor_id))


def recheck_now(*, version: PlanVersion, actor: User | None, now: datetime) -> None:
    """Check a draft as it is now and bring its findings up to date.

    Checking takes a while; who mends, accepts or approves meanwhile holds the version's row, as this does
    for the writing. A draft that was mended meanwhile is left to the check that its mending asks for.
    """
    findings = check(mended_document(version))
    with transaction.atomic():
        present = PlanVersion.objects.select_for_update().get(pk=version.pk)
        if present.revision != version.revision or not present.editable:
            return
        reconcile(version, findings, actor=actor, now=now)
        version.checked_revision = version.revision
        version.save(update_fields=["checked_revision"])


def reconcile(
    version: PlanVersion, findings: Sequence[Finding], *, actor: User | None, now: datetime
) -> None:
    """Bring the rows to what the checks say now.

    A finding that is still there keeps its disposition, as long as it covers no new line. One that is
    gone counts as mended; one that comes back is open again.
    """
    old: dict[tuple[str, str], list[PlanFinding]] = defaultdict(list)
    for row in version.findings.all():
        old[row.rule, row.severity].append(row)
    new: list[PlanFinding] = []
    for key, group in _grouped(findings).items():
        pairs, left = _pair(old.pop(key, []), group)
        for row, finding in pairs:
            if row is None:
                new.append(finding_row(version, finding))
            else:
                _update(row, finding)
        old[key] = left
    PlanFinding.objects.bulk_create(new, batch_size=500)
    _retire([row for rows in old.values() for row in rows], actor=actor, now=now)


def _grouped(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule, finding.severity].append(finding)
    return groups


def _pair(
    rows: list[PlanFinding], findings: list[Finding]
) -> tuple[list[tuple[PlanFinding | None, Finding]], list[PlanFinding]]:
    """Each finding with the row that it continues: same text and lines, same lines, most lines in common."""
    left = {row.pk: row for row in rows}
    pairs: list[tuple[PlanFinding | None, Finding]] = []
    exact = {(tuple(row.lines), row.message): row for row in reversed(rows)}
    by_lines = {tuple(row.lines): row for row in reversed(rows)}
    rest = _take(pairs, left, findings, lambda finding: exact.get((finding.lines, finding.message)))
    rest = _take(pairs, left, rest, lambda finding: by_lines.get(finding.lines))
    _take(pairs, left, rest, lambda finding: _nearest(left.values(), finding))
    taken = {id(finding) for _row, finding in pairs}
    pairs += [(None, finding) for finding in findings if id(finding) not in taken]
    return pairs, list(left.values())


def _take(
    pairs: list[tuple[PlanFinding | None, Finding]],
    left: dict[int, PlanFinding],
    findings: Sequence[Finding],
    find: Callable[[Finding], PlanFinding | None],
) -> list[Finding]:
    """Pair the findings whose row is still left; the others are given back."""
    rest: list[Finding] = []
    for finding in findings:
        row = find(finding)
        if row is None or row.pk not in left:
            rest.append(finding)
        else:
            pairs.append((left.pop(row.pk), finding))
    return rest


def _nearest(rows: Iterable[PlanFinding], finding: Finding) -> PlanFinding | None:
    near = max(rows, key=lambda row: _shared(row, finding), default=None)
    return near if near is not None and _shared(near, finding) else None


def _shared(row: PlanFinding, finding: Finding) -> int:
    return len(set(row.lines) & set(finding.lines))


def _update(row: PlanFinding, finding: Finding) -> None:
    """Take over what the check says now; an accepted finding that grew or says something else is open."""
    grew = not set(finding.lines) <= set(row.lines)
    grew |= set(finding.lines) == set(row.lines) and finding.message != row.message
    said = (list(finding.lines), finding.message, finding.advice, list(finding.where))
    same = said == (row.lines, row.message, row.advice, row.where)
    reopened = row.state == State.MENDED or (row.state == State.ACCEPTED and grew)
    if same and not reopened:
        return
    row.lines, row.message, row.advice, row.where = said
    if reopened:
        row.state, row.disposition, row.disposed_by, row.disposed_at = State.OPEN, "", None, None
    row.save()


def _retire(rows: list[PlanFinding], *, actor: User | None, now: datetime) -> None:
    """Confirmations that no longer hold are dropped; everything else was mended."""
    PlanFinding.objects.filter(pk__in=[row.pk for row in rows if row.severity == Severity.CONFIRMED]).delete()
    gone = [row for row in rows if row.severity != Severity.CONFIRMED and row.state != State.MENDED]
    for row in gone:
        row.state = State.MENDED
        row.disposition = f"{row.disposition}（{GONE}）" if row.disposition else GONE
        row.disposed_by, row.disposed_at = actor, now
    PlanFinding.objects.bulk_update(
        gone, ["state", "disposition", "disposed_by", "disposed_at"], batch_size=200
    )
