"""The inspection loop in a browser: plan, approve, self-check, review; and a visit without network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.office.inspections.conduct import make_checklist, make_plan, make_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Opener = Callable[..., Any]


def agree(page: Any, name: str) -> None:
    """Open a dialog by its button, and press the one that does it."""
    page.locator(f'[data-dialog="{name}"]').click()
    page.locator(f"dialog#{name} button[type=submit]").click()
    page.wait_for_load_state()


def tell(page: Any, key: str, value: str) -> None:
    """Tap an answer."""
    page.wait_for_selector("body.with-script")
    page.locator(f'form[data-entry="{key}"] input[value="{value}"]').check(force=True)


def saved(page: Any) -> None:
    """Wait until nothing waits in the browser any more."""
    page.wait_for_timeout(100)
    page.wait_for_selector("[data-net][data-state=saved]")


def test_from_the_plan_to_the_conclusion(
    cast: Cast,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    screenshot: Callable[[Any, str], Path],
) -> None:
    from plumbline.office.inspections.models import Inspection

    make_checklist()
    year = date.today().year
    page = open_page("/inspections/plans/new/", user=cast.staff)
    page.fill("[name=year]", str(year))
    page.fill("[name=quota_q4]", "1")
    page.click("main button.btn-primary")
    page.click("text=添加检查 >> nth=0")
    page.locator(f'input[name=unit][value="{cast.school.pk}"]').check()
    page.select_option("[name=checklist]", index=1)
    page.fill("[name=planned_from]", f"{year}-01-05")
    page.fill("[name=planned_to]", f"{year}-12-31")
    look(page)
    page.locator(f'input[name=unit][value="{cast.school.pk}"]').check()
    page.click("text=加入计划")
    page.wait_for_selector("text=已安排 1 项检查")
    page.wait_for_selector(".chart svg")
    look(page)
    screenshot(page, "inspection-plan")
    agree(page, "submit")
    plan = page.url
    leader = open_page(plan.removeprefix(plan.split("/inspections")[0]), user=cast.leader)
    agree(leader, "approve")
    leader.wait_for_selector("text=已批准")

    page.goto(plan)
    page.click("[aria-label=检查任务] tbody th a")
    agree(page, "start")
    unit = open_page("/inspections/", user=cast.liaison)
    unit.click("tbody th a")
    unit.click("text=填写自查")
    assert unit.locator('form[data-entry="1.3"]').is_hidden()
    for key, value in (("1.1", "partly"), ("1.2", "yes"), ("1.3", "yes")):
        tell(unit, key, value)
    unit.fill('form[data-entry="2.1"] [name=value]', "4")
    unit.fill('form[data-entry="2.2"] [name=value]', "钓鱼邮件识别")
    unit.set_input_files(
        'form[data-entry="1.1"] [data-photo]',
        {"name": "任命文件.txt", "mimeType": "text/plain", "buffer": "任命".encode()},
    )
    saved(unit)
    unit.wait_for_selector('form[data-entry="1.1"] [data-files] a')
    assert "已填 5 / 5 项" in unit.inner_text("[data-count]")
    look(unit)
    screenshot(unit, "inspection-answers")
    unit.click("[data-submit-answers] button")
    unit.wait_for_selector("text=等待审核")

    page.goto(unit.url)
    page.click("a:has-text('审核')")
    look(page)
    screenshot(page, "inspection-review")
    page.locator("input[name^=points-]").fill("4")
    page.fill("[name=conclusion]", "基本符合要求。")
    page.fill("[name=unraised_reason]", "任命文件正在签发，已约定复核日期。")
    page.click("button[value=accept]")
    page.wait_for_selector("text=已审核通过")
    look(page)
    screenshot(page, "inspection-done")
    page.click("text=查看各项")
    page.wait_for_selector("body.with-script")
    assert "已填 5 / 5 项" in page.inner_text("[data-count]")
    assert page.locator('form[data-entry="1.3"]').is_visible()
    done = Inspection.objects.get()
    assert (done.state, done.score, done.full_score) == ("done", 19, 25)


def test_two_devices_that_answer_the_same_item_are_shown_both_texts(cast: Cast, open_page: Opener) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    first = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    second = open_page(f"/inspections/{visit.pk}/answers/", user=cast.administrator)
    tell(first, "1.1", "yes")
    saved(first)
    second.fill('form[data-entry="1.1"] [name=note]', "没有看到文件")
    tell(second, "1.1", "no")
    box = second.locator('form[data-entry="1.1"] [data-conflict]')
    box.wait_for()
    assert "不符合 · 没有看到文件" in box.inner_text()
    assert "符合" in box.inner_text()
    assert Answer.objects.get().value == "yes"
    box.locator("text=用我的").click()
    saved(second)
    assert Answer.objects.get().value == "no"


def test_a_visit_without_network_loses_nothing(
    cast: Cast,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    screenshot: Callable[[Any, str], Path],
    photo_file: Path,
) -> None:
    from plumbline.office.findings.models import Finding
    from plumbline.office.inspections.models import Answer, Delivery, Inspection, Photo

    visit = make_visit(cast, version=make_checklist(), plan=make_plan(cast))
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.evaluate("navigator.serviceWorker.ready")
    # the worker says when the page and what it is drawn with are kept
    page.wait_for_function(
        "async () => Boolean(await caches.match(location.pathname)) "
        "&& (await (await caches.open('plumbline-inspection-assets')).keys()).length > 4"
    )
    page.context.set_offline(True)
    tell(page, "1.1", "no")
    tell(page, "1.2", "no")
    page.fill('form[data-entry="2.1"] [name=value]', "2")
    page.set_input_files('form[data-entry="1.1"] [data-photo]', photo_file)
    page.wait_for_selector('[data-net][data-state="offline"]')
    page.wait_for_selector('form[data-entry="1.1"] [data-files] :text("待上传")')
    assert not Answer.objects.exists()

    page.reload()
    page.wait_for_selector('form[data-entry="2.1"] [data-status]:has-text("待上传")')
    assert page.input_value('form[data-entry="2.1"] [name=value]') == "2"
    assert page.locator('form[data-entry="1.1"] input[value=no]').is_checked()
    page.wait_for_selector('form[data-entry="1.1"] [data-files] :text("待上传")')
    screenshot(page, "inspection-visit-offline")
    # the tab is closed, and opened again
    context = page.context
    url = page.url
    page.close()
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector('form[data-entry="1.1"] [data-status]:has-text("待上传")')

    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    found = dict(Answer.objects.values_list("item__key", "value"))
    assert found == {"1.1": "no", "1.2": "no", "2.1": "2"}
    assert set(Answer.objects.values_list("revision", flat=True)) == {1}
    assert Photo.objects.get().item.key == "1.1"
    assert Delivery.objects.count() == 4
    page.click('form[data-entry="1.1"] [data-finding]')
    page.wait_for_selector('form[data-entry="1.1"] .item-finding')
    finding = Finding.objects.get()
    assert (finding.title, finding.severity, finding.source_key) == ("未明确责任人", "high", str(visit.pk))
    page.fill('form[data-entry="record"] [name=companions]', "刘芳")
    saved(page)
    look(page)
    screenshot(page, "inspection-visit")
    page.reload()
    visit.refresh_from_db()
    assert visit.companions == "刘芳"


def test_what_was_tapped_before_the_script_came_is_saved_too(cast: Cast, open_page: Opener) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page("/inspections/", user=cast.staff)
    held: list[Any] = []
    page.route("**/inspections/answering*.js", lambda route: held.append(route))
    page.goto(page.url + f"{visit.pk}/answers/", wait_until="commit")
    page.locator('form[data-entry="1.1"] input[value=no]').check(force=True)
    for route in held:
        route.continue_()
    saved(page)
    assert Answer.objects.get().value == "no"


def test_what_was_still_in_the_browser_when_the_visit_ended_is_told_and_given_up_by_hand(
    cast: Cast, open_page: Opener
) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.fill('form[data-entry="1.1"] [name=note]', "只在平板上")
    page.wait_for_selector('form[data-entry="1.1"] [data-status]:has-text("待上传")')
    Inspection.objects.update(state="done")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector(".alert:has-text('只在平板上')")
    page.click("text=放弃本机的这些改动")
    page.wait_for_selector(".alert:has-text('只在平板上')", state="detached")
    assert not Answer.objects.exists()


def test_what_is_written_on_after_a_lost_answer_is_saved_and_is_no_conflict(
    cast: Cast, open_page: Opener
) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.wait_for_selector("[data-net][data-state=saved]")

    def swallow(route: Any) -> None:
        route.fetch()  # it reaches the office; what the office says does not reach the tablet
        route.abort()

    page.route("**/answers/save/", swallow)
    page.fill('form[data-entry="2.2"] [name=note]', "甲")
    page.wait_for_selector('[data-net][data-state="offline"]')
    assert Answer.objects.get().note == "甲"
    page.fill('form[data-entry="2.2"] [name=note]', "甲乙")
    page.unroute("**/answers/save/")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert Answer.objects.get().note == "甲乙"
    assert page.locator("[data-conflict]:visible").count() == 0


def test_who_reviews_a_self_check_raises_a_finding_from_it(cast: Cast, open_page: Opener) -> None:
    from plumbline.office.findings.models import Finding
    from plumbline.office.inspections.models import Answer, Inspection
    from tests.office.inspections.conduct import NOW, item_of, make_inspection

    check = make_inspection(cast, version=make_checklist(), state=Inspection.State.SUBMITTED)
    Answer.objects.create(
        inspection=check,
        item=item_of(check.checklist, "1.1"),
        value="no",
        answered_by=cast.liaison,
        answered_at=NOW,
    )
    page = open_page(f"/inspections/{check.pk}/answers/", user=cast.staff)
    page.wait_for_selector("body.with-script")
    page.locator('form[data-entry="1.1"] [data-finding]').click()
    page.locator('form[data-entry="1.1"] [data-finding-link] a').wait_for()
    assert Finding.objects.get().source_key == str(check.pk)


def test_a_session_that_ended_keeps_the_queue_and_asks_to_sign_in(cast: Cast, open_page: Opener) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.wait_for_selector("[data-net][data-state=saved]")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.fill('form[data-entry="2.2"] [name=note]', "登录之前写的")
    page.wait_for_selector('[data-net][data-state="signin"] a')
    assert "请重新登录" in page.inner_text("[data-net]")
    assert not Answer.objects.exists()
    page.context.add_cookies(cookies)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert Answer.objects.get().note == "登录之前写的"


def test_signing_out_leaves_no_kept_page_but_keeps_what_waits(cast: Cast, open_page: Opener) -> None:
    from plumbline.office.inspections.models import Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
    page.route("**/answers/save/", lambda route: route.abort())
    page.fill('form[data-entry="2.2"] [name=note]', "还没上传")
    page.wait_for_selector('[data-net][data-state="offline"]')
    page.click("details.menu:has(form[action*=logout]) summary")
    page.click("form[action*=logout] button")
    page.wait_for_selector("body.entrance")
    page.wait_for_function("async () => !(await caches.has('plumbline-inspection-pages'))")
    waiting = page.evaluate(
        "() => new Promise((done) => { indexedDB.open('plumbline-inspections').onsuccess = (e) => "
        "{ const rows = e.target.result.transaction('changes').objectStore('changes'); "
        "rows.count().onsuccess = (c) => done(c.target.result) } })"
    )
    assert waiting == 1


def test_a_text_that_does_not_fit_into_the_browser_is_sent_all_the_same(
    cast: Cast, open_page: Opener
) -> None:
    from plumbline.office.inspections.models import Answer, Inspection

    visit = make_visit(cast, version=make_checklist())
    Inspection.objects.update(state="running", started_on=date(2026, 3, 1))
    page = open_page(f"/inspections/{visit.pk}/answers/", user=cast.staff)
    page.wait_for_selector("[data-net][data-state=saved]")
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => "
        "{ throw new DOMException('full', 'QuotaExceededError') } }"
    )
    page.context.set_offline(True)
    page.fill('form[data-entry="2.2"] [name=note]', "装不下")
    page.wait_for_selector("[data-net]:has-text('空间不足')")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert Answer.objects.get().note == "装不下"


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    """A photograph on the tablet."""
    from PIL import Image

    path = tmp_path / "机房.png"
    Image.new("RGB", (40, 30), "grey").save(path)
    return path
