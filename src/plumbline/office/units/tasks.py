"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from plumbline.office.units.services import sheet_work


@task()
def import_sheet(job_id: int, attempt: int) -> None:
    """Check or write a large register sheet."""
    sheet_work.run(job_id=job_id, attempt=attempt)
