"""Checklists of our own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.errors import ChecklistError

HEAD = """
key = "k"
title = "表"
[[citations]]
id = "law"
law = "《某法》"
edition = "2025年修正"
article = "第一条"
source = "公布文本"
confidence = "high"
[[citations]]
id = "old"
law = "《某办法》"
source = "传抄"
confidence = "low"
"""


def read(items: str):
    return read_checklist("k.toml", (HEAD + items).encode())


def test_citations_are_rows_of_their_own_and_the_least_sure_counts():
    draft = read(
        '[[items]]\nkey = "1"\ntitle = "甲"\nanswer = "yes_no"\nbasis = ["law", "old"]\npoints = "2.5"\n'
    )
    (item,) = draft.items
    assert item.basis == "《某法》（2025年修正）第一条\n《某办法》"
    assert (item.confidence, item.points, item.depth) == ("low", Decimal("2.5"), 0)
    assert draft.is_usable


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('basis = ["gone"]', "引用“gone”不存在"),
        ('points = "many"', "不是数"),
        ("points = -1", "0 至 9999"),
        ('answer = "maybe"', "作答方式"),
        ('severity = "awful"', "严重程度"),
        ("condition = { item = 1 }", "适用条件的写法"),
        ('condition = { item = "1", in = ["yes"] }', "循环"),
        ('answer = "choice"\nchoices = [["a", "甲", "2"], ["b", "乙"]]', "得分比例"),
        ('answer = "choice"\nchoices = [["a"]]', "至少要有两个"),
        ('colour = "red"', "不认识的栏目"),
        ('depth = 0\n[[items]]\nkey = "1"\ntitle = "乙"\nanswer = "yes_no"', "出现 2 次"),
    ],
)
def test_mistakes_are_problems_with_a_place(line, words):
    answer = "" if "answer" in line.split("\n")[0] else 'answer = "yes_no"\n'
    draft = read(f'[[items]]\nkey = "1"\ntitle = "甲"\n{answer}{line}\n')
    assert words in " ".join(problem.what for problem in draft.problems)
    assert not draft.is_usable


@pytest.mark.parametrize("text", [b"key = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_no_toml_is_refused(text):
    with pytest.raises(ChecklistError):
        read_checklist("k.toml", text)
