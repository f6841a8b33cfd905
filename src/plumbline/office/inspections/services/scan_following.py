"""What was found before on an asset that has another unit now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from plumbline.kernel.scans import ScanResult
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.services.scan_matching import Place

Key = tuple[int, str]
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One result that becomes a finding, or is one already."""

    result: ScanResult
    place: Place


def follow(rows: dict[Key, Row]) -> None:
    """Let results meet the findings that are there already under an earlier unit, instead of new ones.

    A unit that was merged keeps its findings, and those of an asset that moved stay where they were
    raised until they are over: found again they are the same, not a second one.
    """
    asked: dict[str, list[int]] = defaultdict(list)
    for unit, mark in rows:
        asked[mark].append(unit)
    marks = sorted(asked)
    for start in range(0, len(marks), _BLOCK):
        there: dict[str, list[Finding]] = defaultdict(list)
        found = Finding.objects.filter(
            source=Finding.Source.SCAN, fingerprint__in=marks[start : start + _BLOCK]
        )
        for finding in found.select_related("unit").order_by("pk"):
            there[finding.fingerprint].append(finding)
        for mark, findings in there.items():
            for unit in asked[mark]:
                _meet(rows, (unit, mark), findings)


def _meet(rows: dict[Key, Row], key: Key, findings: list[Finding]) -> None:
    unit, mark = key
    if any(finding.unit_id == unit for finding in findings):
        return
    earlier = next((one for one in findings if _is_same(one, unit, rows[key])), None)
    if earlier is not None:
        row = rows.pop(key)
        rows.setdefault((earlier.unit_id, mark), Row(row.result, replace(row.place, unit=earlier.unit)))


def _is_same(finding: Finding, unit: int, row: Row) -> bool:
    if finding.unit.merged_into_id == unit:
        return True
    asset = row.place.asset
    return asset is not None and finding.asset_id == asset.pk and finding.state != Finding.State.CLOSED
