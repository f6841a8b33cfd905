"""A restore that fails midway leaves the database and the files as they were."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.models import Record
from plumbline.office.operations import archive, restore
from plumbline.office.operations.backup import backup

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL")
MANIFEST = archive.Manifest(created_at="", version="", database="sqlite", migrations=[])


def database(path: Path, word: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE word (word)")
        file.execute("INSERT INTO word VALUES (?)", [word])
        file.commit()


def word(path: Path) -> str:
    with closing(sqlite3.connect(path)) as file:
        return str(file.execute("SELECT word FROM word").fetchone()[0])


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("had_files", [True, False])
def test_a_file_that_cannot_be_brought_up_to_date_is_taken_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, had_files: bool
) -> None:
    data, staged = tmp_path / "data", tmp_path / "staged"
    database(data / "plumbline.sqlite3", "old")
    database(staged / "database" / "plumbline.sqlite3", "new")
    for folder in [staged, *([data] if had_files else [])]:
        (folder / "files").mkdir()
        (folder / "files" / folder.name).write_text(folder.name)
    before = names(data) | {"sealing.key"}  # which a data folder starts with

    def fails(*_given: object) -> None:
        assert word(data / "plumbline.sqlite3") == "new"
        raise PlumblineError("没有升级成")

    monkeypatch.setattr(restore, "_finish", fails)
    with pytest.raises(PlumblineError, match="没有升级成"):
        restore._replace(staged, MANIFEST, _settings(data), path=tmp_path / "b.tar.gz")
    assert word(data / "plumbline.sqlite3") == "old"
    assert names(data) == before
    assert not list(data.glob("before-restore-*"))


def _settings(data: Path) -> restore.config.Config:
    return restore.config.load({"PLUMBLINE_DATA": str(data), "PLUMBLINE_SECRET_KEY": "k" * 50})


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings, transactional_db: None) -> Path:
    """A data folder beside the test's PostgreSQL, with one person and one upload in a backup."""
    data = tmp_path / "data"
    monkeypatch.setenv("PLUMBLINE_DATA", str(data))
    settings.MEDIA_ROOT = str(data / "files")
    upload = data / "files" / "ab" / "cd" / "abcd"
    upload.parent.mkdir(parents=True)
    upload.write_text("first")
    User.objects.create_user("wang", full_name="王敏")
    backup(tmp_path / "b.tar.gz")
    User.objects.create_user("li", full_name="李强")
    upload.write_text("second")
    return data


@on_postgresql
def test_database_and_files_come_back_together(office: Path, tmp_path: Path) -> None:
    done = restore.restore(tmp_path / "b.tar.gz", force=True)
    assert [user.username for user in User.objects.all()] == ["wang"]
    assert (office / "files/ab/cd/abcd").read_text() == "first"
    assert done.kept and (done.kept / "files/ab/cd/abcd").read_text() == "second"
    assert Record.objects.filter(action="system.restore").count() == 1


@on_postgresql
@pytest.mark.parametrize("step", ["_finish", "_swapped"])
def test_what_fails_after_the_database_was_loaded_leaves_it_as_it_was(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fails(*_given: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(restore, step, fails)
    with pytest.raises(OSError, match="disk full"):
        restore.restore(tmp_path / "b.tar.gz", force=True)
    assert {user.username for user in User.objects.all()} == {"wang", "li"}
    assert (office / "files/ab/cd/abcd").read_text() == "second"


@on_postgresql
def test_files_go_back_when_the_transaction_cannot_end(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        assert (office / "files/ab/cd/abcd").read_text() == "first"
        raise OperationalError("connection lost")

    monkeypatch.setattr(connection, "_commit", fails)
    with pytest.raises(archive.BackupError, match="connection lost"):
        restore.restore(tmp_path / "b.tar.gz", force=True)
    monkeypatch.undo()
    assert (office / "files/ab/cd/abcd").read_text() == "second"
    assert {user.username for user in User.objects.all()} == {"wang", "li"}
