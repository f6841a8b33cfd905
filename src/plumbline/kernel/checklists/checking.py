"""What must hold before a checklist is kept, whatever file it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from plumbline.kernel.checklists.branching import circles, referred
from plumbline.kernel.checklists.draft import (
    ANSWERS,
    CHOICE,
    NOT_APPLICABLE,
    NUMBER,
    SECTION,
    SEVERITIES,
    SHARES,
    TEXT,
    ChecklistDraft,
    ItemDraft,
    Problem,
)

MOST_ITEMS = 20_000
LONGEST_KEY = 80
LONGEST_TEXT = 50_000
LONGEST_FINDING = 200
#: as many of one kind as are shown one by one
_SHOWN = 20


def checked(draft: ChecklistDraft) -> ChecklistDraft:
    """The draft with its problems after those that the reader found."""
    return replace(draft, problems=(*draft.problems, *_problems(draft)))


def item_problems(items: Sequence[ItemDraft]) -> list[Problem]:
    """What is wrong with the items alone: for a change of one item of a kept draft."""
    found = list(_keys(items))
    for item in items:
        found.extend(_one(item))
    found.extend(_conditions(items))
    return found


def _problems(draft: ChecklistDraft) -> Iterator[Problem]:
    if not draft.title:
        yield Problem("检查表没有名称。", advice="请在文件中填写名称，或在导入时填写。")
    if not draft.questions:
        yield Problem("没有读到检查项。", advice="请确认文件中有表头和检查内容。")
    if len(draft.items) > MOST_ITEMS:
        yield Problem(f"检查项超过 {MOST_ITEMS} 条。", advice="请拆分成几个检查表。")
    yield from _at_most(item_problems(draft.items))
    if draft.points and draft.points != 100:
        yield Problem(
            f"各项分值合计 {draft.points.normalize():f} 分，不是 100 分。",
            advice="可以这样使用，得分按得分率比较。",
            blocking=False,
        )


def _at_most(problems: Sequence[Problem]) -> Iterator[Problem]:
    yield from problems[:_SHOWN]
    rest = problems[_SHOWN:]
    if rest:
        yield Problem(f"另有 {len(rest)} 处同类问题。", blocking=any(p.blocking for p in rest))


def place(item: ItemDraft) -> str:
    """Where an item stands, in words."""
    return item.where or f"第{item.key}项"


def _keys(items: Sequence[ItemDraft]) -> Iterator[Problem]:
    for key, count in Counter(item.key for item in items).items():
        if count > 1:
            yield Problem(f"编号“{key[:40]}”出现 {count} 次。", advice="请让每一项的编号各不相同。")


def _one(item: ItemDraft) -> Iterator[Problem]:
    if not item.key or len(item.key) > LONGEST_KEY:
        yield Problem(f"编号为空或超过 {LONGEST_KEY} 个字。", place(item), "请改用简短的编号。")
    if not item.title:
        yield Problem("检查内容是空的。", place(item), "请填写检查内容，或删去这一行。")
    if item.answer not in ANSWERS:
        yield Problem(
            f"作答方式“{item.answer[:20]}”无法识别。", place(item), "可用：符合性、是否、选择、数值、文字。"
        )
    if item.severity and item.severity not in SEVERITIES:
        yield Problem(f"严重程度“{item.severity[:20]}”无法识别。", place(item), "可用：严重、高、中、低。")
    if item.points is not None and not 0 <= item.points <= 9999:
        yield Problem("分值应在 0 至 9999 之间。", place(item), "请改正分值。")
    if item.points is not None and item.answer == SECTION:
        yield Problem("分组不能有分值。", place(item), "请把分值写在具体检查项上。")
    longest = max(map(len, (item.title, item.guidance, item.basis, item.evidence, item.advice)))
    if longest > LONGEST_TEXT:
        yield Problem(f"有一栏文字超过 {LONGEST_TEXT} 字。", place(item), "请缩短。")
    if len(item.finding) > LONGEST_FINDING:
        yield Problem(f"问题表述超过 {LONGEST_FINDING} 字。", place(item), "请缩短。")
    yield from _choices(item)


def _choices(item: ItemDraft) -> Iterator[Problem]:
    values = [choice[0] for choice in item.choices]
    if item.answer == CHOICE and len(values) < 2:
        yield Problem("选择题至少要有两个选项。", place(item), "请列出选项，用分号隔开。")
    if len(values) != len(set(values)) or not all(values):
        yield Problem("选项有重复或空白。", place(item), "请让每个选项各不相同。")
    if item.answer == NUMBER and item.points is not None and not item.choices:
        yield Problem(
            "数值题有分值，但没有写明达到多少得多少分，将由检查人员给分。", place(item), blocking=False
        )
    if item.answer == TEXT and item.points is not None:
        yield Problem("文字题有分值，将由检查人员给分。", place(item), blocking=False)


def _conditions(items: Sequence[ItemDraft]) -> Iterator[Problem]:
    by_key = {item.key: item for item in items}
    for item in items:
        for key, values in referred(item.condition):
            other = by_key.get(key)
            if other is None:
                yield Problem(
                    f"适用条件指向的“{key[:40]}”不存在。", place(item), "请改为本表中某一检查项的编号。"
                )
            elif other.answer == SECTION:
                yield Problem(f"适用条件指向的“{key[:40]}”是分组，没有作答。", place(item), "请改为检查项。")
            else:
                allowed = _values(other)
                wrong = [value for value in values if allowed is not None and value not in allowed]
                if wrong or not values:
                    yield Problem(
                        f"适用条件中的答案“{'、'.join(wrong)[:60]}”不是“{key[:40]}”可选的答案。",
                        place(item),
                        "请改为该项可选的答案。",
                    )
    for circle in circles(items):
        yield Problem(
            f"适用条件互相循环：{' → '.join([*circle, circle[0]])[:200]}。",
            place(by_key[circle[0]]),
            "请去掉其中一个适用条件。",
        )


def _values(item: ItemDraft) -> set[str] | None:
    """The answers that an item takes; None where any text may come."""
    if item.answer in SHARES:
        return {*SHARES[item.answer], NOT_APPLICABLE}
    if item.answer == CHOICE:
        return {*(choice[0] for choice in item.choices), NOT_APPLICABLE}
    return None
