"""Taking in files, and giving them out."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.files.kinds import EVIDENCE, ContentRefused, kind_of
from plumbline.office.files.models import StoredFile
from plumbline.office.files.pictures import without_words

_CHUNK = 1024 * 1024
_MEGABYTE = 1024 * 1024
UNCHECKED = "application/octet-stream"
#: folder below the media folder for what is still being received
INCOMING = "incoming"


class FileMissing(PlumblineError):
    """The record is there, the content is not, or is not what it was."""


def store(
    upload: File, *, user: User | None, allowed: frozenset[str] = EVIDENCE, limit: int | None = None
) -> StoredFile:
    """Keep an upload whose type, size and content are as they should be.

    A picture is kept without what it tells besides the picture (see `pictures`): its digest is that of what
    is kept and given out, not of the file on the telephone.

    Args:
        upload: with a name; read from its start.
        user: who sent it; None for the system.
        allowed: keys of `kinds.KINDS`; `kinds.EVIDENCE`, `kinds.PLANS` and others are there to be named.
        limit: largest size in bytes; the installation's limit where None.

    Raises:
        ContentRefused: ending not allowed, empty, too large, damaged, encrypted, with macros, swollen, or
            another content than the ending says. Nothing is kept then.
    """
    name = _clean_name(upload.name or "")
    kind, media_type = kind_of(name, allowed=allowed)
    limit = settings.PLUMBLINE_UPLOAD_LIMIT if limit is None else limit
    upload = without_words(upload, kind=kind.key, limit=limit)
    with _Incoming(upload, name=name, limit=limit) as received:
        received.check(kind.check)
        return received.keep(media_type=media_type, user=user)


def keep_unchecked(upload: File, *, user: User | None, limit: int | None = None) -> StoredFile:
    """Keep an upload for the record without looking inside: what was refused as an import, say.

    It is only ever given out as a download of unknown type.

    Raises:
        ContentRefused: empty or too large.
    """
    name = _clean_name(upload.name or "")
    with _Incoming(upload, name=name, limit=limit) as received:
        return received.keep(media_type=UNCHECKED, user=user)


def open_file(stored: StoredFile) -> BinaryIO:
    """The content, open for reading; the caller closes it.

    Raises:
        FileMissing: it is not where it was put.
    """
    try:
        return path_of(stored.digest).open("rb")
    except OSError as error:
        raise FileMissing(
            _("文件内容不在存储目录中。"), where=stored.name, advice=_("请从备份恢复数据目录，或联系管理员。")
        ) from error


def path_of(digest: str) -> Path:
    """Where content with this digest is kept: ab/cd/<digest> below the media folder."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def demand_intact(stored: StoredFile) -> None:
    """Read the content and hold it against the digest that it was kept under.

    Raises:
        FileMissing: it is not there, or was changed on the disk.
    """
    digest = hashlib.new("sm3")
    with open_file(stored) as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != stored.digest:
        raise FileMissing(
            _("文件内容与上传时不一致，可能已损坏或被改动。"),
            where=stored.name,
            advice=_("请从备份恢复这个文件，或联系管理员。"),
        )


class _Incoming:
    """An upload in a temporary file beside its final place, with its digest; gone unless it is kept."""

    def __init__(self, upload: File, *, name: str, limit: int | None) -> None:
        self.name = name
        limit = settings.PLUMBLINE_UPLOAD_LIMIT if limit is None else limit
        incoming = Path(settings.MEDIA_ROOT) / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=incoming)
        self._path = Path(path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                self.size, self.digest = _copy(upload, file, name=name, limit=limit)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self._path.unlink()
            raise

    def __enter__(self) -> _Incoming:
        return self

    def __exit__(self, *_error: object) -> None:
        self._path.unlink(missing_ok=True)

    def check(self, check: Callable[[BinaryIO], None]) -> None:
        """Let a kind look at the content; its refusal names the file."""
        try:
            with self._path.open("rb") as content:
                check(content)
        except ContentRefused as refusal:
            raise ContentRefused(refusal.what, where=self.name, advice=refusal.advice) from refusal

    def keep(self, *, media_type: str, user: User | None) -> StoredFile:
        """Move the content to its place, and write the row. Content without a row is harmless: it is found
        again by its digest when the same file comes back."""
        place = path_of(self.digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._path.chmod(0o640)
        self._path.replace(place)
        return StoredFile.objects.create(
            digest=self.digest, name=self.name, size=self.size, media_type=media_type, uploaded_by=user
        )


def _copy(upload: File, target: BinaryIO, *, name: str, limit: int) -> tuple[int, str]:
    digest = hashlib.new("sm3")
    size = 0
    upload.seek(0)
    for chunk in upload.chunks(_CHUNK):
        size += len(chunk)
        if size > limit:
            megabytes = max(limit // _MEGABYTE, 1)
            raise ContentRefused(
                _("文件超过 %(limit)d MB。") % {"limit": megabytes},
                where=name,
                advice=_("请减小文件（例如降低扫描分辨率、分成几个文件）后再上传。"),
            )
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise ContentRefused(_("文件是空的。"), where=name, advice=_("请确认选对了文件。"))
    return size, digest.hexdigest()


def _clean_name(name: str) -> str:
    """The last part of the name without control characters, at most 200 characters, its ending kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs")).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 199 - len(ending)]}{dot}{ending[:20]}" if len(name) > 200 else name or "file"
