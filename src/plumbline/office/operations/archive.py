"""The backup file: one .tar.gz whose last member, manifest.json, names every other with size and SM3.

Written beside its name and linked into place when complete, so a backup that was interrupted leaves
nothing that looks like one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from plumbline.kernel.errors import PlumblineError

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 256 * 1024 * 1024
BLOCK = 1024 * 1024
NAME = re.compile(r"[^\x00-\x1f/\\:]+(/[^\x00-\x1f/\\:]+)*")
DAMAGE = (tarfile.TarError, EOFError, zlib.error, OSError)


class BackupError(PlumblineError):
    """A backup cannot be written, or is not what it must be to be restored."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the archive: name, size in bytes, SM3 as 64 hexadecimal digits."""

    name: str
    size: int
    sm3: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        created_at: UTC, ISO 8601.
        version: of the product that wrote it.
        database: "sqlite" or "postgresql".
        migrations: (app, name) of every migration that the database had.
    """

    created_at: str
    version: str
    database: str
    migrations: list[list[str]]
    entries: list[Entry] = field(default_factory=list)
    format: int = FORMAT
    product: str = "plumbline"


def write(path: Path, *, manifest: Manifest, members: Iterable[tuple[str, Path]]) -> str:
    """Write a backup; returns the SM3 of its manifest, which stands for all of it.

    Args:
        manifest: without entries; they are added here.
        members: (name in the archive, file).

    Raises:
        BackupError: the file exists, or cannot be written.
    """
    if path.exists():
        raise BackupError("已有同名文件，没有覆盖", where=str(path), advice="请换一个文件名。")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        digest = _write_draft(draft, manifest, members)
        _put_in_place(draft, path)
    except FileExistsError:
        raise BackupError("已有同名文件，没有覆盖", where=str(path), advice="请换一个文件名。") from None
    except OSError as error:
        raise BackupError(f"备份没有写成（{error.strerror}）", where=str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
    return digest


def _put_in_place(draft: Path, path: Path) -> None:
    """Give the draft its name; a link never overwrites, and a memory stick often knows no links."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)


def _write_draft(draft: Path, manifest: Manifest, members: Iterable[tuple[str, Path]]) -> str:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            for name, source in members:
                manifest.entries.append(_add(archive, name, source))
            content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        raw.flush()
        os.fsync(raw.fileno())
    return hashlib.new("sm3", content).hexdigest()


def _add(archive: tarfile.TarFile, name: str, source: Path) -> Entry:
    """Add a file; its digest is taken from the very bytes that go into the archive."""
    with source.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size = os.fstat(file.fileno()).st_size
        member.mtime = int(os.fstat(file.fileno()).st_mtime)
        reader = _Digesting(file)
        archive.addfile(member, reader)  # type: ignore[arg-type]
    return Entry(name, member.size, reader.digest.hexdigest())


class _Digesting:
    """A readable file that digests what passes through."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.new("sm3")
        self._file = file

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def verify(path: Path) -> Manifest:
    """Read a backup to its end and compare every member with the manifest.

    Raises:
        BackupError: it is no backup, is damaged, was changed, or is of a newer format.
    """
    found: dict[str, Entry] = {}
    manifest: Manifest | None = None
    with _opened(path) as members:
        for name, file, size in members:
            if name == MANIFEST:
                manifest = _parse(file.read(MANIFEST_LIMIT), path)
            else:
                found[name] = Entry(name, size, _copy(file, None))
    if manifest is None:
        raise BackupError("备份不完整：缺少清单", where=str(path), advice="请换用另一份备份。")
    promised = {entry.name: entry for entry in manifest.entries}
    wrong = sorted(name for name in promised.keys() | found.keys() if promised.get(name) != found.get(name))
    if wrong:
        raise BackupError(
            f"备份与清单不符（{len(wrong)} 项，如 {wrong[0]}），可能已损坏或被改动",
            where=str(path),
            advice="没有恢复任何内容；请换用另一份备份。",
        )
    return manifest


def extract(path: Path, folder: Path, *, manifest: Manifest) -> None:
    """Unpack a verified backup into an empty folder, comparing once more.

    Raises:
        BackupError: the file changed since it was verified, or cannot be unpacked.
    """
    promised = {entry.name: entry for entry in manifest.entries}
    with _opened(path) as members:
        for name, file, _size in members:
            if name == MANIFEST:
                continue
            target = folder.joinpath(*PurePosixPath(name).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as output:
                digest = _copy(file, output)
            if name not in promised or promised[name].sm3 != digest:
                raise BackupError("备份在恢复途中被改动", where=str(path))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes], int]]]:
    """(name, content, size) of every member; damage that shows anywhere on the way is one error."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            yield _members(archive, path)
    except FileNotFoundError:
        raise BackupError("没有这个文件", where=str(path)) from None
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise BackupError(f"没有完成（{error.strerror}）", where=str(path)) from error
        raise BackupError(
            "这不是完好的备份文件", where=str(path), advice=f"没有恢复任何内容；请换用另一份备份。（{error}）"
        ) from error


def _members(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[str, IO[bytes], int]]:
    """Every member; anything but a plain file with a plain name is refused."""
    for member in archive:
        file = archive.extractfile(member) if member.isreg() else None
        plain = NAME.fullmatch(member.name) and ".." not in member.name.split("/")
        if file is None or not plain:
            raise BackupError(f"备份里有不应有的内容：{member.name}", where=str(path))
        yield member.name, file, member.size


def _copy(file: IO[bytes], output: IO[bytes] | None) -> str:
    digest = hashlib.new("sm3")
    while block := file.read(BLOCK):
        digest.update(block)
        if output is not None:
            output.write(block)
    return digest.hexdigest()


def _parse(content: bytes, path: Path) -> Manifest:
    try:
        fields: dict[str, Any] = json.loads(content)
        manifest = Manifest(**{**fields, "entries": [Entry(**entry) for entry in fields["entries"]]})
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError("备份的清单读不出来", where=str(path)) from error
    if manifest.product != "plumbline" or manifest.format > FORMAT:
        raise BackupError(
            "这份备份不是本软件写的，或由更新的版本写成", where=str(path), advice="请先升级软件再恢复。"
        )
    return manifest
