"""Reading a scanner's file to its end, and sorting its results by what is done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.scans import FORMATS, Reading, ScanRefused, ScanResult, ScanScope, opened, recognise
from plumbline.kernel.scans.formats.csv_kinds import known_kind
from plumbline.kernel.scans.formats.csv_table import digest_of, guess, heads_of, sample_of
from plumbline.kernel.scans.registry import Columns
from plumbline.office.files.services import INCOMING, open_file
from plumbline.office.findings.services.raising import fingerprint
from plumbline.office.inspections.models import ScanImport, ScanMapping
from plumbline.office.inspections.services.scan_following import Row, follow
from plumbline.office.inspections.services.scan_matching import Matcher, Place, plain

#: findings of one import: all of them are written in one transaction, for which others have to wait
MOST_FINDINGS = 50_000
CSV = "csv"
#: results between two signs of life
_BEAT = 2_000
#: called with the share of the file that was read, 0 to 1
Alive = Callable[[float], None]


class ColumnsUnknown(Exception):
    """A .csv whose columns nobody has explained yet; a person is asked."""


@dataclass(slots=True)
class Gathered:
    """A file's results.

    Attributes:
        rows: by unit and fingerprint; a result that is listed twice counts once.
        severities: of all results in the file.
        skipped: informational ones that are not counted.
        left_out: results of hosts that belong to no unit, or to another one, by host.
        unmatched: results by host without a registered asset, those left out included.
        places: whose each host is, those without results too.
        scope: what was looked at.
    """

    tool: str
    scope: ScanScope
    rows: dict[tuple[int, str], Row] = field(default_factory=dict)
    severities: Counter[str] = field(default_factory=Counter)
    hosts: dict[str, Counter[str]] = field(default_factory=dict)
    skipped: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.severities.values())


def gather(scan: ScanImport, *, with_info: bool, alive: Alive) -> Gathered:
    """Read the file of an import.

    Args:
        with_info: informational results become findings of low severity.

    Raises:
        ScanRefused: the file is not read, or holds too much.
        ColumnsUnknown: a .csv of a kind that was never seen.
        FileMissing: the upload is gone.
    """
    matcher = Matcher(scan)
    folder = Path(settings.MEDIA_ROOT) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    with (
        open_file(scan.file) as packed,
        opened(packed, folder=folder, alive=lambda: alive(0.0)) as stream,
    ):
        found = recognise(stream)
        columns = None
        if found.key == CSV:
            mapping = scan.mapping = scan.mapping or mapping_of(stream)
            if mapping is None:
                raise ColumnsUnknown
            columns = Columns(mapping.columns, mapping.severities, mapping.name)
        reading = Reading(stream, found, columns=columns)
        gathered = Gathered(found.key, reading.scope)
        for result in reading:
            if reading.count % _BEAT == 0:
                alive(reading.share())
            _sort(result, gathered, matcher, scan.target, with_info=with_info)
    if scan.target and not reading.scope.hosts:
        reading.scope.add_host(scan.target, reading.limits)
    reading.scope.hosts = {plain(host) for host in reading.scope.hosts}
    follow(gathered.rows)
    for host in reading.scope.hosts:
        gathered.places.setdefault(host, matcher.place(host))
    return gathered


def mapping_of(stream: BinaryIO) -> ScanMapping | None:
    """What the columns of a table are, where that is known: from a table before, or from its scanner."""
    heads = heads_of(stream)
    digest = digest_of(heads)
    known = ScanMapping.objects.filter(heads=digest).first()
    kind = "" if known else known_kind(heads, sample_of(stream))
    if not kind:
        return known
    name = f"{kind} {digest[:6]}" if ScanMapping.objects.filter(name=kind).exists() else kind
    with transaction.atomic():
        return ScanMapping.objects.create(name=name, heads=digest, columns=guess(heads))


def title_of(tool: str) -> str:
    """What people call a format."""
    return FORMATS.get(tool).title if tool in FORMATS else tool


def host_of(result: ScanResult, target: str) -> str:
    """The machine, or what a person said was scanned."""
    return result.host or target


def print_of(result: ScanResult, host: str) -> str:
    """What makes it the same thing in the next report."""
    port = "" if result.port is None else f"{result.port}/{result.protocol}"
    return fingerprint("scan", result.tool, result.rule_id, host, port, result.place)


def _sort(result: ScanResult, to: Gathered, matcher: Matcher, target: str, *, with_info: bool) -> None:
    host = plain(result.host) or target
    to.severities[result.severity] += 1
    place = to.places.get(host)
    if place is None:
        place = to.places[host] = matcher.place(host)
    to.hosts.setdefault(host, Counter())[result.severity] += 1
    if result.severity == "info" and not with_info:
        to.skipped += 1
        return
    if place.asset is None:
        to.unmatched[host] += 1
    if place.unit is None:
        to.left_out[host] += 1
        return
    to.rows.setdefault((place.unit.pk, print_of(result, host)), Row(result, place))
    if len(to.rows) > MOST_FINDINGS:
        raise ScanRefused(
            _("报告中的问题超过 %(most)s 个") % {"most": f"{MOST_FINDINGS:,}"},
            advice=_("请在扫描器中按网段或按严重程度分成几份导出后再导入。"),
        )
