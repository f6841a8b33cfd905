"""Events of each kind reach the rules of their log source, under the names that rules use."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.compiling import compile_rules
from plumbline.kernel.detection.engine import Engine
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.folding import fold
from plumbline.kernel.detection.logsources import FOLDER, LogSource, load_rows
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile
from plumbline.kernel.detection.shapes.base import leaves
from plumbline.kernel.detection.shapes.json_object import JsonObject
from plumbline.kernel.detection.texts import texts_of
from tests.kernel.detection.test_exactness import engine_of

ROWS = load_rows()


def source(text: str) -> dict[str, str]:
    """From `product/category/service`, * for none, to what a rule writes."""
    names = ("product", "category", "service")
    return {name: part for name, part in zip(names, text.split("/"), strict=True) if part != "*"}


def fires(logsource: str, detection: Any, event: dict[str, Any], **options: Any) -> bool:
    described = {
        "title": "t",
        "logsource": source(logsource),
        "detection": {"s": detection, "condition": "s"},
    }
    engine, kept = engine_of([described])
    assert kept
    return engine.match([orjson.dumps(event)], **options).pairs == [(0, 0)]


#: a line each: log source, what a rule of it asks, an event as the usual tools write it
KINDS = [
    orjson.loads(line) for line in (Path(__file__).parent / "kinds.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("kind", KINDS, ids=[f"{n}-{kind['logsource']}" for n, kind in enumerate(KINDS)])
def test_events_of_a_kind_reach_rules_of_their_log_source(kind: dict[str, Any]) -> None:
    assert fires(kind["logsource"], kind["detection"], kind["event"])
    assert not fires("elsewhere/x/y", kind["detection"], kind["event"])


def test_rules_of_a_source_that_no_row_knows_run_where_the_caller_declares_it() -> None:
    event = {"TargetFilename": "a", "FileName": "b"}
    assert not fires("windows/file_access/*", {"FileName": "b"}, event)
    assert fires(
        "windows/file_access/*", {"FileName": "b"}, event, declared=LogSource("windows", "file_access")
    )


def test_a_field_of_the_head_to_which_an_alias_leads_too_has_both_values() -> None:
    event = {"event": {"dataset": "github.audit", "action": "org.x"}, "action": "other"}
    assert fires("github/*/audit", {"action": "org.x"}, event)
    assert fires("github/*/audit", {"action": "other"}, event)
    assert fires(
        "github/*/audit",
        {"action|startswith": "org."},
        {"event.dataset": "github.audit", "event.action": "org.x"},
    )


@pytest.mark.parametrize("name", ["Action", "ACTION", "action"])
def test_heads_are_read_in_any_case(name: str) -> None:
    assert fires("github/*/audit", {"aCtion": "org.x"}, {name: "org.x"})
    assert fires("github/*/audit", {"aCtion": "org.x"}, {"ACTIOn": "y", name: "org.x"})


HEADS = ("a.b.c", "k", "a")
names = st.sampled_from(["a", "A", "a.b", "a.B.c", "b", "b.c", "C", "c", "k", "K", "\u212a", "x"])
nested = st.recursive(
    st.one_of(st.none(), st.integers(0, 3), st.text("xy", max_size=2)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(names, nested, max_size=4))
def test_heads_of_json_are_what_its_fields_are(event: dict[str, Any]) -> None:
    found, _near = JsonObject().opened(event, HEADS)
    for head, value in zip(HEADS, found, strict=True):
        expected = [text for name, one in leaves(event) if fold(name) == head for text in texts_of(one)]
        assert sorted(texts_of(value)) == sorted(expected)


def test_rows_are_honest_and_heads_of_json_few() -> None:
    assert {row.confidence for row in ROWS} <= {"high", "medium", "low"}
    assert len({fold(name) for row in ROWS if "json" in row.shapes for name, _values in row.when}) <= 25
    for path in FOLDER.glob("*.toml"):
        assert "# source: " in path.read_text(encoding="utf-8"), path.name


def test_all_but_what_no_log_says_has_a_source(acceptance: Path) -> None:
    with tarfile.open(acceptance / "sigma" / "sigmahq-rules.tar.gz") as archive:
        files = [
            RuleFile(member.name, archive.extractfile(member).read())  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and member.name.startswith("rules") and member.name.endswith(".yml")
        ]
    reading = read(files)
    without = {
        str(document.info.logsource)
        for document in reading.documents
        if document.kind == "detection" and not any(document.info.logsource.takes(row.source) for row in ROWS)
    }
    assert without == {"windows/file_access/*", "windows/file_rename/*"}


def test_an_empty_pack_reads_no_heads() -> None:
    assert Engine(compile_rules(read([])).pack).match([b'{"a":1}']).pairs == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("product = ", "toml"),
        ('product = "x"', "shapes"),
        ('shapes = ["windws"]', "windws"),
        ('shapes = ["json"]\n[services]\na = [{b = 1}]', "应是文字"),
        ('shapes = ["json"]\nrow = [{product = "x"}]', "when"),
        ('shapes = ["json"]\nrow = 5', ""),
    ],
)
def test_own_rows_that_cannot_be_read_are_told_by_file(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_rows([tmp_path])
    assert refused.value.where == "own.toml"
    assert what.lower() in str(refused.value.advice).lower() or what == "toml"


def test_one_channel_may_stand_without_a_list(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'shapes = "windows"\nproduct = "windows"\n[services]\nown = "Own/Operational"\n', encoding="utf-8"
    )
    (row,) = load_rows([tmp_path])
    assert row.shapes == ("windows",) and row.when == (("Channel", ("Own/Operational",)),)
