"""What the worker does for this room."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from plumbline.office.inspections.services import checklist_readings, reports, scan_jobs


@task()
def work_on_scan(scan_id: int, attempt: int) -> None:
    """Read, import or take back a scanner's report."""
    scan_jobs.run(scan_id=scan_id, attempt=attempt)


@task()
def write_report(report_id: int, attempt: int) -> None:
    """Write a queued report on inspections."""
    reports.run(report_id=report_id, attempt=attempt)


@task()
def read_checklist_file(file_id: int) -> dict[str, Any]:
    """Read a large upload of a checklist, and keep what was read."""
    return checklist_readings.read_and_keep(file_id)
