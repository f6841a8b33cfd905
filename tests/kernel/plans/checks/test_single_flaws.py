"""One flaw put into the flawless plan: its rule speaks, and (almost) no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.kernel.plans import checking
from plumbline.kernel.plans.layouts.registry import load_layouts
from plumbline.kernel.plans.reading import read_source

FLAWLESS = (Path(__file__).parents[1] / "flawless.txt").read_text(encoding="utf-8")
_PROMOTION = "宣传品制作50000元，场地布置40000元，讲师费30000元"
_ONLINE = "监测平台在线率（平台正常运行时长占全年时长的比例），指标值"
_STAY = "志愿者留任率（次年继续参加活动的志愿者比例）"
_EVENT = "网页篡改事件次数（确认发生的网页篡改事件次数），指标值=0次"
_ACCEPTED = "采购验收合格率（验收合格的批次占采购批次的比例），指标值=100%"
_SINGLE = "单场活动成本（活动支出除以场数），指标值≤20000元"
_LAST_BASIS = "以上指标依据为示网办〔2023〕11号《2024年网络安全宣传周方案》"

FLAWS: dict[str, tuple[str, str, set[str]]] = {
    "a category total": ("人员类项目1200000元", "人员类项目1210000元", {"amount-equal", "amount-total"}),
    "a sum of projects": ("及其他720000元", "及其他700000元", {"amount-sum", "amount-total"}),
    "a grand total": ("预算资金2070000元", "预算资金2090000元", {"amount-total"}),
    "no grand total": ("预算资金2070000元，其中人员类", "预算资金支持人员类", set()),
    "a table's amount": ("\t360000.00", "\t370000.00", {"text-table-amount", "breakdown-sum"}),
    "a fund": ("\t240000.00\n\t其他资金\n", "\t230000.00\n\t其他资金\n", {"fund-split"}),
    "two funds": ("\t240000.00\n\t其他资金\n\t ", "\t230000.00\n\t其他资金\n\t10000.00", set()),
    "an item": ("场地布置40000元", "场地布置45000元", {"breakdown-sum"}),
    "items in 万": (_PROMOTION, "宣传品制作5万，场地布置4万，讲师费3万", {"currency-unit"}),
    "a slogan for a use": (_PROMOTION, "营造全民学习网络安全的氛围", {"use-not-itemised"}),
    "a percent sign": ("分别达到25%、", "分别达到25、", {"plan-format"}),
    "a slow plan": ("84%", "75%", {"progress"}),
    "a count of departments": ("内设3个科室", "内设4个科室", {"declared-count"}),
    "a name": ("“网络安全检查服务”", "“网络安全检测服务”", {"name-mismatch"}),
    "a placeholder": ("1.举办网络安全宣传周，开展进校园、进社区活动\n", "1.目标内容1\n", {"placeholder"}),
    "a short code": ("13099924P00AAA1000003", "13099924P00AAA100003", {"code"}),
    "a code twice": ("13099924P00AAA1000003", "13099924P00AAA1000004", {"code"}),
    "a capped rate": (f"{_ONLINE}≥99%", f"{_ONLINE}≤99%", {"direction", "text-table-value"}),
    "a floor for events": ("\t≤2%\n", "\t≥98%\n", {"direction", "text-table-value"}),
    "a denied event": (
        _EVENT,
        "不发生网页篡改事件（确认的事件），指标值≥98%",
        {"negative-event", "text-table-indicators"},
    ),
    "a vague value": ("\t≥70%\n", "\t达到市网信办要求\n", {"vague-value"}),
    "a vague day": ("\t2024年9月30日前\n", "\t按上级要求执行\n", {"vague-value", "time-target"}),
    "a vacuous basis": (
        "\t示网办〔2023〕8号《政府网站安全监测实施方案》\n",
        "\t依实际情况确定\n",
        {"basis-vacuous"},
    ),
    "a bracket in a document number": (
        _LAST_BASIS,
        _LAST_BASIS.replace("〔2023〕", "［2023］"),
        {"basis-malformed"},
    ),
    "no issuer": (_LAST_BASIS, "以上指标依据为《宣传周方案》〔2023〕11号", {"basis-malformed"}),
    "no unit": ("指标值≥80%", "指标值≥80", {"unit-missing"}),
    "a repeated name": (_STAY, "志愿者留任率（志愿者留任率）", {"desc-equals-name"}),
    "no description": (_STAY, "志愿者留任率", {"desc-missing"}),
    "no name": (_STAY, "（次年继续参加活动的志愿者比例）", {"name-missing", "text-table-indicators"}),
    "a level 2": ("服务对象满意度指标-参加居民", "居民满意度指标-参加居民", {"level2-nonstandard"}),
    "a wider area": ("居民网络安全知晓率", "全省居民网络安全知晓率", {"scope"}),
    "a province": ("居民网络安全知晓率", "涉冀居民网络安全知晓率", {"scope"}),
    "a bracket": (_STAY, _STAY[:-1] + ")", {"bracket-mismatch"}),
    "a mark": ("。2、成本指标-经济成本指标-单场", "。2成本指标-经济成本指标-单场", {"numbering"}),
    "a copy": (
        "一、加强组织领导，由分管领导每季度召开一次调度会。",
        "一、举办网络安全宣传周，提高居民网络安全意识。",
        {"copy"},
    ),
    "a copula": ("指标值≥80%", "指标值为≥80%", {"syntax"}),
    "an ASCII sign": ("指标值≥80%", "指标值>=80%", {"syntax"}),
    "an end": (f"。{_LAST_BASIS}。", "；", {"truncated"}),
    "a weight": ("\t15\n\t示财预〔2023〕18号", "\t25\n\t示财预〔2023〕18号", {"weights-sum"}),
    "a page number": ("第二部分\n", "2\n\n第二部分\n", {"noise"}),
    "a bookmark": ("二、分项绩效目标", "[bookmark: _Toc_1]二、分项绩效目标", {"noise"}),
    "a year": ("2024年度总体绩效目标", "2023年度总体绩效目标", {"year-mismatch"}),
    "a cap as equal": (
        _SINGLE,
        "单场活动成本（支出除以场数，不超过预算），指标值=20000元",
        {"comparator", "text-table-value"},
    ),
    "all and nearly all": (
        _ACCEPTED,
        "采购验收合格率（全部批次验收合格），指标值≥95%",
        {"value-desc-conflict", "text-table-value"},
    ),
}


def _rules(text: str) -> set[str]:
    document = load_layouts().get("county_text").read(read_source("示例.txt", text.encode()))
    return {f.rule for f in checking.check(document) if f.severity != "confirmed"}


@pytest.mark.parametrize("flaw", sorted(FLAWS))
def test_one_flaw_is_found_by_its_rule_and_no_other(flaw: str) -> None:
    old, new, expected = FLAWS[flaw]
    assert old in FLAWLESS
    assert _rules(FLAWLESS.replace(old, new)) == expected


def test_a_plan_cut_in_its_last_table_is_only_truncated() -> None:
    cut = FLAWLESS.rindex("\t可持续影响指标")
    end = FLAWLESS.index("\n", FLAWLESS.index("\n", cut) + 1)
    assert _rules(FLAWLESS[:end]) == {"truncated"}


def test_a_plan_without_its_last_table_lacks_coverage() -> None:
    assert _rules(FLAWLESS[: FLAWLESS.index("5.网络安全宣传周活动绩效目标表")]) == {"coverage"}


def _cut(after: str, *, lines: int = 0) -> str:
    """The plan up to a number of lines after the last place of a text."""
    end = FLAWLESS.index("\n", FLAWLESS.rindex(after))
    for _ in range(lines):
        end = FLAWLESS.index("\n", end + 1)
    return FLAWLESS[:end]


@pytest.mark.parametrize("lines", range(2, 8))
@pytest.mark.parametrize(
    "row", ["\t举办宣传活动场次", "\t单场活动成本", "\t居民网络安全知晓率", "\t志愿者留任率"]
)
def test_a_plan_cut_anywhere_among_its_last_rows_is_only_truncated(row: str, lines: int) -> None:
    assert _rules(_cut(row, lines=lines)) == {"truncated"}


@pytest.mark.parametrize("ending", ["以上指标依据为示网办〔2023〕11号《", "。2、成本指标-经济成本指标-单"])
def test_prose_cut_inside_a_word_is_truncated(ending: str) -> None:
    at = FLAWLESS.index(ending) + len(ending)
    assert "truncated" in _rules(FLAWLESS[:at])
