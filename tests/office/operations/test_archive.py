"""The backup file on its own: what is written is read back, and nothing else passes."""

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from plumbline.office.operations import archive
from plumbline.office.operations.archive import BackupError, Manifest


@pytest.fixture
def member(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(300_000))
    return path


@pytest.fixture
def written(tmp_path: Path, member: Path) -> Path:
    path = tmp_path / "backup.tar.gz"
    archive.write(
        path, manifest=manifest(), members=[("database/a", member), ("files/ab/附件 1.pdf", member)]
    )
    return path


def manifest() -> Manifest:
    return Manifest(created_at="2023-04-01T00:00:00+00:00", version="0.1.0", database="sqlite", migrations=[])


def test_what_is_written_is_read_back(written: Path, member: Path, tmp_path: Path) -> None:
    read = archive.verify(written)
    assert [entry.name for entry in read.entries] == ["database/a", "files/ab/附件 1.pdf"]
    folder = tmp_path / "out"
    folder.mkdir()
    archive.extract(written, folder, manifest=read)
    assert (folder / "files/ab/附件 1.pdf").read_bytes() == member.read_bytes()


def test_only_its_owner_reads_a_backup(written: Path) -> None:
    assert written.stat().st_mode & 0o077 == 0


def test_an_existing_file_is_never_overwritten(written: Path, member: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(BackupError, match="没有覆盖"):
        archive.write(written, manifest=manifest(), members=[("database/a", member)])
    assert written.read_bytes() == before


def test_a_memory_stick_that_knows_no_links_takes_a_backup(
    tmp_path: Path, member: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(archive.os, "link", refuse)
    path = tmp_path / "backup.tar.gz"
    archive.write(path, manifest=manifest(), members=[("a", member)])
    assert archive.verify(path).entries
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["backup.tar.gz", "source"]


def test_a_backup_that_breaks_off_leaves_nothing(tmp_path: Path, member: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    with pytest.raises(BackupError):
        archive.write(path, manifest=manifest(), members=[("a", member), ("b", tmp_path / "gone")])
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["source"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_backup_is_refused(written: Path, share: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupError, match="备份"):
        archive.verify(written)


def repack(path: Path, change) -> None:
    """Write the archive anew with `change(name, content)`; None leaves a member out."""
    with tarfile.open(path) as old:
        members = [(m.name, old.extractfile(m).read()) for m in old]
    with tarfile.open(path, "w:gz") as new:
        for name, content in members:
            content = change(name, content)
            if content is not None:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))


def test_a_changed_byte_is_found(written: Path) -> None:
    repack(written, lambda name, content: b"x" + content[1:] if name == "database/a" else content)
    with pytest.raises(BackupError, match="database/a"):
        archive.verify(written)


def test_a_missing_member_is_found(written: Path) -> None:
    repack(written, lambda name, content: None if name.startswith("files/") else content)
    with pytest.raises(BackupError, match=r"附件 1\.pdf"):
        archive.verify(written)


def test_a_missing_manifest_is_found(written: Path) -> None:
    repack(written, lambda name, content: None if name == "manifest.json" else content)
    with pytest.raises(BackupError, match="清单"):
        archive.verify(written)


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"not json", b'{"product": "other"}'])
def test_a_strange_manifest_is_refused(written: Path, content: bytes) -> None:
    repack(written, lambda name, old: content if name == "manifest.json" else old)
    with pytest.raises(BackupError):
        archive.verify(written)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "a\\b", "c:d"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as bad:
        bad.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(BackupError, match="不应有的内容"):
        archive.verify(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar.gz"
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(path, "w:gz") as bad:
        bad.addfile(link)
    with pytest.raises(BackupError, match="不应有的内容"):
        archive.verify(path)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(gzip.compress(b"hello"))
    with pytest.raises(BackupError, match="完好的备份"):
        archive.verify(path)
