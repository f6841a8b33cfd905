"""What the worker does for this room."""

from __future__ import annotations

from django_tasks import task

from plumbline.office.targets.services import import_jobs


@task()
def import_document(job_id: int, attempt: int) -> None:
    """Run a queued import."""
    import_jobs.run(job_id=job_id, attempt=attempt)
