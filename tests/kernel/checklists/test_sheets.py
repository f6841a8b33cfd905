"""Checklists as offices write them in spreadsheets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.checklists.sheet_words import (
    answer_of,
    choices_of,
    choices_text,
    condition_of,
    condition_text,
    field_of,
)
from plumbline.kernel.errors import ChecklistError, PlumblineError
from tests.kernel.checklists.sheets import COLUMNS, ROWS, workbook


def read(data: bytes, name: str = "某表.xlsx"):
    return read_checklist(name, data)


def outline(draft) -> list[tuple[str, int, str, str]]:
    return [(item.key, item.depth, item.answer, item.title) for item in draft.items]


def one(*rows: list[object], merged: tuple[str, ...] = ()) -> bytes:
    return workbook(("S", rows, merged))


def test_sections_in_rows_of_their_own():
    draft = read(ROWS)
    assert (draft.title, draft.edition, draft.points) == ("示例县2026年网络安全检查表", "2026", Decimal(15))
    assert outline(draft) == [
        ("1", 0, "", "一、责任制落实"),
        ("1.1", 1, "conformity", "明确主要负责人"),
        ("1.2", 1, "conformity", "每年研究网络安全工作"),
        ("2", 0, "", "二、防护措施"),
        ("2.1", 1, "", "（一）等级保护"),
        ("2.1.1", 2, "conformity", "完成定级备案"),
        ("2.2", 1, "", "（二）口令管理"),
        ("2.2.1", 2, "conformity", "不使用弱口令"),
    ]
    first = draft.questions[0]
    assert (first.guidance, first.basis, first.points) == ("查阅文件", "责任制实施办法第二条", Decimal(3))
    assert first.where == "检查表!B5"
    assert "第13行、第14行、第15行" in "".join(draft.notes)


def test_sections_in_merged_columns_and_boxes_to_tick():
    draft = read(COLUMNS)
    assert outline(draft) == [
        ("1", 0, "", "责任制"),
        ("1.1", 1, "yes_no", "明确责任人"),
        ("1.2", 1, "yes_no", "签订责任书"),
        ("2", 0, "", "技术防护"),
        ("2.1", 1, "conformity", "安装杀毒软件"),
        ("2.2", 1, "choice", "备份方式"),
    ]
    assert [c[1] for c in draft.questions[-1].choices] == ["本地", "异地", "没有"]
    assert "评分标准：缺一份扣1分" in draft.questions[1].guidance
    assert (draft.title, draft.points) == ("某表", Decimal(10))
    assert "备注" in "".join(draft.notes)


def test_each_sheet_is_a_section_and_sheets_without_a_head_are_told():
    head = ["序号", "安全控制点", "测评项", "测评方法"]
    draft = read(
        workbook(
            ("物理", [head, [1, "位置", "防震", "核查"], [2, None, "避免顶层", None]], ["B2:B3", "D2:D3"]),
            ("网络", [head, [1, "架构", "带宽", None]], []),
            ("填表说明", [["请认真填写"]], []),
        )
    )
    assert [(k, t) for k, _d, _a, t in outline(draft)] == [
        ("1", "物理"), ("1.1", "位置"), ("1.1.1", "防震"), ("1.1.2", "避免顶层"),
        ("2", "网络"), ("2.1", "架构"), ("2.1.1", "带宽"),
    ]  # fmt: skip
    assert [q.guidance for q in draft.questions] == ["核查", "核查", ""]
    assert "填表说明" in "".join(draft.notes)


def test_a_title_that_is_merged_downwards_takes_the_rows_below():
    draft = read(
        one(
            ["检查内容", "检查方法", "分值"],
            ["门禁", "看现场", 2],
            [None, "看记录", 1],
            ["消防", "看", 3],
            merged=("A2:A3",),
        )
    )
    assert [(q.title, q.points) for q in draft.questions] == [("门禁", Decimal(3)), ("消防", Decimal(3))]
    assert draft.questions[0].guidance == "看现场\n看记录"


def test_points_in_brackets_behind_the_title():
    draft = read(one(["自查项目", "自查情况"], ["装了杀毒软件（5分）", ""], ["有备份（满分 3 分）", ""]))
    assert [q.points for q in draft.questions] == [Decimal(5), Decimal(3)]


def test_numbers_of_the_sheet_are_kept_where_they_tell_the_place():
    draft = read(
        one(
            ["编号", "检查内容", "作答方式", "适用条件"],
            ["A-1", "是否有网站", "是/否", ""],
            ["A-2", "网站数量", "数值", "A-1=是"],
        )
    )
    assert [q.key for q in draft.questions] == ["A-1", "A-2"]
    assert draft.questions[1].condition == {"item": "A-1", "in": ["yes"]}
    assert draft.is_usable


def test_the_head_that_is_repeated_on_every_page_is_left_out():
    head = ["序号", "检查内容", "分值"]
    draft = read(one(head, [1, "甲", 1], head, [2, "乙", 1]))
    assert [q.title for q in draft.questions] == ["甲", "乙"]


def test_mistakes_are_named_with_their_cells():
    draft = read(
        one(
            ["序号", "检查内容", "分值", "作答方式", "适用条件"],
            [1, "甲", "若干", "", ""],
            [2, "乙", 1, "看着办", ""],
            [3, "", 1, "", ""],
            [4, "丁", 1, "", "听说"],
            [5, "戊", 1, "", "9=是"],
        )
    )
    told = {problem.where: problem.what for problem in draft.problems if problem.where}
    assert "若干" in told["S!C2"] and "看着办" in told["S!D3"] and "没有检查内容" in told["S 第4行"]
    assert "适用条件" in told["S!E5"] and "不存在" in told["S!B6"]
    assert not draft.is_usable
    assert all(problem.advice for problem in draft.problems if problem.blocking)


@pytest.mark.parametrize("rows", [[["只有文字"]], [["姓名", "电话"], ["张三", "1"]], [[]]])
def test_a_sheet_without_a_head_says_what_is_missing(rows):
    with pytest.raises(PlumblineError) as caught:
        read(one(*rows))
    assert caught.value.advice


def test_no_workbook_at_all_is_refused():
    with pytest.raises(PlumblineError):
        read(b"PK\x03\x04 nothing")
    with pytest.raises(ChecklistError, match="不认识"):
        read_checklist("检查表.pdf", b"%PDF-1.7")
    with pytest.raises(ChecklistError, match="空的"):
        read(b"")


@pytest.mark.parametrize(
    ("text", "kind", "choices"),
    [
        ("是/否", "yes_no", []),
        ("□是 □否", "yes_no", []),
        ("有/无", "yes_no", []),
        ("□符合 □基本符合 □不符合", "choice", ["符合", "基本符合", "不符合"]),
        ("□符合□部分符合□不符合□不适用", "conformity", []),
        ("选择：全部；部分；没有", "choice", ["全部", "部分", "没有"]),
        ("填空", "text", []),
        ("数值", "number", []),
    ],
)
def test_kinds_of_answers_are_understood(text, kind, choices):
    assert answer_of(text) == (kind, choices)


def test_heads_are_known_with_brackets_and_blanks():
    assert field_of("检 查 内 容（必填）") == "title"
    assert field_of("分值\n（100分）") == "points"
    assert field_of("不相干") == ""


def test_cells_that_the_export_writes_are_read_back():
    choices = (("1", "全部", "1"), ("2", "没有", None))
    assert tuple(choices_of(choices_text(choices))) == choices
    for condition in ({"item": "1.2", "in": ["yes", "partly"]}, {"any": [{"item": "1", "in": ["no"]}]}):
        assert condition_of(condition_text(condition)) == condition
    assert condition_of("{") is None
