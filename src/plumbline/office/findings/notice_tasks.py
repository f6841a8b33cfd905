"""What the worker does for notices."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from plumbline.office.findings.services import previews


@task()
def draw_preview(preview_id: int) -> None:
    """Make a PDF that somebody asked for."""
    previews.run_preview(preview_id=preview_id, now=timezone.now())
