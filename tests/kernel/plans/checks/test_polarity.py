"""Which way a name points."""

from __future__ import annotations

import pytest

from plumbline.kernel.plans.polarity import is_negation, never, polarity


@pytest.mark.parametrize(
    "name",
    [
        "网络安全事件发生率",
        "重大负面事件次数",
        "群众投诉率",
        "安全事故起数",
        "系统故障率",
        "差错率",
        "误报率",
        "违规行为数量",
        "运行成本",
        "项目总成本",
        "应急响应时间",
        "故障恢复时间",
        "单位能耗",
    ],
)
def test_less_of_it_is_better(name: str) -> None:
    assert polarity(name) == "lower"


@pytest.mark.parametrize(
    "name",
    [
        "高危漏洞整改率",
        "突发事件及时处置率",
        "及时处置网上负面信息",
        "投诉办结率",
        "群众满意度",
        "验收合格率",
        "隐患排查覆盖率",
        "应急演练参与率",
        "网站可用率",
        "确保导向正确",
        "人员开支合理率",
        "风险评估完成率",
    ],
)
def test_more_of_it_is_better(name: str) -> None:
    assert polarity(name) == "higher"


@pytest.mark.parametrize(
    "name",
    [
        "不发生重大安全事故",
        "不出现泄密事件",
        "被检查单位不出网络安全事故",
        "无重大责任事故",
        "零投诉",
        "安全事故零发生",
        "杜绝泄密问题",
    ],
)
def test_it_must_never_happen(name: str) -> None:
    assert never(name)
    assert polarity(name) == "never"


@pytest.mark.parametrize(
    "name",
    [
        "无线网络故障处置率",
        "无障碍设施数量",
        "不良信息举报办结率",
        "安全生产无事故天数",
        "无故障运行时间",
        "无纸化办公率",
        "零散设备采购数量",
        "系统无故障运行率",
    ],
)
def test_a_negation_inside_a_word_or_a_measured_span_is_no_denial(name: str) -> None:
    assert not never(name)


@pytest.mark.parametrize(
    "name",
    [
        "降低运行成本",
        "事故发生率下降",
        "费用节约率",
        "培训天数",
        "人均发放水平",
        "工作台账",
        "",
        None,
        "成本控制",
    ],
)
def test_it_does_not_guess(name: str | None) -> None:
    assert polarity(name) == "unknown"


def test_a_description_that_denies_only_in_passing_is_no_denial() -> None:
    assert is_negation("确保不出现重大事故")
    assert not is_negation("通过监测及时处置，确保不出现重大事故")
