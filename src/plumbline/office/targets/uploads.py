"""Which files back a payment or a value, and which hold payments to be taken in."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from plumbline.office.accounts.models import User
from plumbline.office.files.kinds import SHEETS
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file, store

#: Largest file of evidence: scans of many pages, not films.
EVIDENCE_LIMIT = 20 * 1024 * 1024
SHEET_LIMIT = 10 * 1024 * 1024


def keep_evidence(upload: UploadedFile, *, user: User) -> StoredFile:
    """Keep a file that proves something.

    Raises:
        ContentRefused: kind, size or content is not acceptable.
    """
    return store(upload, user=user, limit=EVIDENCE_LIMIT)


def keep_sheet(upload: UploadedFile, *, user: User) -> StoredFile:
    """Keep a filled-in .xlsx.

    Raises:
        ContentRefused: it is none, or too large.
    """
    return store(upload, user=user, allowed=SHEETS, limit=SHEET_LIMIT)


def content_of(stored: StoredFile) -> bytes:
    """The whole content of a kept file.

    Raises:
        FileMissing: it is gone.
    """
    with open_file(stored) as file:
        return file.read()
