"""Several processes, killed ones, and interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import environment
from tests.cli.detect.cases import found, run


def test_any_number_of_processes_gives_the_same(tmp_path: Path, rules: Path, big: Path) -> None:
    outputs = [
        run(tmp_path, big, "--rules", rules, "--format", "json", "--jobs", str(jobs)).stdout
        for jobs in (1, 2, 5)
    ]
    assert outputs[0] == outputs[1] == outputs[2]
    expected = [("lines.json", n) for n in range(0, 60_000, 10)] + [
        ("packed.json.gz", n) for n in range(20_000)
    ]
    assert [(file, event) for file, event, _title in found(outputs[0])] == expected


def children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            yield int(path.parent.name)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to find the processes")
def test_a_killed_process_is_replaced_and_nothing_comes_twice(tmp_path: Path, rules: Path, big: Path) -> None:
    whole = run(tmp_path, big, "--rules", rules, "--format", "json").stdout
    out = tmp_path / "out.json"
    command = [
        sys.executable,
        "-m",
        "plumbline",
        "detect",
        big,
        "--rules",
        rules,
        "--format",
        "json",
        "-j",
        "2",
    ]
    process = subprocess.Popen(
        [*map(str, command), "--output", str(out)],
        env=environment(tmp_path / "data"),
        stderr=subprocess.PIPE,
        text=True,
    )
    killed: set[int] = set()
    while process.poll() is None and len(killed) < 2:
        for child in children(process.pid):
            if child not in killed and list(tmp_path.glob("out.json.*.part")):
                time.sleep(0.25)
                with suppress(ProcessLookupError):  # it was done by then
                    os.kill(child, signal.SIGKILL)
                killed.add(child)
                break
        time.sleep(0.01)
    _out, errors = process.communicate(timeout=120)
    assert killed and "检测进程异常退出" in errors, errors
    assert process.returncode == 1
    assert out.read_text(encoding="utf-8") == whole


def test_ctrl_c_leaves_no_half_written_file(tmp_path: Path, rules: Path, big: Path) -> None:
    out = tmp_path / "out.json"
    command = [
        sys.executable,
        "-m",
        "plumbline",
        "detect",
        big,
        big,
        "--rules",
        rules,
        "-f",
        "json",
        "-o",
        out,
    ]
    process = subprocess.Popen(
        [*map(str, command)], env=environment(tmp_path / "data"), stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out.json.*.part")) and time.monotonic() < deadline:
        time.sleep(0.01)
    helpers = list(children(process.pid))
    process.send_signal(signal.SIGINT)
    _out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors.decode()
    assert not out.exists() and not list(tmp_path.glob("*.part"))
    assert not [one for one in helpers if Path(f"/proc/{one}").exists()]
