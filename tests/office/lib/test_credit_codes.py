"""The unified social credit code: what the register accepts, and what it says where it does not."""

from __future__ import annotations

import pytest

from plumbline.office.lib import credit_codes

#: printed on the licences of companies that everybody knows
REAL = (
    "9144030071526726XG",  # 深圳市腾讯计算机系统有限公司
    "91330100799655058B",  # 阿里巴巴（中国）有限公司
    "914403001922038216",  # 华为技术有限公司
    "91110000802100433B",  # 百度在线网络技术（北京）有限公司
)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_known_companies_are_accepted(code):
    assert credit_codes.checked(code) == code


@pytest.mark.parametrize("code", REAL)
def test_one_wrong_character_is_found_wherever_it_is(code):
    for place in range(8, 18):
        other = "1" if code[place] != "1" else "2"
        with pytest.raises(credit_codes.CreditCodeError):
            credit_codes.checked(code[:place] + other + code[place + 1 :])


def test_the_usual_ways_of_writing_it_are_the_same_code():
    assert credit_codes.checked(" 9144 0300-71526726xg ") == REAL[0]
    assert credit_codes.checked("９１４４０３００７１５２６７２６ＸＧ") == REAL[0]


def test_nothing_stays_nothing():
    assert credit_codes.checked("") == ""
    assert credit_codes.checked("  ") == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9144030071526726X", "现有 17 位"),
        ("914403OO71526726XG", "第 7 位“O”不会出现在代码中，可能应为“0”"),
        ("9144030071526726X县", "第 18 位“县”不是数字或大写字母"),
        ("91A4030071526726XG", "行政区划码"),
        ("914403007152672614", "第 9 至 17 位"),
        ("9144030071526726XH", "最后一位"),
    ],
)
def test_the_message_names_the_place(text, says):
    with pytest.raises(credit_codes.CreditCodeError, match=says) as caught:
        credit_codes.checked(text)
    assert "逐位核对" in caught.value.advice


@pytest.mark.parametrize("code", ["71526726X", "192203821", "802100433", "D2143569X"])
def test_the_check_character_of_known_organisation_codes(code):
    """D2143569X is the example of GB 11714-1997 itself."""
    assert credit_codes.organisation_check(code[:8]) == code[8]


def test_it_is_shown_in_groups():
    assert credit_codes.grouped(REAL[0]) == "91 440300 71526726X G"
    assert credit_codes.grouped("") == ""
