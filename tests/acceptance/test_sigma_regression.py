"""SigmaHQ's rules compile, and each of its regression cases fires its rule."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Compiled, RuleFile


@pytest.fixture(scope="module")
def compiled(acceptance: Path) -> Compiled:
    return compile_rules(read(rule_files(acceptance / "sigma" / "sigmahq-rules.tar.gz")))


def rule_files(archive: Path) -> list[RuleFile]:
    with tarfile.open(archive) as content:
        return [
            RuleFile(member.name, content.extractfile(member).read())  # type: ignore[union-attr]
            for member in content
            if member.isfile() and member.name.startswith("rules") and member.name.endswith(".yml")
        ]


def cases(archive: Path) -> Iterator[tuple[str, list[str], int, list[bytes]]]:
    """(folder, ids of rules, least matches of each, events) of each case whose events are there as JSON."""
    with tarfile.open(archive) as content:
        files = {member.name: member for member in content if member.isfile()}
        for name in sorted(files):
            if not name.endswith("info.yml"):
                continue
            info = yaml.safe_load(content.extractfile(files[name]))  # type: ignore[arg-type]
            for test in info.get("regression_tests_info") or ():
                events = test["path"].replace(".evtx", ".json")
                if events.endswith(".json"):
                    text = content.extractfile(files[events]).read().decode()  # type: ignore[union-attr]
                    ids = [rule["id"] for rule in info["rule_metadata"]]
                    yield name, ids, test.get("match_count", 1), list(documents(text))


def documents(text: str) -> Iterator[bytes]:
    """The objects of a file in which they stand one after the other."""
    decoder, place = json.JSONDecoder(), 0
    while (place := place + len(text[place:]) - len(text[place:].lstrip(" \r\n\t,[]"))) < len(text):
        found, place = decoder.raw_decode(text, place)
        yield json.dumps(found).encode()


def test_every_rule_without_a_placeholder_compiles(compiled: Compiled) -> None:
    assert len(compiled.rules) > 3_700
    assert {problem.kind for problem in compiled.problems} <= {"placeholder"}
    assert all(problem.why and problem.advice for problem in compiled.problems)


def test_every_regression_case_fires_its_rule(compiled: Compiled, acceptance: Path) -> None:
    engine = Engine(compiled.pack)
    missed, done = [], 0
    for folder, ids, least, events in cases(acceptance / "sigma" / "sigmahq-regression.tar.gz"):
        found: Counter[str] = Counter(compiled.rules[rule].key for _n, rule in engine.match(events).pairs)
        done += 1
        missed += [(folder, key, found[key]) for key in ids if found[key] < least]
    assert done > 100
    assert not missed


def test_rules_whose_log_source_is_known_are_most(compiled: Compiled) -> None:
    unknown: Any = [
        str(source)
        for source, rows in zip(compiled.pack.logsources, compiled.pack.rule_sources, strict=True)
        if not rows and source.product == "windows"
    ]
    # file_access (ETW) and file_rename are written by no event log
    assert {source.split("/")[1] for source in unknown} <= {"file_access", "file_rename"}
