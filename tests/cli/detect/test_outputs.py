"""Where results go: nothing is overwritten, nothing is lost without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import environment
from tests.cli.detect.cases import run


def test_logs_are_never_written_over(tmp_path: Path, rules: Path, logs: Path) -> None:
    log = logs / "a.json"
    before = log.read_bytes()
    (tmp_path / "link.json").symlink_to(log)
    for words in (["--output", log], ["--report", log], ["--output", tmp_path / "link.json"]):
        done = run(tmp_path, logs, "--rules", rules, *words)
        assert done.returncode == 2 and "不能覆盖" in done.stderr
    assert log.read_bytes() == before


def test_the_name_of_the_output_tells_its_format(tmp_path: Path, rules: Path, logs: Path) -> None:
    for name, begins in (
        ("x.csv", b"\xef\xbb\xbf"),
        ("x.json", b'{"kind"'),
        ("x.txt", "共 3 个文件".encode()),
    ):
        run(tmp_path, logs, "--rules", rules, "--output", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("format", ["text", "csv", "json"])
def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path, rules: Path, logs: Path, format: str) -> None:
    words = ["detect", logs, "--rules", rules, "--format", format]
    command = [sys.executable, "-m", "plumbline", *map(str, words)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, env=environment(tmp_path / "data"), text=True
        )
    assert done.returncode == 2 and "磁盘已满" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_a_reader_that_leaves_early_is_told(tmp_path: Path, rules: Path, big: Path) -> None:
    words = ["detect", big, "--rules", rules, "--format", "json"]
    command = [sys.executable, "-m", "plumbline", *map(str, words)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path / "data")
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 2 and "没有读完就退出了" in errors and "Traceback" not in errors
