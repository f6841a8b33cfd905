"""Many ordinary and many flawed indicators, each on its own in a table: which rules speak."""

from __future__ import annotations

import pytest

from plumbline.kernel.plans import checking
from tests.kernel.plans.checks.build import BENEFIT, OUTPUT, SATISFACTION, Plan, row

_LEVEL = {"数量": OUTPUT, "质量": OUTPUT, "时效": OUTPUT, "成本": OUTPUT, "服务对象满意度": SATISFACTION}
#: what is said of a table with a single indicator anyway
_ANYWAY = {"output-coverage", "level1-missing", "no-weights", "cost-as-level2", "qualitative-target"}

ORDINARY = [
    ("培训人次", "≥200人次", "数量"),
    ("开展网络安全检查次数", "≥4次", "数量"),
    ("印发宣传资料数量", "≥5000份", "数量"),
    ("购置设备数量", "=3台", "数量"),
    ("网络安全培训场次", "≥2场", "数量"),
    ("监测网站数量", "≥80个", "数量"),
    ("保障人数", "=15人", "数量"),
    ("服务器租用数量", "2台", "数量"),
    ("信息采编数量", "≥500条", "数量"),
    ("设备验收合格率", "=100%", "质量"),
    ("系统故障率", "≤1%", "质量"),
    ("信息准确率", "≥98%", "质量"),
    ("平台稳定运行率", "≥99%", "质量"),
    ("资金支付合规率", "=100%", "质量"),
    ("重大舆情漏报率", "≤2%", "质量"),
    ("网评任务完成质量", "优良", "质量"),
    ("数据泄露事件发生率", "=0%", "质量"),
    ("项目完成时间", "2024年12月底前", "时效"),
    ("资金支付及时率", "≥95%", "时效"),
    ("突发事件响应时间", "≤30分钟", "时效"),
    ("系统故障修复时间", "≤4小时", "时效"),
    ("任务按时完成率", "=100%", "时效"),
    ("服务期限", "1年", "时效"),
    ("舆情上报及时率", "≥98%", "时效"),
    ("项目实施期限", "12个月", "时效"),
    ("完成时限", "12月31日", "时效"),
    ("项目总成本", "≤21万元", "成本"),
    ("预算控制率", "≤100%", "成本"),
    ("人均培训费用", "≤400元", "成本"),
    ("成本节约率", "≥3%", "成本"),
    ("控制在预算范围内", "≤80000元", "成本"),
    ("软件服务费", "=190500元", "成本"),
    ("经费支出控制数", "≤8万元", "成本"),
    ("资金节约率", "≥0%", "成本"),
    ("避免经济损失", "≥10万元", "经济效益"),
    ("提高工作效率", "≥90%", "经济效益"),
    ("节约行政成本", "效果明显", "经济效益"),
    ("减少网络诈骗损失", "显著", "经济效益"),
    ("网络安全意识提高率", "≥90%", "社会效益"),
    ("网络安全事故发生率", "≤1%", "社会效益"),
    ("重大网络安全事件发生次数", "=0次", "社会效益"),
    ("负面信息处置率", "≥98%", "社会效益"),
    ("网络违法犯罪案件下降率", "≥5%", "社会效益"),
    ("维护社会稳定", "效果显著", "社会效益"),
    ("舆情事件平稳处置率", "≥98%", "社会效益"),
    ("群众投诉率", "≤2%", "社会效益"),
    ("信访量减少率", "≥5%", "社会效益"),
    ("节能减排", "有效", "生态效益"),
    ("无纸化办公率", "≥80%", "生态效益"),
    ("长期发挥作用", "长期", "可持续影响"),
    ("制度健全性", "健全", "可持续影响"),
    ("系统可持续使用年限", "≥5年", "可持续影响"),
    ("人才队伍稳定率", "≥95%", "可持续影响"),
    ("服务对象满意度", "≥95%", "服务对象满意度"),
    ("群众对网络环境满意度", "≥90%", "服务对象满意度"),
    ("投诉处理满意度", "≥95%", "服务对象满意度"),
]

