"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from plumbline.office.inspections.services import reports, scan_jobs


@task()
def work_on_scan(scan_id: int, attempt: int) -> None:
    """Read, import or take back a scanner's report."""
    scan_jobs.run(scan_id=scan_id, attempt=attempt)


@task()
def write_report(report_id: int, attempt: int) -> None:
    """Write a queued report on inspections."""
    reports.run(report_id=report_id, attempt=attempt)
