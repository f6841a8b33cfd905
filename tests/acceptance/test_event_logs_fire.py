"""Each regression case of SigmaHQ fires its rule from its Windows event log as from its JSON."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import yaml

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.files import open_events
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile

#: Python 3.11 knows filters of archives from 3.11.4 on
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def test_event_logs_fire_their_rules(acceptance: Path, tmp_path: Path) -> None:
    cases: list[tuple[str, list[str], int]] = []
    with tarfile.open(acceptance / "sigma" / "sigmahq-regression.tar.gz") as archive:
        archive.extractall(tmp_path, **SAFELY)  # noqa: S202 - an archive of our own tests' folder
    for info in sorted(tmp_path.rglob("info.yml")):
        described = yaml.safe_load(info.read_text(encoding="utf-8"))
        ids = [rule["id"] for rule in described["rule_metadata"]]
        for test in described.get("regression_tests_info") or ():
            if test["path"].endswith(".evtx"):
                cases.append((test["path"], ids, test.get("match_count", 1)))
    assert len(cases) > 90
    wanted = {rule for _path, ids, _least in cases for rule in ids}
    with tarfile.open(acceptance / "sigma" / "sigmahq-rules.tar.gz") as archive:
        files = [
            RuleFile(member.name, archive.extractfile(member).read())  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and member.name.startswith("rules") and member.name.endswith(".yml")
        ]
    chosen = [file for file in files if any(rule.encode() in file.content for rule in wanted)]
    compiled = compile_rules(read(chosen))
    numbers = {info.key: number for number, info in enumerate(compiled.rules)}
    engine = Engine(compiled.pack)
    silent = []
    for name, ids, least in cases:
        with open_events(tmp_path / name) as file:
            lines = [line for batch in file for line in batch.lines]
        found = [rule for _event, rule in engine.match(lines).pairs]
        silent += [(name, rule) for rule in ids if found.count(numbers[rule]) < least]
    assert silent == []
