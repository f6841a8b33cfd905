"""Forms as many provinces publish them, as text taken out of their files: every value in its place.

`further/NAME.txt` is the form, `further/NAME.read` what it says (see `printed`), written down from the
form and checked by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.kernel.errors import NotAPlan
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.layouts.numbers import lost
from tests.kernel.plans.layouts.printed import printed

FOLDER = Path(__file__).parent / "further"
FORMS = sorted(path.stem for path in FOLDER.glob("*.txt"))
#: their source is one line, mark-up or full-width figures, in which cells cannot be told apart by a split
WHOLE = {name for name in FORMS if name.startswith("runon") or name.endswith("runon")} | {"html", "fullwidth"}
HEAD = "https://www.example.gov.cn/info/1.htm\n# 版式: 某表\n# 应报: 某事\n---\n"


def form(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_a_clerk_reads_it(name: str) -> None:
    expected = (FOLDER / f"{name}.read").read_text(encoding="utf-8")
    assert printed(read_plan("表.txt", form(name).encode())) == expected


@pytest.mark.parametrize("name", [name for name in FORMS if name not in WHOLE])
def test_no_number_of_a_form_is_lost(name: str) -> None:
    assert lost(read_plan("表.txt", form(name).encode())) == []


@pytest.mark.parametrize("name", FORMS)
def test_a_note_on_the_source_above_a_form_changes_nothing_but_the_lines(name: str) -> None:
    expected = (FOLDER / f"{name}.read").read_text(encoding="utf-8")
    assert printed(read_plan("表.txt", (HEAD + form(name)).encode())) == expected


@pytest.mark.parametrize("name", ["xinjiang", "md_pages", "central"])
def test_a_form_in_the_encoding_of_old_office_machines_is_the_same(name: str) -> None:
    expected = (FOLDER / f"{name}.read").read_text(encoding="utf-8")
    assert printed(read_plan("表.txt", form(name).encode("gb18030"))) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2024年“三公”经费支出表\n合计 | 因公出国（境）费 | 公务接待费 |\n8.50 | 0 | 2.50 |", "三公"),
        ("2022年度项目支出绩效自评报告\n一、项目概况\n安排经费30万元，支出28.5万元。", "自评报告"),
    ],
)
def test_a_document_without_indicators_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(NotAPlan) as caught:
        read_plan("表.txt", text.encode())
    assert word in caught.value.what
