"""Putting the results of a scan among the findings, and taking them back."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from plumbline.kernel.scans import ScanResult
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.gone import close_gone
from plumbline.office.findings.services.raising import Raised, raise_many
from plumbline.office.findings.services.withdrawing import dismiss_raised, restore_gone
from plumbline.office.inspections.models import ScanHit, ScanImport
from plumbline.office.inspections.services.scan_gathering import Gathered, Row, host_of, title_of
from plumbline.office.inspections.services.scan_preview import (
    OLDER,
    blocks,
    gone,
    keep_unmatched,
    known_findings,
)

Kind = ScanHit.Kind
#: rows that are raised together, each with one audit record
_CHUNK = 10_000


def write(*, scan: ScanImport, gathered: Gathered, actor: User, now: datetime) -> None:
    """Raise, see again, reopen and close, in the caller's transaction; doing it twice changes nothing.

    Fills the counts of `scan`, and leaves saving it to the caller.
    """
    known = known_findings(gathered)
    before = {key: state for key, (_pk, state) in known.items()}
    older = [(key, row) for key, row in gathered.rows.items() if before.get(key) == OLDER]
    _note(scan, [(known[key][0], row) for key, row in older], Kind.OLDER)
    items = [(key, row) for key, row in gathered.rows.items() if before.get(key) != OLDER]
    kinds: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for chunk in blocks(items, _CHUNK):
        rows = [_raised(row, mark, scan) for (_unit, mark), row in chunk]
        outcome = raise_many(rows, actor=actor, now=now, confirmed=bool(scan.options.get("confirmed")))
        for pk, (key, row) in zip(outcome.ids, chunk, strict=True):
            kinds[_kind(before.get(key))].append((pk, row))
    for kind, found in kinds.items():
        _note(scan, found, Kind(kind))
    if scan.options.get("close"):
        _close(scan, gathered, actor=actor, now=now)
    keep_unmatched(scan, gathered)
    counts = Counter(scan.hits.values_list("kind", flat=True))
    scan.read, scan.skipped = gathered.total, gathered.skipped
    scan.raised, scan.seen_again = counts[Kind.RAISED], counts[Kind.SEEN]
    scan.reopened, scan.closed = counts[Kind.REOPENED], counts[Kind.GONE]
    scan.unmatched = sum(gathered.unmatched.values())
    scan.scope, scan.scanned_at = sorted(gathered.scope.hosts), gathered.scope.scanned_at
    record(
        actor=actor,
        action="scans.import",
        target=scan,
        detail={
            "file": scan.file.name, "sm3": scan.file.digest, "scan_tool": title_of(gathered.tool),
            "count": scan.read, "raised": scan.raised, "seen_again": scan.seen_again,
            "reopened": scan.reopened, "scan_closed": scan.closed, "scan_unmatched": scan.unmatched,
        },
    )  # fmt: skip


def take_back(*, scan: ScanImport, actor: User, now: datetime) -> int:
    """Undo an import, in the caller's transaction.

    Findings that this import alone raised and that nobody has confirmed are dismissed; those that it
    closed as gone are open again. What was confirmed, notified or seen by another report stays.

    Returns:
        How many findings were changed.
    """
    reason = _("撤销扫描导入（%(name)s）：%(reason)s") % {
        "name": scan.file.name,
        "reason": scan.withdrawn_reason,
    }
    others = ScanHit.objects.filter(finding=OuterRef("pk"), scan__state=ScanImport.State.DONE)
    raised = Finding.objects.filter(
        ~Exists(others.exclude(scan=scan)), scan_hits__scan=scan, scan_hits__kind=Kind.RAISED
    )
    closed = Finding.objects.filter(scan_hits__scan=scan, scan_hits__kind=Kind.GONE)
    dismissed = dismiss_raised(raised, actor=actor, now=now, reason=reason)
    restored = restore_gone(closed, actor=actor, now=now, reason=reason)
    record(
        actor=actor,
        action="scans.withdraw",
        target=scan,
        detail={
            "file": scan.file.name, "reason": scan.withdrawn_reason, "scan_dismissed": dismissed,
            "scan_restored": restored,
        },
    )  # fmt: skip
    return dismissed + restored


def _note(scan: ScanImport, found: list[tuple[int, Row]], kind: Kind) -> None:
    ScanHit.objects.bulk_create(
        (
            ScanHit(
                scan=scan, finding_id=pk, kind=kind, host=host_of(row.result, scan.target),
                rule=row.result.rule_id[:200],
            )
            for pk, row in found
        ),
        batch_size=500,
        ignore_conflicts=True,  # imported once already: what it did then stays
    )  # fmt: skip


def _close(scan: ScanImport, gathered: Gathered, *, actor: User, now: datetime) -> None:
    by_tool: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for pk, tool, host, rule in gone(scan, gathered):
        by_tool[tool].append((pk, host, rule))
    for tool, found in by_tool.items():
        for block in blocks(found, 5_000):
            scope = Finding.objects.filter(pk__in=[pk for pk, _host, _rule in block])
            close_gone(
                source=Finding.Source.SCAN, source_name=tool, scope=scope, keep_fingerprints=set(),
                actor=actor, now=now,
            )  # fmt: skip
            ScanHit.objects.bulk_create(
                (
                    ScanHit(scan=scan, finding_id=pk, kind=Kind.GONE, host=host, rule=rule)
                    for pk, host, rule in block
                ),
                batch_size=500,
                ignore_conflicts=True,
            )


def _kind(state: str | None) -> str:
    if state is None:
        return Kind.RAISED
    return Kind.REOPENED if state == Finding.State.CLOSED else Kind.SEEN


def _raised(row: Row, mark: str, scan: ScanImport) -> Raised:
    result, asset = row.result, row.place.asset
    assert row.place.unit is not None  # noqa: S101  rows without a unit are left out when gathering
    return Raised(
        unit=row.place.unit,
        title=result.title,
        severity="low" if result.severity == "info" else result.severity,
        detail=_detail(result),
        place=_where(result, scan.target),
        advice=result.advice,
        system=asset.system if asset else None,
        asset=asset,
        source=Finding.Source.SCAN,
        source_name=result.tool,
        source_key=str(scan.pk),
        fingerprint=mark,
    )


def _where(result: ScanResult, target: str) -> str:
    """10.8.1.20:443/tcp /login"""
    host = host_of(result, target)
    if ":" in host and result.port is not None:
        host = f"[{host}]"
    port = "" if result.port is None else f":{result.port}/{result.protocol or 'tcp'}"
    return f"{host}{port} {result.place}".strip()[:300]


def _detail(result: ScanResult) -> str:
    parts = [result.detail]
    if result.cve:
        parts.append(_("漏洞编号：%(cve)s") % {"cve": "、".join(result.cve)})
    if result.references:
        parts.append(_("参考：") + "\n" + "\n".join(result.references))
    parts.append(_("扫描规则：%(rule)s") % {"rule": result.rule_id})
    return "\n\n".join(part for part in parts if part)
