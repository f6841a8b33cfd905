"""Folders with rules and logs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import yaml

from tests.cli.detect.cases import RULES, download, failure, ndjson


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for rule in RULES:
        (folder / f"{rule['id']}.yml").write_text(yaml.safe_dump(rule, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    (folder / "sub").mkdir(parents=True)
    events = [failure(1, "wang"), download(0), {"EventID": 1}, failure(2, "wang"), failure(3, "li")]
    (folder / "a.json").write_bytes(ndjson(events))
    (folder / "sub" / "b.json.gz").write_bytes(gzip.compress(ndjson([failure(4, "WANG"), download(1)])))
    (folder / "sub" / "c.json").write_text(json.dumps([download(2), download(3)], indent=1))
    return folder


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files big enough to be split, with events of every kind."""
    folder = tmp_path_factory.mktemp("big")
    padding = "x" * 600
    with (folder / "lines.json").open("wb") as file:
        for start in range(0, 60_000, 1_000):
            file.write(
                ndjson(
                    [
                        {**(download(n) if n % 10 == 0 else {"EventID": 1}), "n": n, "padding": padding}
                        for n in range(start, start + 1_000)
                    ]
                )
            )
    (folder / "packed.json.gz").write_bytes(
        gzip.compress(ndjson([download(n) for n in range(20_000)]), compresslevel=1)
    )
    return folder
