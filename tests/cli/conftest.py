"""The command as its users run it: another process, its own data folder, SQLite."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(data: Path, **more: str) -> dict[str, str]:
    """The machine's environment, without what the tests themselves run with."""
    own = {
        "DATABASE_URL",
        "DJANGO_SETTINGS_MODULE",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
        "PYTHONDONTWRITEBYTECODE",
    }
    kept = {name: value for name, value in os.environ.items() if name not in own and "PLUMBLINE" not in name}
    return {**kept, "PLUMBLINE_DATA": str(data), "PYTHONUTF8": "1", **more}


def plumbline(data: Path, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `plumbline WORDS` on a data folder."""
    command = [sys.executable, "-m", "plumbline", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(data, **more), timeout=120)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables, an administrator and an upload; copied by `data`, never used itself."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    for words in (["migrate"], ["user", "create", "wang", "--name", "王敏", "--role", "administrator"]):
        done = plumbline(folder, *words)
        assert done.returncode == 0, done.stderr
    upload = folder / "files" / "ab" / "cd" / "abcd"
    upload.parent.mkdir(parents=True)
    upload.write_bytes("佐证".encode() * 1000)
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return shutil.copytree(prepared, tmp_path / "data")


@pytest.fixture
def run(data: Path) -> Run:
    """`run("doctor")`: the command on the test's data folder."""

    def go(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return plumbline(data, *words, **more)

    return go
