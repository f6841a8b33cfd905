"""What a person is shown before results become findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from plumbline.kernel.scans import SEVERITIES, ScanScope
from plumbline.office.findings.models import OPEN, Finding
from plumbline.office.inspections.models import ScanHit, ScanImport, UnmatchedHost
from plumbline.office.inspections.services.scan_gathering import Gathered
from plumbline.office.inspections.services.scan_matching import is_private, plain

#: hosts that the page lists; the numbers above count all
MOST_HOSTS = 300
_BLOCK = 500
#: stands for the state of a closed finding that was verified, or seen to be gone, after the scan was made
OLDER = "older"
_PORT = re.compile(r"(?:\[[^\]]*\]|[^:\s]*):(\d+)/(\w+)")


def summary(scan: ScanImport, gathered: Gathered) -> dict[str, Any]:
    """The preview as the page draws it, ready for JSON.

    Keys: results, severities {key: count}, skipped, findings, raised, again, reopened, stays, older, gone,
    unmatched, left_out, other (results of other units), hosts [{host, unit, asset, counts}], more_hosts,
    top [[title, severity, count]], tool, close (whether closing what is gone is proposed).
    """
    states = known_states(gathered)
    fate = Counter(_fate(states.get(key)) for key in gathered.rows)
    others = {host for host, place in gathered.places.items() if place.owner is not None}
    titles = Counter((row.result.title, row.result.severity) for row in gathered.rows.values())
    ranked = sorted(
        gathered.hosts.items(), key=lambda item: [-item[1][level] for level in SEVERITIES] + [item[0]]
    )
    newest = newer_than(scan, gathered)
    return {
        "results": gathered.total,
        "severities": {level: gathered.severities[level] for level in SEVERITIES},
        "skipped": gathered.skipped,
        "findings": len(gathered.rows),
        "raised": fate["raised"],
        "again": fate["again"],
        "reopened": fate["reopened"],
        "stays": fate["stays"],
        "older": fate["older"],
        "gone": sum(1 for _one in gone(scan, gathered)),
        "unmatched": sum(gathered.unmatched.values()),
        "left_out": sum(gathered.left_out.values()),
        "other": sum(gathered.left_out[host] for host in others),
        "scope": len(gathered.scope.hosts),
        "hosts": [_host(host, counts, gathered) for host, counts in ranked[:MOST_HOSTS]],
        "more_hosts": max(len(ranked) - MOST_HOSTS, 0),
        "top": [[title, level, count] for (title, level), count in titles.most_common(10)],
        "tool": gathered.scope.tool,
        "close": newest is None,
    }


def notes(scan: ScanImport, gathered: Gathered) -> list[str]:
    """What the person should know before he decides; in the office's language, they are kept."""
    said = []
    scope = gathered.scope
    if not gathered.total:
        said.append(_("报告里没有任何结果。如果这与预期不符，请检查扫描任务是否真正完成。"))
    if scope.unrated:
        said.append(_("%(count)d 条结果没有可识别的严重程度，已按“低”处理。") % {"count": scope.unrated})
    if scope.left_out:
        said.append(_("%(count)d 条结果已在扫描器中标为误报或忽略，未计入。") % {"count": scope.left_out})
    if not scope.hosts:
        said.append(_("报告没有写明扫描对象，无法判断哪些问题已经消除。放弃后重新上传并填写“扫描对象”即可。"))
    if scope.hosts and scope.is_blind:
        said.append(_("报告没有写明运行过哪些模板或脚本，没有运行过的规则不会据此登记为已消除。"))
    elif scope.hosts and not scope.rules:
        said.append(_("报告没有写明用了哪些检查规则。如果这次只做了部分检查，请不要勾选“登记为已消除”。"))
    newest = newer_than(scan, gathered)
    if newest is not None:
        said.append(
            _("已导入过同一工具更晚的扫描结果（%(name)s），这份报告较旧，默认不据此办结问题。")
            % {"name": newest.file.name}
        )
    twin = (
        ScanImport.objects.filter(file__digest=scan.file.digest, state=ScanImport.State.DONE)
        .exclude(pk=scan.pk)
        .first()
    )
    if twin is not None:
        said.append(_("同一份文件已经导入过，再次导入不会重复登记问题。"))
    return said


def known_states(gathered: Gathered) -> dict[tuple[int, str], str]:
    """The state of the findings that are there already; OLDER for one that was verified after the scan."""
    return {key: state for key, (_pk, state) in known_findings(gathered).items()}


