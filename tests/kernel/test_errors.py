from __future__ import annotations

import pytest

from plumbline.kernel.errors import PlumblineError


@pytest.mark.parametrize(
    ("what", "advice", "sentence"),
    [
        ("“约十四”不是一个数", "请只填数值。", "“约十四”不是一个数。请只填数值。"),
        ("文件是空的。", "请重新选择。", "文件是空的。请重新选择。"),
        ("The file is empty.", "Choose another.", "The file is empty. Choose another."),
        ("The file is empty", "Choose another.", "The file is empty. Choose another."),
        ("文件是空的", "", "文件是空的"),
    ],
)
def test_cause_and_advice_are_two_sentences(what: str, advice: str, sentence: str) -> None:
    assert PlumblineError(what, advice=advice).sentence == sentence


def test_the_place_comes_first() -> None:
    assert str(PlumblineError("不是数", where="表!C7", advice="请改。")) == "表!C7：不是数。请改。"
