"""An indicator's source is suggested, confirmed by a person, changed with a reason, and never forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.kernel.metrics.expression import ExpressionError
from plumbline.kernel.metrics.metric import METRICS
from plumbline.kernel.plans.target import parse
from plumbline.office.audit.models import Record
from plumbline.office.lib.agenda import agenda
from plumbline.office.targets.measuring.suggesting import Asked, boundary, refusal, suggest
from plumbline.office.targets.models import Binding, Indicator
from plumbline.office.targets.services import bindings as services
from plumbline.office.targets.services.bindings import Choice
from tests.office.targets.factories import NOW, Built, make_plan
from tests.office.targets.metrics.work import make_inspection

DONE = Choice("metric", metric="inspections_done")


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.office, user=cast.staff)


def asked(
    name: str, target: str, *, project: str = "网络安全检查", level2: str = "", direction: str = ""
) -> Asked:
    return Asked(name, "", level2, project, parse(target), target, direction)


@pytest.mark.parametrize(
    ("name", "target", "metric"),
    [
        ("网络安全检查次数", "≥12次", "inspections_done"),
        ("现场检查场次", "≥4场", "inspections_on_site"),
        ("网络安全建设验收合格率", "≥98%", "first_recheck_accepted"),
        ("问题整改率", "≥95%", "findings_rectified_share"),
        ("问题按期整改率", "≥95%", "findings_rectified_on_time"),
        ("重点单位检查覆盖率", "100%", "units_inspected_share"),
        ("被检查单位家数", "≥30家", "units_inspected"),
        ("检查计划完成率", "≥98%", "inspections_done_of_planned"),
        ("逾期未整改问题", "≤3项", "findings_overdue"),
        ("预算执行率", "≥95%", "budget_execution"),
        ("项目总成本", "≤210000元", "spend_amount"),
        ("项目总成本", "≤21万元", "spend_amount"),
        ("资金支付及时率", "100%", "payments_on_time"),
        ("单位台账完整率", "≥95%", "register_completeness"),
        ("预算支出进度", "≥95%", "budget_execution"),
        ("项目总投资", "≤20万元", "spend_amount"),
        ("特权账号弱口令问题整改率", "≥95%", "findings_rectified_share"),
    ],
)  # fmt: skip
def test_an_indicator_is_recognised_by_its_words_and_unit(name: str, target: str, metric: str) -> None:
    found = suggest(asked(name, target))
    assert (found.fill, found.metric.key if found.metric else None) == ("metric", metric), found.reason


@pytest.mark.parametrize(
    ("name", "target", "project", "fill", "word"),
    [
        ("涉稳舆情处置率", "≥98%", "网络舆情管理", "hand", "言论"),
        ("监测数据合格率", "≥98%", "网络舆情管理", "hand", "言论"),
        ("检查次数", "≥5次", "网络舆情管理", "hand", "言论"),
        ("网评员培训次数", "≥5次", "队伍建设", "hand", "言论"),
        ("受益群众满意度", "≥98%", "网络安全检查", "hand", "问卷"),
        ("完成网络安全检查工作", "达到市网信办要求", "网络安全检查", "unmeasurable", "达到市网信办要求"),
        ("网络安全事件发生率", "≤2%", "网络安全检查", "unmeasurable", "登记"),
        ("检查次数", "≥98%", "网络安全检查", "hand", "计量单位不同"),
        ("问题整改率", "≤5%", "网络安全检查", "hand", "方向相反"),
        ("问题整改率", "≥98", "网络安全检查", "hand", "没有写计量单位"),
        ("防护水平", "明显提升", "网络安全检查", "hand", "定性"),
        ("网上巡查次数", "≥12次", "网络安全检查", "hand", "言论"),
        ("负面信息处置及时率", "≥98%", "网络安全检查", "hand", "言论"),
        ("网络谣言排查次数", "≥12次", "网络安全检查", "hand", "言论"),
        ("论坛、微博、公众号检查次数", "≥12次", "网络安全检查", "hand", "言论"),
        ("工程验收合格率", "≥98%", "防汛", "hand", "没有对应"),
        ("资金到位率", "=100%", "网络安全检查", "hand", "没有对应"),
        ("单项成本", "≤2000元", "网络安全检查", "hand", "没有对应"),
        ("成本节约", "≥2000元", "网络安全检查", "hand", "没有对应"),
        ("被检查单位不出重大网络安全事故", "≥98%", "网络安全检查", "unmeasurable", "登记"),
        ("干部职工工资发放", "=12次", "人员类", "hand", "没有对应"),
    ],
)  # fmt: skip
def test_what_cannot_be_bound_says_why(name: str, target: str, project: str, fill: str, word: str) -> None:
    found = suggest(asked(name, target, project=project))
    assert found.fill == fill and word in found.reason, found.reason


def test_every_line_of_a_project_about_speech_stays_with_people() -> None:
    found = suggest(asked("预算执行率", "≥95%", project="网络舆情管理"))
    assert found.fill == "hand" and "言论" in found.reason


def test_security_awareness_is_not_speech() -> None:
    assert not boundary("宣传培训支出总额 网络安全宣传教育培训")
    assert boundary("宣传引导支出总额 网络宣传引导")


@pytest.mark.parametrize("key", ["spend_amount", "inspections_done"])
def test_nobody_binds_a_metric_to_a_line_about_speech(built: Built, cast: Any, key: str) -> None:
    one = built.indicators()[0]
    one.project.name = "网络舆情管理"
    one.project.save()
    one = type(one).objects.get(pk=one.pk)
    with pytest.raises(services.BindingRefused, match="只能人工填报"):
        services.decide(indicator=one, choice=Choice("metric", key), actor=cast.staff, now=NOW, seen=None)


def test_a_reversed_direction_is_taken_from_the_plan_too() -> None:
    assert refusal(METRICS.get("findings_rectified"), parse("10项"), direction="反向指标")
    assert not refusal(METRICS.get("findings_rectified"), parse("10项"), direction="正向指标")


def test_a_decision_is_kept_and_recorded(built: Built, cast: Any) -> None:
    one = built.indicators()[0]
    binding = services.decide(indicator=one, choice=DONE, actor=cast.staff, now=NOW, seen=None)
    assert (binding.state, binding.metric, binding.metric_version) == ("confirmed", "inspections_done", 1)
    entry = Record.objects.get(action="bindings.confirm")
    assert "完成检查次数 v1" in str(entry.detail)


def test_another_decision_needs_a_reason_and_keeps_the_first(built: Built, cast: Any) -> None:
    one = built.indicators()[0]
    first = services.decide(indicator=one, choice=DONE, actor=cast.staff, now=NOW, seen=None)
    with pytest.raises(services.BindingRefused, match="没有填写理由"):
        services.decide(indicator=one, choice=Choice("hand"), actor=cast.staff, now=NOW, seen=first.pk)
    hand = Choice("hand", reason="检查不在本系统")
    second = services.decide(indicator=one, choice=hand, actor=cast.leader, now=NOW, seen=first.pk)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "confirmed")


def test_the_later_of_two_deciders_is_told(built: Built, cast: Any) -> None:
    one = built.indicators()[0]
    services.decide(indicator=one, choice=DONE, actor=cast.leader, now=NOW, seen=None)
    with pytest.raises(services.BindingChanged, match="赵建国"):
        services.decide(indicator=one, choice=Choice("hand"), actor=cast.staff, now=NOW, seen=None)


def test_a_decision_is_taken_back_and_restored(built: Built, cast: Any) -> None:
    one = built.indicators()[0]
    first = services.decide(indicator=one, choice=DONE, actor=cast.staff, now=NOW, seen=None)
    services.withdraw(indicator=one, binding=first, actor=cast.staff, now=NOW, reason="选错了")
    assert services.confirmed(one.line_id) is None
    first.refresh_from_db()
    again = services.restore(
        indicator=one, binding=first, actor=cast.staff, now=NOW, reason="没有选错", seen=None
    )
    assert again.pk != first.pk and again.metric == "inspections_done"


@pytest.mark.parametrize(
    ("changes", "choice", "word"),
    [
        ({"level3": "舆情处置次数"}, DONE, "网上信息内容"),
        ({"target_raw": "达到上级要求"}, DONE, "没有可以衡量的口径"),
        ({"target_raw": "明显提升"}, DONE, "定性"),
        ({"target_raw": "≥98%"}, DONE, "计量单位不同"),
        ({"target_raw": "≤12次"}, DONE, "方向相反"),
        ({}, Choice("expression", expression="12"), "没有指标口径"),
        ({}, Choice("expression", expression="ratio(「完成检查次数」, 「计划检查次数」)"), "计量单位不同"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    built: Built, cast: Any, changes: dict, choice: Choice, word: str
) -> None:
    draft = make_plan(unit=cast.school, user=cast.staff, state="draft")
    one = draft.indicators()[0]
    Indicator.objects.filter(pk=one.pk).update(**changes)
    type(draft.version).objects.filter(pk=draft.version.pk).update(state="approved")
    one = Indicator.objects.get(pk=one.pk)
    with pytest.raises(services.BindingRefused, match=word):
        services.decide(indicator=one, choice=choice, actor=cast.staff, now=NOW, seen=None)


def test_a_formula_pins_the_versions_that_it_names(built: Built, cast: Any) -> None:
    choice = Choice("expression", expression="「现场检查次数」+「专家技术检测次数」")
    one = built.indicators()[0]
    binding = services.decide(indicator=one, choice=choice, actor=cast.staff, now=NOW, seen=None)
    assert binding.operands == {"inspections_on_site": 1, "inspections_expert": 1}
    with pytest.raises(ExpressionError, match="第 10 个字符"):
        bad = Choice("expression", expression="「现场检查次数」×", reason="改")
        services.decide(indicator=one, choice=bad, actor=cast.staff, now=NOW, seen=binding.pk)


def test_the_list_suggests_and_confirms_all(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(cast.staff)
    page = client.get(reverse("targets:bindings", args=[built.plan.pk]))
    text = page.content.decode()
    assert page.status_code == 200 and "9 项待确认" in text and "完成检查次数" in text
    client.post(reverse("targets:bindings_confirm", args=[built.plan.pk]), {"all": "1"})
    kinds = sorted(Binding.objects.values_list("kind", flat=True))
    assert kinds == ["hand"] * 3 + ["metric"] * 6
    text = client.get(reverse("targets:bindings", args=[built.plan.pk]), {"kind": "hand"}).content.decode()
    assert "防护水平" in text and "检查次数</a>" not in text


def test_only_ticked_suggestions_are_confirmed(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    line = built.indicators()[1].line_id
    signed_in(cast.staff).post(reverse("targets:bindings_confirm", args=[built.plan.pk]), {"line": [line]})
    assert list(Binding.objects.values_list("indicator_line", flat=True)) == [line]


def test_the_editor_saves_checks_and_tells_of_conflicts(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    make_inspection(cast.school, "2023-03-20", "2023-03-18")
    client, one = signed_in(cast.staff), built.indicators()[0]
    url = reverse("targets:binding", args=[built.plan.pk, one.line_id])
    check = reverse("targets:binding_check", args=[built.plan.pk, one.line_id])
    assert "建议的取值方式" in client.get(url).content.decode()
    form = {"kind": "metric", "metric": "inspections_done", "window": "cumulative", "scope": "county"}
    text = client.post(check, form).content.decode()
    assert "相符" in text and "<strong>1次</strong>" in text
    wrong = {
        "kind": "expression",
        "expression": "「完成检查次数」+",
        "window": "cumulative",
        "scope": "county",
    }
    assert "公式第 10 个字符" in client.post(check, wrong).content.decode()
    assert client.post(url, form).status_code == 302
    page = client.post(url, form | {"reason": "x"})
    assert page.status_code == 409 and "李强" in page.content.decode()


def test_nobody_else_sees_or_decides(built: Built, cast: Any, signed_in: Callable[..., Client]) -> None:
    one = built.indicators()[0]
    pages = [
        reverse("targets:bindings", args=[built.plan.pk]), reverse("targets:evidence", args=[built.plan.pk]),
        reverse("targets:binding", args=[built.plan.pk, one.line_id]),
        reverse("targets:indicator", args=[built.plan.pk, one.line_id]),
    ]  # fmt: skip
    for url in pages:
        assert signed_in(cast.other_liaison).get(url).status_code in (403, 404)
        assert signed_in(cast.expert).get(url).status_code == 404
        assert signed_in(cast.leader).get(url).status_code == 200
    post = signed_in(cast.leader).post(pages[2], {"kind": "hand"})
    assert post.status_code == 403


def test_the_list_needs_the_same_queries_for_more_indicators(
    cast: Any, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    few = make_plan(unit=cast.office, user=cast.staff, projects=3)
    many = make_plan(unit=cast.school, user=cast.staff, projects=12)
    client = signed_in(cast.staff)
    for built in (few, many):
        client.post(reverse("targets:bindings_confirm", args=[built.plan.pk]), {"all": "1"})
        with django_assert_max_num_queries(34):
            client.get(reverse("targets:bindings", args=[built.plan.pk]))


def test_the_registry_lists_every_metric_and_its_users(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(cast.staff)
    client.post(reverse("targets:bindings_confirm", args=[built.plan.pk]), {"all": "1"})
    text = client.get(reverse("targets:metrics")).content.decode()
    assert all(str(metric.title) in text for metric in METRICS.latest())
    assert "没有符合条件" in client.get(reverse("targets:metrics"), {"q": "不存在的"}).content.decode()
    page = client.get(reverse("targets:metric", args=["inspections_done"])).content.decode()
    assert "检查次数" in page and "第 1 版" in page
    assert client.get(reverse("targets:metric", args=["nothing"])).status_code == 404
    assert signed_in(cast.liaison).get(reverse("targets:metrics")).status_code == 403


def test_undecided_indicators_of_this_year_are_among_the_tasks(cast: Any) -> None:
    built = make_plan(unit=cast.office, user=cast.staff, year=2023)
    tasks = [task for task in agenda(cast.staff, now=NOW) if task.label == "取值"]
    assert [(task.count, task.url) for task in tasks] == [
        (9, f"/plans/{built.plan.pk}/bindings/?kind=undecided")
    ]
    assert not [task for task in agenda(cast.leader, now=NOW) if task.label == "取值"]
    for one in built.indicators():
        services.decide(indicator=one, choice=Choice("hand"), actor=cast.staff, now=NOW, seen=None)
    assert [task.count for task in agenda(cast.staff, now=NOW) if task.label == "取值"] == [6]


def test_a_decision_that_no_longer_fits_is_pointed_out(
    built: Built, cast: Any, signed_in: Callable[..., Client]
) -> None:
    one = built.indicators()[0]
    services.decide(indicator=one, choice=DONE, actor=cast.staff, now=NOW, seen=None)
    Indicator.objects.filter(pk=one.pk).update(target_raw="≤12次")
    page = signed_in(cast.staff).get(reverse("targets:bindings", args=[built.plan.pk])).content.decode()
    assert "口径与指标不符：方向相反" in page
