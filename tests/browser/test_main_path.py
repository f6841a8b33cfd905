"""The year of one plan in a real browser, from the published document to the official form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plumbline.kernel.plans.reading import read_plan
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.audit.templatetags.audit import change_list
from plumbline.office.sample.description import describe
from plumbline.office.targets.models import (
    Evaluation,
    IndicatorValue,
    MonitoringNote,
    Payment,
    Plan,
    PlanVersion,
)
from plumbline.office.units.models import Membership, Unit
from plumbline.office.units.people import create_person
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN_PASSWORD = "Straight-as-a-plumb-line-7"
PROJECT = "教师信息化能力培训"
PAID = "60000.00"


@pytest.fixture
def bureau(cast: Cast) -> Unit:
    """The unit whose plan is imported; its liaison is 刘芳 of the cast."""
    organisation = describe("education-2026").organisation
    unit = Unit.objects.create(
        name=organisation["name"],
        short_name=organisation["short_name"],
        code=organisation["code"],
        kind="government",
    )
    Membership.objects.create(user=cast.liaison, unit=unit)
    return unit


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """The plan with flaws as its unit published it."""
    described = describe("education-2026")
    path = tmp_path / described.file_name()
    path.write_bytes(described.document())
    return path


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "培训签到表.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    return path


def sign_in(page: Any, username: str, password: str) -> None:
    """By keyboard alone: the cursor waits in the first field."""
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)


def choose(page: Any, label: str, words: str) -> None:
    """The option whose words contain `words`, in the form of the page and not in its filters."""
    select = page.locator("form[method=post]").get_by_label(label).first
    value = select.locator("option").filter(has_text=words).first.get_attribute("value")
    select.select_option(value)


def change_password(page: Any, old: str) -> None:
    page.get_by_label("当前密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    page.wait_for_url(lambda url: "/account/password/" not in url)


def import_document(page: Any, document: Path, work_off: Callable[[], None]) -> None:
    page.get_by_role("link", name="绩效", exact=True).click()
    page.locator(".office-head-acts").get_by_role("link", name="导入绩效目标").click()
    page.get_by_label("绩效目标文件").set_input_files(document)
    page.get_by_role("button", name="上传并读取").click()
    page.locator(".progress-poll progress").wait_for()  # nothing is done before the worker comes
    work_off()
    page.locator("[data-review]").wait_for()
    assert page.locator("#messages").get_by_text("已导入").count() == 1


def mend_from_a_finding(page: Any, version: PlanVersion) -> None:
    """A finding leads to the value; the mended value takes the finding away."""
    finding = version.findings.get(rule="placeholder")
    page.locator(f".pane-plan [data-findings='{finding.pk}']").first.click()
    panel = page.locator("#finding-panel")
    panel.get_by_text(finding.message).wait_for()
    page.locator(".pane-source .lit").first.wait_for()
    panel.get_by_role("link", name="项目“").first.click()
    page.locator("#id_goal").fill("完成全县校园系统等级保护测评和备案，学校满意度不低于90%。")
    page.get_by_label("更正理由").fill("按批复文本补正模板占位文字")
    page.get_by_role("button", name="保存", exact=True).click()
    page.locator("[data-review]").wait_for()
    finding.refresh_from_db()
    assert finding.state == "mended"


def accept_the_others(page: Any) -> None:
    page.get_by_role("link", name="校核问题").click()
    for box in page.locator("input[name=finding]").all():
        box.check()
    page.get_by_label("所选问题的说明").fill("已与单位核实，按批复原文执行，下年度编报时改正")
    page.get_by_role("button", name="说明后接受所选").click()
    page.get_by_text("待处理：").wait_for()
    assert page.locator("input[name=finding]").count() == 0


def approve(page: Any) -> None:
    page.get_by_role("link", name="目标与项目").click()
    page.locator(".office-head-acts").get_by_role("link", name="批准").click()
    page.get_by_role("button", name="批准并固定").click()
    page.locator(".office-lead").get_by_text("已批准").wait_for()


def post_payment(page: Any) -> None:
    page.get_by_role("link", name="资金台账").click()
    page.get_by_role("link", name="登记支付").click()
    choose(page, "项目", PROJECT)
    page.get_by_label("支付日期").fill("2026-05-20")
    page.get_by_label("金额").fill(PAID)
    page.get_by_label("凭证号").fill("记-0501")
    page.get_by_label("用途").fill("培训场地和师资费（首期）")
    page.get_by_role("button", name="记账").click()
    page.get_by_text("60,000.00 元").first.wait_for()


def enter_value(page: Any, evidence: Path) -> None:
    page.get_by_role("link", name="指标实测").click()
    row = page.get_by_role("row").filter(has_text="培训教师人数")
    row.get_by_role("cell").nth(5).get_by_role("link").click()
    page.get_by_role("heading", name="培训教师人数 · 10月底").wait_for()
    page.get_by_label("实际完成值").fill("570")
    page.get_by_label("依据说明").fill("四期培训签到表汇总")
    page.get_by_label("佐证材料").set_input_files(evidence)
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("570人").first.wait_for()


def write_a_note(page: Any) -> None:
    page.get_by_role("link", name="运行监控").click()
    page.get_by_role("link", name="10月底", exact=True).click()
    page.get_by_role("link", name=PROJECT).click()
    page.locator("#id_project-likelihood").select_option(label="有可能")
    page.locator("#id_project-cause").fill("第四期培训推迟到11月")
    page.locator("#id_project-measure").fill("11月底前补训30人并结清费用")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存").first.wait_for()


def start_evaluation(page: Any) -> None:
    page.get_by_role("link", name="绩效自评").click()
    page.get_by_role("link", name=PROJECT).click()
    choose(page, "自评时点", "10月底")
    page.get_by_role("button", name="开始自评").click()
    row = page.locator(".eval-row").filter(has=page.get_by_role("heading", name="培训教师人数"))
    row.get_by_text("计算过程").click()
    assert "570" in row.locator(".how-formula").inner_text()
    execution = page.locator(".eval-row").first
    execution.get_by_text("计算过程").click()
    assert "60,000.00" in execution.inner_text()


def export_form(page: Any, work_off: Callable[[], None], folder: Path) -> Path:
    page.get_by_role("link", name="表格导出").click()
    choose(page, "表式", "绩效自评表")
    choose(page, "项目", f"2. {PROJECT}")
    choose(page, "监控节点", "10月底")
    choose(page, "格式", "Word")
    page.get_by_role("button", name="导出").click()
    page.locator(".export progress").wait_for()
    work_off()
    with page.expect_download() as waiting:
        page.locator(".export").get_by_role("link", name="下载").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def named_in_english() -> set[str]:
    """What of the audit record of the whole path is called by a name of the code."""
    labels = {change["label"] for record in Record.objects.all() for change in change_list(record)["changes"]}
    return {label for label in labels if label.isascii()}


def test_the_main_path_from_the_document_to_the_official_form(
    cast: Cast,
    bureau: Unit,
    document: Path,
    evidence: Path,
    tmp_path: Path,
    open_page: Callable[..., Any],
    work_off: Callable[[], None],
    look: Callable[[Any], None],
    picture: Callable[..., None],
) -> None:
    _person, secret = create_person(
        actor=cast.administrator, username="sunli", full_name="孙丽", role=Role.ADMINISTRATOR
    )
    page = open_page("/")
    page.set_default_timeout(60_000)  # on a busy machine
    look(page)
    picture(page, "sign-in")
    sign_in(page, "sunli", secret.password)
    look(page)
    change_password(page, secret.password)
    look(page)
    import_document(page, document, work_off)
    plan = Plan.objects.get(unit=bureau, year=2026)
    version = plan.versions.get()
    look(page)
    mend_from_a_finding(page, version)
    accept_the_others(page)
    look(page)
    approve(page)
    look(page)
    assert plan.versions.get().state == "approved"
    post_payment(page)
    look(page)
    assert str(Payment.objects.get().amount_yuan) == PAID
    enter_value(page, evidence)
    look(page)
    assert IndicatorValue.objects.get().evidence.get().file.name == evidence.name
    write_a_note(page)
    look(page)
    assert MonitoringNote.objects.filter(cause="第四期培训推迟到11月").exists()
    start_evaluation(page)
    picture(page, "evaluation-sheet")
    look(page)
    assert Evaluation.objects.get().project_line == version.projects.get(name=PROJECT).line
    form = export_form(page, work_off, tmp_path)
    look(page)

    read = read_plan(form.name, form.read_bytes())
    assert [str(project.name) for project in read.projects] == [PROJECT]
    reached = {str(i.level3): i.actual for i in read.projects[0].indicators}
    assert "570" in str(reached["培训教师人数"])
    assert named_in_english() == set()
