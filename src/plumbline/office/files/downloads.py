"""Giving out a kept file. Whether the person may have it, the caller has decided."""

from __future__ import annotations

from django.http import FileResponse

from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import demand_intact, open_file


def download_response(stored: StoredFile) -> FileResponse:
    """The file as a download: never shown in the page, never run, whatever is in it.

    Raises:
        FileMissing: the content is gone, or is not what was uploaded.
    """
    demand_intact(stored)
    response = FileResponse(
        open_file(stored), as_attachment=True, filename=stored.name, content_type=stored.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
