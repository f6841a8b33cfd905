"""A backup becomes the office's data again: verified first, then swapped in, or nothing changes."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plumbline.kernel.errors import PlumblineError
from plumbline.office import config
from plumbline.office.operations import archive
from plumbline.office.operations.boot import start_django
from plumbline.office.operations.lock import running

#: what belongs to the office's data, beside a PostgreSQL database
PARTS = (
    *("plumbline.sqlite3", "plumbline.sqlite3-wal", "plumbline.sqlite3-shm"),
    *("files", "secret.key", "sealing.key"),
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and where what was there before is kept (None: there was nothing)."""

    manifest: archive.Manifest
    kept: Path | None


def restore(path: Path, *, force: bool = False) -> Restored:
    """Verify a backup and put it in the place of the present data.

    What was there before is moved to `before-restore-…` in the data folder, never deleted; a PostgreSQL
    database is replaced (take a backup of it first). All is unpacked before anything is touched; the
    database is loaded, migrated and given its record, the files are put in place, and only then the
    transaction ends. What fails on the way leaves database and files as they were.

    Raises:
        BackupError: the backup is not sound, or does not fit this installation.
        PlumblineError: the office is running, or there is data and `force` is not given.
    """
    settings = config.load()
    with running(settings.data):
        manifest = archive.verify(path)
        _fits(manifest, settings)
        if not force:
            _refuse_to_replace(settings)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as name:
            staged = Path(name)
            archive.extract(path, staged, manifest=manifest)
            kept = _replace(staged, manifest, settings, path=path)
    return Restored(manifest, kept)


def _fits(manifest: archive.Manifest, settings: config.Config) -> None:
    here = "postgresql" if settings.database_url.startswith("postgres") else "sqlite"
    if manifest.database != here:
        raise archive.BackupError(
            f"这份备份的数据库是 {manifest.database}，本机用的是 {here}",
            advice="请在同类数据库上恢复（由环境变量 DATABASE_URL 决定）。",
        )


def _refuse_to_replace(settings: config.Config) -> None:
    if _holds_data(settings.data):
        raise PlumblineError(
            "数据目录里已有数据，没有恢复",
            where=str(settings.data),
            advice="确实要用备份替换时请加 --force；原有数据会移到旁边保留。",
        )
    if settings.database_url and _has_people():
        raise PlumblineError(
            "数据库里已有数据，没有恢复", advice="请先运行 plumbline backup，再加 --force 用备份替换它。"
        )


def _has_people() -> bool:
    start_django()
    from django.db import connection

    from plumbline.office.accounts.models import User

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return User._meta.db_table in tables and User.objects.exists()


def _replace(staged: Path, manifest: archive.Manifest, settings: config.Config, *, path: Path) -> Path | None:
    """Put what was unpacked in the place of the present data; returns where that went."""
    with contextlib.ExitStack() as undo:
        if manifest.database == "postgresql":
            kept = _replace_postgresql(undo, staged, manifest, settings.data, path=path)
        else:
            kept = _replace_sqlite(undo, staged, manifest, settings.data, path=path)
    return kept if _holds_data(kept) else _forget(kept)


def _replace_postgresql(
    undo: contextlib.ExitStack, staged: Path, manifest: archive.Manifest, data: Path, *, path: Path
) -> Path:
    start_django()
    from plumbline.office.operations.dump import load_postgresql

    kept: list[Path] = []

    def finish() -> None:
        _finish(path, manifest)
        kept.append(undo.enter_context(_swapped(staged, data)))

    # the transaction ends when this returns; should that fail, `undo` brings the files back
    load_postgresql(staged / "database", migrations=manifest.migrations, finish=finish)
    return kept[0]


def _replace_sqlite(
    undo: contextlib.ExitStack, staged: Path, manifest: archive.Manifest, data: Path, *, path: Path
) -> Path:
    from plumbline.office.operations.dump import check_sqlite

    (staged / "database" / "plumbline.sqlite3").rename(staged / "plumbline.sqlite3")
    check_sqlite(staged / "plumbline.sqlite3")
    kept = undo.enter_context(_swapped(staged, data))
    undo.callback(_disconnect)
    _finish(path, manifest)
    return kept


@contextlib.contextmanager
def _swapped(staged: Path, data: Path) -> Iterator[Path]:
    """Move the present parts into a folder of their own and the unpacked ones into their place.

    All of it is taken back if that or the block fails.
    """
    kept = data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    present = [part for part in PARTS if (data / part).exists()]
    if present:
        kept.mkdir()
    try:
        for part in present:
            (data / part).rename(kept / part)
        for part in PARTS:
            if (staged / part).exists():
                (staged / part).rename(data / part)
        yield kept
    except BaseException:
        _take_back(present, kept, data)
        raise


def _take_back(present: list[str], kept: Path, data: Path) -> None:
    for part in PARTS:
        if part not in present:
            _remove(data / part)
        elif (kept / part).exists():
            _remove(data / part)
            (kept / part).rename(data / part)
    if present:
        kept.rmdir()


def _disconnect() -> None:
    """Let go of the database file, that another one may take its place."""
    from django.db import connections

    connections.close_all()


def _holds_data(folder: Path) -> bool:
    return (folder / "plumbline.sqlite3").exists() or (folder / "files").is_dir()


def _forget(folder: Path) -> None:
    """Remove a folder that holds no more than the keys that a new data folder starts with."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _finish(path: Path, manifest: archive.Manifest) -> None:
    """Bring the tables up to this version, and let the audit chain say what happened."""
    start_django()
    from django.core.management import call_command
    from django.db import transaction

    from plumbline.office.audit.services import record

    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        detail = {"file": path.name, "created_at": manifest.created_at, "version": manifest.version}
        record(actor=None, action="system.restore", detail=detail)
