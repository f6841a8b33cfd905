"""The pages as a browser draws them: accessible, within the window, light enough, nothing from elsewhere."""

from __future__ import annotations

import pytest
from django.urls import reverse

from plumbline.office.units.people import create_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PAGES = ("units:list", "units:create", "units:people", "units:person_create", "audit:list", "mfa_index",
         "usersessions_list", "account_change_password")  # fmt: skip
FIRST_PAGE = 500 * 1024


@pytest.fixture
def peopled(cast):
    for number in range(60):
        create_person(
            actor=cast.administrator, username=f"p{number:02}", full_name=f"众人{number:02}", role="expert"
        )
    return cast


@pytest.mark.parametrize(("size", "dark"), [("1440", False), ("1440", True), ("390", False)])
def test_pages_are_accessible_and_stay_within_the_window(peopled, open_page, axe, screenshot, size, dark):
    page = open_page(user=peopled.administrator, size=size, dark=dark, path=reverse("units:people"))
    for name in PAGES:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + reverse(name))
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        assert axe(page) == [], name
        screenshot(page, f"{name.replace(':', '-')}-{size}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sign_in_is_accessible(cast, open_page, axe, screenshot, dark):
    page = open_page(reverse("account_login"), dark=dark)
    assert axe(page) == []
    screenshot(page, f"sign-in-{'dark' if dark else 'light'}")


def test_a_person_is_deactivated_with_a_reason_by_keyboard_alone(cast, open_page, axe):
    page = open_page(reverse("units:person", args=[cast.staff.pk]), user=cast.administrator)
    page.get_by_role("button", name="停用账号").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("原因").wait_for()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    page.get_by_role("button", name="停用账号").press("Enter")
    page.get_by_role("dialog").get_by_label("原因").fill("调离岗位")
    page.get_by_role("dialog").get_by_role("button", name="停用账号").press("Enter")
    page.get_by_text("已停用“李强”的账号").wait_for()
    cast.staff.refresh_from_db()
    assert not cast.staff.is_active


def test_the_choices_of_colour_and_unit_of_money_are_remembered(cast, open_page):
    page = open_page(reverse("units:list"), user=cast.staff)
    page.get_by_role("button", name="切换为深色").click()
    page.get_by_role("button", name="单位：元").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("document.documentElement.dataset.money") == "wan"
    assert page.get_by_role("button", name="单位：万元").get_attribute("aria-pressed") == "true"


def test_the_first_tab_leads_past_the_navigation(cast, open_page):
    page = open_page(reverse("units:list"), user=cast.staff)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_navigation_folds_on_a_phone(cast, open_page):
    page = open_page(reverse("units:list"), user=cast.administrator, size="390")
    link = page.get_by_role("navigation", name="主导航").get_by_role("link", name="系统")
    assert not link.is_visible()
    page.get_by_role("button", name="展开或收起导航").click()
    assert link.is_visible()


def test_a_printed_list_is_content_alone(cast, open_page):
    page = open_page(reverse("units:list"), user=cast.administrator)
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="主导航").is_visible()
    assert page.get_by_role("table").is_visible()


def test_the_first_page_is_light(cast, open_page):
    """Compressed as the server sends it: text of that kind shrinks to a quarter or less, gzip is measured."""
    import gzip

    page = open_page(reverse("account_login"))
    asked = []
    page.on("request", lambda call: asked.append(call.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert len(set(asked)) > 5
    assert sum(len(gzip.compress(page.request.get(url).body())) for url in set(asked)) < FIRST_PAGE
