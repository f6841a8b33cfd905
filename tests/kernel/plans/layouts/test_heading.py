"""Looking for the headings of an indicator table costs little where there are none."""

from __future__ import annotations

import pytest

from plumbline.kernel.plans.layouts import heading
from plumbline.kernel.plans.layouts.table_form import TableForm
from plumbline.kernel.plans.limits import DEFAULT_LIMITS
from plumbline.kernel.plans.readers.txt import read_txt


@pytest.mark.parametrize("words", ["项目编码\n", "项目编码\n单位名称\n", "指标值\n得分\n"])
def test_words_of_a_form_without_levels_are_passed_over_before_columns_are_worked_out(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[object] = []
    monkeypatch.setattr(heading, "indicator_columns", lambda found: worked_out.append(found) or ())
    source = read_txt("表.txt", (words * 500).encode(), limits=DEFAULT_LIMITS)
    assert TableForm().recognise(source) == 0.0
    assert not worked_out


def test_a_row_of_headings_is_still_found() -> None:
    rows = (
        "项目编码\n" * 50
        + "一级指标\t二级指标\t三级指标\t指标值\t分值\n产出指标\t数量指标\t检查次数\t≥4次\t10\n"
    )
    source = read_txt("表.txt", rows.encode(), limits=DEFAULT_LIMITS)
    assert TableForm().recognise(source) == 0.6
