"""Compiled packs in files: what comes out is what went in, and what is damaged is told."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection import storing
from plumbline.kernel.detection.compiling import Choice, compile_rules
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.packs.archives import rule_files
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile
from plumbline.kernel.detection.storing import digest_of, dump, load

RULES = """\
title: one
name: one
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith: ['\\a.exe', 'b*c'], User|cidr: 10.0.0.0/8}, condition: s}
---
title: many
date: 2026-01-02
correlation: {type: event_count, rules: [one], timespan: 5m, condition: {gte: 2}, group-by: [User]}
"""
START = len(b"PLUMBPACK\n")


@cache
def stored() -> bytes:
    return dump(compile_rules(read([RuleFile("r.yml", RULES.encode())])))


def sealed(head: object, rest: bytes = b"") -> bytes:
    """A file whose digest is right, whatever it holds."""
    plain = orjson.dumps(head)
    body = len(plain).to_bytes(8, "big") + plain + rest
    return b"PLUMBPACK\n" + hashlib.sha256(body).digest() + body


def test_what_was_kept_is_what_was_compiled() -> None:
    compiled = compile_rules(read([RuleFile("r.yml", RULES.encode())]))
    back = load(dump(compiled))
    assert back.rules == compiled.rules
    assert back.problems == compiled.problems
    assert back.correlations == compiled.correlations
    assert back.pack.atoms == compiled.pack.atoms
    assert back.pack.sources == compiled.pack.sources


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_told_and_nothing_else_happens(data: st.DataObject) -> None:
    content = bytearray(stored())
    match data.draw(st.sampled_from(["cut", "flipped", "grown"])):
        case "cut":
            del content[data.draw(st.integers(0, len(content) - 1)) :]
        case "flipped":
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        case "grown":
            content += data.draw(st.binary(min_size=1, max_size=9))
    with pytest.raises(PackError, match="已损坏"):
        load(bytes(content))


@pytest.mark.parametrize("name", ["atoms", "predicates", "sources", "infos", "correlations", "databases"])
@pytest.mark.parametrize("value", [None, 7, [7]])
def test_a_file_that_another_program_wrote_is_told(name: str, value: object) -> None:
    body = stored()[START + 32 :]
    size = int.from_bytes(body[:8], "big")
    head = orjson.loads(body[8 : 8 + size])
    load(sealed(head, body[8 + size :]))
    with pytest.raises(PackError, match="已损坏"):
        load(sealed({**head, name: value}, body[8 + size :]))
    with pytest.raises(PackError, match="已损坏"):
        load(sealed({key: one for key, one in head.items() if key != name}))
    with pytest.raises(PackError, match="已损坏"):
        load(sealed(value))


def test_a_processor_of_other_abilities_has_packs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyperscan does not take databases of a processor that can do more; a data folder may be copied."""
    here = digest_of([], None)
    assert digest_of([], None) == here
    monkeypatch.setattr(storing, "_abilities", lambda: "Features: AVX2")
    assert digest_of([], None) != here


def test_names_of_files_that_are_no_utf8_can_be_kept(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xb9\xe6\xd4\xf2.yml"  # GBK
    Path(os.fsdecode(name)).write_text(RULES)
    compiled = compile_rules(read(rule_files(tmp_path).files))
    assert compiled.rules[0].file.endswith(".yml")
    compiled.rules[0].file.encode()
    assert load(dump(compiled)).rules == compiled.rules


def test_rules_that_are_off_give_one_name_at_every_start() -> None:
    text = (
        "from plumbline.kernel.detection.compiling import Choice, Settings\n"
        "from plumbline.kernel.detection.storing import digest_of\n"
        "print(digest_of([], Settings(choice=Choice(off=frozenset('abcdefgh')))))"
    )
    names = {
        subprocess.run(
            [sys.executable, "-c", text],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(names) == 1
    assert digest_of([], Choice(off=frozenset("ab"))) != digest_of([], Choice(off=frozenset("ac")))


def test_a_pack_that_was_written_need_not_compile_its_databases_again() -> None:
    text = (
        "title: t\nid: 11111111-1111-4111-8111-111111111111\nlogsource: {product: windows}\n"
        "detection: {s: {Image|contains: evil}, condition: s}\n"
    )
    compiled = compile_rules(read([RuleFile("a.yml", text.encode())]))
    assert not compiled.pack.databases
    content = dump(compiled)
    assert compiled.pack.databases == load(content).pack.databases != {}
