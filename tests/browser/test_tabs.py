"""The tabs of a section: all of them can be read, in the longer language too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: tabs that reach over the row that holds them
HIDDEN = """() => {
    const row = document.querySelector('.tabs').getBoundingClientRect();
    return [...document.querySelectorAll('.tabs .nav-link')]
        .filter((tab) => tab.getBoundingClientRect().right > row.right + 1)
        .map((tab) => tab.textContent.trim());
}"""


def test_no_tab_reaches_over_the_edge_in_english(cast: Cast, open_page: Callable[..., Any]) -> None:
    page = open_page(reverse("inspections:list"), user=cast.administrator)
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", level=1, name="Inspections").wait_for()
    assert page.locator(".tabs .nav-link").count() > 6
    for width in (1440, 1024, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(HIDDEN) == [], width


def test_on_a_telephone_the_row_begins_at_the_current_tab(cast: Cast, open_page: Callable[..., Any]) -> None:
    page = open_page(reverse("inspections:reports"), user=cast.administrator, size="390")
    page.wait_for_load_state("networkidle")
    current = page.locator(".tabs .nav-link.active")
    assert current.inner_text().strip() not in page.evaluate(HIDDEN)
    assert current.evaluate("tab => tab.getBoundingClientRect().left") >= 0
