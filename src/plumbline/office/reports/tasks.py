"""What the worker does for this room."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from plumbline.office.reports.services import exports


@task()
def write_export(export_id: int) -> None:
    """Write a queued export."""
    exports.run(export_id=export_id, now=timezone.now())
