"""Everything that the office would miss, in one file: database, uploads, and the two keys."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from plumbline import __version__
from plumbline.office.audit.services import record
from plumbline.office.files.services import INCOMING
from plumbline.office.operations import archive
from plumbline.office.operations.dump import applied, dump

#: the key of the sessions, and the one without which sealed contact data cannot be opened
KEYS = ("secret.key", "sealing.key")


@dataclass(frozen=True, slots=True)
class Backup:
    """A written backup: its file, and the SM3 of its manifest."""

    path: Path
    entries: int
    size: int
    sm3: str


def backup(path: Path, *, now: datetime | None = None) -> Backup:
    """Write a backup while the office goes on working.

    The database is copied first and the uploads after it: uploads are never changed, so every file
    that the copied database names is there. What is still being received is left out.

    Raises:
        BackupError: the file exists or cannot be written.
    """
    moment = now or datetime.now(UTC)
    manifest = archive.Manifest(
        created_at=moment.astimezone(UTC).isoformat(timespec="seconds"),
        version=__version__,
        database=connection.vendor,
        migrations=applied(),
    )
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.CONFIG.data) as folder:
        sm3 = archive.write(path, manifest=manifest, members=_members(Path(folder)))
    with transaction.atomic():
        record(actor=None, action="system.backup", detail={"file": path.name, "sm3": sm3})
    return Backup(path, len(manifest.entries), path.stat().st_size, sm3)


def _members(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in dump(folder):
        yield f"database/{file.name}", file
    for key in KEYS:
        if (settings.CONFIG.data / key).is_file():
            yield key, settings.CONFIG.data / key
    media = Path(settings.MEDIA_ROOT)
    for file in sorted(media.rglob("*")) if media.is_dir() else ():
        if file.is_file() and file.parent != media / INCOMING and not file.name.startswith("."):
            yield f"files/{file.relative_to(media).as_posix()}", file
