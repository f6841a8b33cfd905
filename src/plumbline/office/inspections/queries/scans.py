"""Reports of scanners that a person may see, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.access import visible_findings
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import Inspection, ScanHit, ScanImport
from plumbline.office.lib.agenda import MOST, Task
from plumbline.office.lib.spreadsheets import Sheet

_SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.STAFF, Role.LEADER})
#: columns that the list sorts by
COLUMNS: Mapping[str, Sequence[str]] = {
    "file": ("file__name",),
    "tool": ("tool",),
    "uploaded": ("uploaded_at",),
    "raised": ("raised",),
}


def visible_scans(user: User) -> QuerySet[ScanImport]:
    """All for the office's own people; an expert's are those of the inspections he is engaged in."""
    if not user.is_active:
        return ScanImport.objects.none()
    if user.role in _SEE_ALL:
        return ScanImport.objects.all()
    if user.role == Role.EXPERT:
        return ScanImport.objects.filter(inspection__in=visible_inspections(user))
    return ScanImport.objects.none()


def findings_of_scans(user: User) -> Q:
    """Findings that an expert sees for the reports of the inspections that he is engaged in now."""
    if user.role != Role.EXPERT:
        return Q(pk__in=())
    return Q(pk__in=ScanHit.objects.filter(scan__in=visible_scans(user)).values("finding"))


def findings_of_inspection(user: User, inspection: Inspection) -> QuerySet[Finding]:
    """What an inspection found: by its answers, and by the scans that were imported into it."""
    seen = (ScanHit.Kind.RAISED, ScanHit.Kind.SEEN, ScanHit.Kind.REOPENED)
    hits = ScanHit.objects.filter(
        scan__inspection=inspection, scan__state=ScanImport.State.DONE, kind__in=seen
    ).values("finding")
    answered = inspection.answers.filter(finding__isnull=False).values("finding")
    return visible_findings(user).filter(Q(pk__in=hits) | Q(pk__in=answered)).order_by("pk")


def visible_scan(user: User, pk: int) -> ScanImport:
    """One report, or 404."""
    related = ("file", "unit", "inspection__unit", "mapping", "uploaded_by", "acting")
    found = visible_scans(user).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def scan_imports(user: User, *, search: str = "", state: str = "", tool: str = "") -> QuerySet[ScanImport]:
    """The list, filtered."""
    rows = visible_scans(user).select_related("file", "unit", "inspection__unit", "uploaded_by")
    rows = rows.defer("summary", "scope")
    if search:
        named = Q(file__name__icontains=search) | Q(unit__name__icontains=search)
        placed = Q(unit__short_name__icontains=search) | Q(inspection__number__icontains=search)
        rows = rows.filter(named | placed)
    if state in ScanImport.State.values:
        rows = rows.filter(state=state)
    return rows.filter(tool=tool) if tool else rows


def open_inspections(user: User) -> QuerySet[Inspection]:
    """Inspections that a report may be imported into."""
    ended = (Inspection.State.DONE, Inspection.State.CANCELLED)
    return (
        visible_inspections(user)
        .exclude(state__in=ended)
        .select_related("unit")
        .order_by("-planned_to", "-pk")
    )


def scan_hits(user: User, scan: ScanImport, *, kind: str = "", severity: str = "") -> QuerySet[ScanHit]:
    """What became of the results of a report; only findings that the person may see."""
    rows = scan.hits.filter(finding__in=visible_findings(user)).select_related("finding__unit")
    if kind in ScanHit.Kind.values:
        rows = rows.filter(kind=kind)
    if severity:
        rows = rows.filter(finding__severity=severity)
    return rows.order_by("pk")


def sees_owners(user: User) -> bool:
    """Whether the person may read whose a host is that is not the scanned unit's; an expert may not."""
    return user.role in _SEE_ALL


def shown_summary(user: User, scan: ScanImport) -> dict[str, Any]:
    """The preview with the words of the page: severities and hosts as rows."""
    kept = scan.summary
    if not kept:
        return {}
    titles = {**dict(Finding.Severity.choices), "info": _("信息")}
    may_name = sees_owners(user)
    hosts = [
        {
            **row,
            "is_others": bool(row["owner"]) and not may_name,
            "owner": row["owner"] if may_name else "",
            "counts": [(level, titles[level], count) for level, count in row["counts"].items()],
        }
        for row in kept["hosts"]
    ]
    return {
        **kept,
        "severities": [(level, titles[level], count) for level, count in kept["severities"].items()],
        "hosts": hosts,
        "top": [(title, level, titles[level], count) for title, level, count in kept["top"]],
    }


def tasks_of_scans(user: User, now: datetime) -> Iterator[Task]:
    """What waits for the person who uploaded it: a decision, the columns, or another try."""
    if not user.may("scans.import"):
        return
    words = {
        ScanImport.State.READY: _("确认导入扫描报告"),
        ScanImport.State.MAPPING: _("指定扫描表格的列"),
        ScanImport.State.FAILED: _("处理没有导入的扫描报告"),
    }
    rows = visible_scans(user).filter(uploaded_by=user, state__in=list(words)).select_related("file", "unit")
    for scan in rows.defer("summary", "scope")[:MOST]:
        yield Task(
            title=words[ScanImport.State(scan.state)],
            url=reverse("inspections:scan", args=[scan.pk]),
            label=_("扫描"),
            detail=scan.file.name,
        )


def unmatched_sheet(user: User, scan: ScanImport) -> Sheet:
    """The hosts of a report that no asset covers."""
    rows = scan.unmatched_hosts.select_related("owner").order_by("-results", "host")
    heads = [_("主机"), _("结果数"), _("登记在哪个单位名下")]
    others, may_name = _("其他单位"), sees_owners(user)
    values = (
        [row.host, row.results, (str(row.owner) if may_name else others) if row.owner else ""] for row in rows
    )
    return Sheet(_("未登记的主机"), heads, values)
