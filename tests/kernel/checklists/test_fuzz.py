"""Whatever a file holds, a reader gives a checklist or an error of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.checklists import reading
from plumbline.kernel.checklists.reading import READERS, read_checklist, suffixes
from plumbline.kernel.errors import PlumblineError
from tests.kernel.checklists.sheets import workbook

KEYS = st.sampled_from(
    [
        "objects",
        "object",
        "framework",
        "frameworks",
        "requirement_nodes",
        "urn",
        "parent_urn",
        "assessable",
        "depth",
        "ref_id",
        "name",
        "description",
        "questions",
        "type",
        "choices",
        "value",
        "add_score",
        "depends_on",
        "question",
        "answers",
        "implementation_groups",
        "select_implementation_groups",
        "translations",
        "zh",
        "weight",
        "catalog",
        "metadata",
        "title",
        "groups",
        "controls",
        "parts",
        "prose",
        "params",
        "props",
        "label",
        "select",
        "choice",
        "links",
        "href",
        "rel",
        "id",
        "back-matter",
        "resources",
        "uuid",
        "key",
        "items",
        "citations",
        "points",
        "condition",
        "item",
        "in",
        "basis",
        "answer",
        "any",
    ]
)
WORDS = KEYS | st.sampled_from(
    ["unique_choice", "multiple_choice", "reference", "statement", "{{ id }}", "NaN", "1e999"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.just("\ud800"), inner, max_size=6),
    max_leaves=40,
)
SOME = st.lists(TREES, max_size=5)
FITTING = st.one_of(
    TREES,
    st.builds(lambda nodes: {"objects": {"framework": {"requirement_nodes": nodes}}}, SOME),
    st.builds(lambda inner: {"catalog": {"groups": inner, "controls": inner}}, SOME),
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def attempt(name: str, data: bytes) -> None:
    try:
        draft = read_checklist(name, data)
    except PlumblineError as error:
        assert error.what
    else:
        assert draft.digest and draft.points.is_finite()
        # what the page shows and the database keeps
        repr_of_all = "".join(
            (draft.title, *draft.notes, *(i.key + i.title + i.guidance for i in draft.items))
        )
        assert "\x00" not in repr_of_all
        repr_of_all.encode()


@QUIET
@given(FITTING, st.sampled_from(["x.json", "x.yaml"]))
def test_any_tree(tree, name):
    attempt(name, json.dumps(tree).encode())


@QUIET
@given(st.binary(max_size=400), st.sampled_from(["x.json", "x.yaml", "x.toml", "x.xlsx", "x", "x.exe"]))
def test_any_bytes(data, name):
    attempt(name, data)


@QUIET
@given(st.text(max_size=400), st.sampled_from(["x.json", "x.yaml", "x.toml"]))
def test_any_text(text, name):
    attempt(name, ("objects: " + text).encode("utf-8", "surrogatepass"))
    attempt(name, ('[[items]]\nkey = "1"\n' + text).encode("utf-8", "surrogatepass"))


HEADS = [
    "检查内容",
    "序号",
    "分值",
    "类别",
    "一、总则",
    "（一）细则",
    "合计",
    "5分",
    "是/否",
    "□是□否",
    "1.1=是",
    "层级",
    "编号",
    "选项",
]
CELLS = st.none() | st.sampled_from(HEADS) | st.text("甲乙 一、1.(（□=;|", max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8), st.booleans())
def test_any_sheet(rows, with_head):
    head = [["序号", "检查内容", "分值", "作答方式", "选项", "适用条件"]] if with_head else []
    attempt("x.xlsx", workbook(("S", [*head, *rows], ["A2:B3"] if with_head else [])))


def test_every_reader_says_what_it_reads():
    assert suffixes() == (".json", ".toml", ".xlsx", ".yaml", ".yml")
    for entry in READERS:
        assert entry.title and entry.suffixes and (entry.read.__doc__ or "").strip()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("plumbline.kernel.checklists.trees.LARGEST", 10)
    with pytest.raises(PlumblineError, match="超过"):
        reading.read_checklist("x.json", b"{" * 11)