FLAWED = [
    ("宣传教育活动次数", "≥95%", "数量", "开展宣传教育活动", {"unit-misfit"}),
    ("受训人数", "≥98%", "数量", "参加培训人员", {"unit-misfit"}),
    ("未发生网络安全责任事故", "≥95%", "质量", "全年未发生", {"negative-event"}),
    ("杜绝重大泄密事件", "=100%", "社会效益", "口径见工作方案", {"negative-event"}),
    ("网络安全零事故", "≥98%", "社会效益", "口径见工作方案", {"negative-event"}),
    ("无重大网络舆情", "≥98%", "社会效益", "口径见工作方案", {"negative-event"}),
    ("防止发生重大舆情事件", "≥98%", "社会效益", "口径见工作方案", {"negative-event"}),
    ("网络安全事件不发生率", "≥98%", "社会效益", "口径见工作方案", set()),
    ("经费成本", "≥90%", "成本", "口径见工作方案", {"direction"}),
    ("办公成本降低", "≥5%", "成本", "口径见工作方案", set()),
    ("网络故障次数", "≥3次", "质量", "口径见工作方案", {"direction"}),
    ("违规发帖数", "≤5%", "质量", "口径见工作方案", {"unit-misfit"}),
    ("舆情处置及时率", "≤95%", "时效", "口径见工作方案", {"direction"}),
    ("按期完工率", "≥98%", "质量", "口径见工作方案", {"level2-misfit"}),
    ("项目完成率", "≥98%", "质量", "口径见工作方案", {"level2-misfit"}),
    ("检查覆盖率", "≥98%", "数量", "口径见工作方案", {"level2-misfit"}),
    ("生态环境", "达到上级要求", "生态效益", "口径见工作方案", {"vague-value"}),
    ("及时发放", "≥98", "时效", "口径见工作方案", {"time-target", "unit-missing"}),
    ("发放标准", "按上级标准执行", "成本", "口径见工作方案", set()),
    ("成本控制", "≤5%", "成本", "口径见工作方案", {"unit-misfit"}),
    ("项目资金控制", "=100%", "成本", "控制在预算内", {"comparator"}),
    ("培训班不少于3期", "=3期", "数量", "口径见工作方案", {"comparator"}),
    ("全市网民满意度", "≥95%", "服务对象满意度", "口径见工作方案", {"scope"}),
    ("为全国提供经验", "≥95%", "社会效益", "口径见工作方案", {"scope"}),
    ("单位时间", "≥98%", "时效", "口径见工作方案", {"unit-misfit"}),
    ("项目完成时间", "≥98%", "时效", "口径见工作方案", {"unit-misfit"}),
    ("响应时间", "≤98%", "时效", "口径见工作方案", {"unit-misfit"}),
    ("信息发布数量(条)", "≥300条", "数量", "口径见工作方案", {"unit-in-name"}),
    ("网络舆情监测率（%）", "≥98%", "质量", "口径见工作方案", {"unit-in-name"}),
    ("群众投诉", "≥95%", "服务对象满意度", "口径见工作方案", {"direction"}),
    ("舆情事故数", "≤2%", "社会效益", "口径见工作方案", {"unit-misfit"}),
    ("平安建设满意", "≥105%", "服务对象满意度", "口径见工作方案", set()),
    ("处置率", "≥105%", "质量", "口径见工作方案", {"value-impossible"}),
]


def _rules(name: str, target: str, kind: str, description: str) -> set[str]:
    plan = Plan()
    indicator = row(name, target, kind, level1=_LEVEL.get(kind, BENEFIT), description=description)
    plan.table("网络检查", indicator, code="13099924P00AAA1000001")
    found = checking.check(plan.document())
    return {f.rule for f in found if f.severity != "confirmed"} - _ANYWAY


@pytest.mark.parametrize(("name", "target", "kind"), ORDINARY)
def test_an_ordinary_indicator_is_left_alone(name: str, target: str, kind: str) -> None:
    assert _rules(name, target, kind, "口径见工作方案") == set()


@pytest.mark.parametrize(("name", "target", "kind", "description", "expected"), FLAWED)
def test_a_flawed_indicator_is_found_for_what_is_wrong_with_it(
    name: str, target: str, kind: str, description: str, expected: set[str]
) -> None:
    assert _rules(name, target, kind, description) == expected