def known_findings(gathered: Gathered) -> dict[tuple[int, str], tuple[int, str]]:
    """The findings that are there already: id, and state as in `known_states`."""
    known: dict[tuple[int, str], tuple[int, str]] = {}
    for block in blocks(sorted({mark for _unit, mark in gathered.rows})):
        rows = Finding.objects.filter(source=Finding.Source.SCAN, fingerprint__in=block).annotate(
            gone_at=Max("scan_hits__scan__scanned_at", filter=Q(scan_hits__kind=ScanHit.Kind.GONE))
        )
        columns = ("pk", "unit", "fingerprint", "state", "closing", "closed_at", "gone_at")
        for pk, unit, mark, state, closing, closed_at, gone_at in rows.values_list(*columns):
            row = gathered.rows.get((unit, mark))
            # what a scan closed was seen to be gone when that scan was made, not when it was imported
            over = gone_at if closing == Finding.Closing.GONE else closed_at
            moment = (row.result.seen_at if row else None) or gathered.scope.scanned_at
            is_older = state == Finding.State.CLOSED and over is not None and moment is not None
            known[(unit, mark)] = pk, OLDER if is_older and moment < over else state
    return known


def gone(scan: ScanImport, gathered: Gathered) -> Iterator[tuple[int, str, str, str]]:
    """Open findings of the same tool that the scan looked for and did not find: id, tool, host, rule.

    Only hosts that the report says were examined count, and only rules and ports that were tried where it
    tells them; an import for one unit never closes another unit's findings. An address that many units
    use inside is that unit's alone whose asset it is here.
    """
    scope = gathered.scope
    if not scope.hosts:
        return
    unit = scan.inspection.unit_id if scan.inspection else scan.unit_id
    hits = ScanHit.objects.filter(
        finding__source=Finding.Source.SCAN,
        finding__source_name__in=sorted(scope.tools),
        finding__state__in=OPEN,
    ).exclude(kind=ScanHit.Kind.GONE)
    if unit is not None:
        own = Q(finding__unit=unit) | Q(finding__unit__merged_into=unit) | Q(finding__asset__unit=unit)
        hits = hits.filter(own)
    columns = (
        "finding_id",
        "finding__unit_id",
        "finding__fingerprint",
        "finding__source_name",
        "host",
        "rule",
        "finding__place",
        "finding__unit__merged_into",
        "finding__asset__unit",
    )
    present = {mark for _unit, mark in gathered.rows}
    seen: set[int] = set()
    rows = hits.order_by("finding_id").values_list(*columns).iterator()
    for pk, unit_id, mark, tool, named, rule, where, successor, holder in rows:
        host = plain(named)
        if pk in seen or mark in present or host not in scope.hosts or not _was_tried(where, scope):
            continue
        if unit is None and is_private(host):
            owner = gathered.places[host].unit
            if owner is None or owner.pk not in (unit_id, successor, holder):
                continue
        if not scope.tried(rule):
            continue
        seen.add(pk)
        yield pk, tool, host, rule


def _was_tried(where: str, scope: ScanScope) -> bool:
    """Whether the port of a finding's place ("10.8.1.20:443/tcp /login") was among those tried."""
    found = _PORT.match(where)
    return found is None or scope.covers(int(found[1]), found[2])


def newer_than(scan: ScanImport, gathered: Gathered) -> ScanImport | None:
    """An import of the same tool with a later scan of one of the same hosts."""
    moment = gathered.scope.scanned_at
    if moment is None:
        return None
    later = ScanImport.objects.filter(
        tool=gathered.tool, state=ScanImport.State.DONE, scanned_at__gt=moment
    ).exclude(pk=scan.pk)
    unit = scan.inspection.unit_id if scan.inspection else scan.unit_id
    if unit is not None:
        later = later.filter(unit=unit)
    for one in later.select_related("file")[:20]:
        if not gathered.scope.hosts.isdisjoint(one.scope):
            return one
    return None


def keep_unmatched(scan: ScanImport, gathered: Gathered) -> None:
    """Replace the list of hosts without an asset."""
    scan.unmatched_hosts.all().delete()
    UnmatchedHost.objects.bulk_create(
        (
            UnmatchedHost(scan=scan, host=host, results=count, owner=gathered.places[host].owner)
            for host, count in gathered.unmatched.items()
        ),
        batch_size=_BLOCK,
    )


def blocks(items: list[Any], size: int = _BLOCK) -> Iterable[list[Any]]:
    """The items a block at a time: a database takes only so many in one question."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _fate(state: str | None) -> str:
    if state is None:
        return "raised"
    if state == OLDER:
        return "older"
    if state == Finding.State.CLOSED:
        return "reopened"
    return "stays" if state in (Finding.State.DISMISSED, Finding.State.ACCEPTED) else "again"


def _host(host: str, counts: Counter[str], gathered: Gathered) -> dict[str, Any]:
    place = gathered.places[host]
    return {
        "host": host,
        "unit": str(place.unit) if place.unit else "",
        "asset": str(place.asset) if place.asset else "",
        "owner": str(place.owner) if place.owner else "",
        "counts": {level: counts[level] for level in SEVERITIES if counts[level]},
    }
