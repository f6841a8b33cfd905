"""A bound on what one request may send, before anything of it is written to the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

#: Files of the largest size that one form may carry: several pieces of evidence are sent together.
FILES_A_FORM = 4


class BoundedUpload(FileUploadHandler):
    """The first of the upload handlers: refuses a request that is too large as a whole.

    Django bounds the fields of a form but not its files, and it reads them before it knows who sends
    them; how large a single file may be is the business of whoever keeps it.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        """Look at the announced length.

        Raises:
            RequestDataTooBig: it is over the limit; the page of 413 says so.
        """
        limit = FILES_A_FORM * settings.PLUMBLINE_UPLOAD_LIMIT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > limit:
            raise RequestDataTooBig(f"{content_length} bytes announced, {limit} allowed")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
