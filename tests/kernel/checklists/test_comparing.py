"""What became of each item from one edition to the next."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.checklists.comparing import bare, compare, propose
from plumbline.kernel.checklists.draft import ItemDraft


def item(key: str, title: str, **more: object) -> ItemDraft:
    more.setdefault("answer", "yes_no")
    return ItemDraft(key, title, 1, **more)


OLD = [
    ItemDraft("1", "责任"),
    item("1.1", "明确网络安全第一责任人", points=Decimal(2)),
    item("1.2", "每年研究网络安全工作"),
    item("1.3", "已取消的事项不再检查"),
    item("1.4", "日志留存不少于六个月"),
]
NEW = [
    ItemDraft("1", "责任"),
    item("1.1", "全新的一项要求内容"),
    item("1.2", "明确网络安全第一责任人", points=Decimal("2.00")),
    item("1.3", "每年至少研究一次网络安全工作"),
    item("1.4", "日志留存不少于六个月", points=Decimal(1)),
]


def test_items_are_found_again_when_they_move_and_are_reworded():
    pairs = {pair.after: (pair.before, pair.why) for pair in propose(OLD, NEW)}
    assert pairs == {
        "1": ("1", "key"), "1.2": ("1.1", "title"), "1.3": ("1.2", "likeness"), "1.4": ("1.4", "key"),
    }  # fmt: skip


def test_the_comparison_names_what_changed():
    rows = [(row.state, row.before, row.after, row.fields) for row in compare(OLD, NEW)]
    assert rows == [
        ("same", "1", "1", ()),
        ("added", "", "1.1", ()),
        ("same", "1.1", "1.2", ()),
        ("changed", "1.2", "1.3", ("title",)),
        ("removed", "1.3", "", ()),
        ("changed", "1.4", "1.4", ("points",)),
    ]


def test_an_edition_compared_with_itself_is_the_same():
    assert {row.state for row in compare(OLD, OLD)} == {"same"}


def test_a_section_never_continues_a_question():
    assert not propose([ItemDraft("1", "同名")], [item("1", "同名")])


def test_numbers_and_signs_at_the_head_of_a_title_do_not_count():
    assert bare("（一）等级保护。") == bare("2.1 等级保护") == "等级保护"
    assert bare("一、") == "一、"


def test_five_thousand_items_are_compared_in_seconds():
    old = [item(str(n), f"第 {n} 项要求：记录编号 {n * 7919 % 100_003} 的处置情况") for n in range(5000)]
    new = [replace(entry, title=entry.title.replace("处置", "办理")) for entry in old]
    began = time.perf_counter()
    rows = compare(old, new)
    assert time.perf_counter() - began < 20
    assert len(rows) == 5000 and {row.state for row in rows} == {"changed"}


TITLES = st.text("甲乙丙丁戊12、", max_size=6)


@given(st.lists(TITLES, max_size=8), st.lists(TITLES, max_size=8))
def test_every_item_of_both_stands_once(before, after):
    old = [item(str(n), title) for n, title in enumerate(before)]
    new = [item(str(n), title) for n, title in enumerate(after)]
    rows = compare(old, new)
    assert sorted(row.before for row in rows if row.before) == sorted(i.key for i in old)
    assert [row.after for row in rows if row.after] == [i.key for i in new]
