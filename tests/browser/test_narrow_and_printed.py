"""What a page of inspections is on a telephone, on paper and in English, where its words are longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests.office.inspections.conduct import make_checklist, make_plan, make_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def drawn(page: Any, selector: str, what: str) -> str:
    """One drawn property of the first element that a selector finds."""
    return page.locator(selector).first.evaluate("(one, what) => getComputedStyle(one)[what]", what)


def test_the_sums_of_a_plan_are_named_on_a_telephone_and_its_days_wrap_in_english(
    cast: Any, open_page: Callable[..., Any]
) -> None:
    visit = make_visit(cast, version=make_checklist(), plan=make_plan(cast))
    path = reverse("inspections:plan", args=[visit.plan_id])
    page = open_page(path, user=cast.staff, size="390")
    whole = page.locator(".quarter-progress tfoot td").first
    assert drawn(page, ".quarter-progress tfoot td", "display") == "flex"
    assert whole.evaluate("one => getComputedStyle(one, '::before').content") == '"任务数"'
    page.set_viewport_size({"width": 1440, "height": 900})
    assert drawn(page, ".quarter-progress tfoot td", "display") == "table-cell"
    assert drawn(page, "td.days", "whiteSpace") == "nowrap"
    home = "/".join(page.url.split("/")[:3])
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": home}])
    page.reload()
    assert drawn(page, "td.days", "whiteSpace") == "normal"


def test_who_signs_a_printed_record_signs_on_one_page(cast: Any, open_page: Callable[..., Any]) -> None:
    visit = make_visit(cast, version=make_checklist())
    page = open_page(reverse("inspections:record", args=[visit.pk]), user=cast.staff)
    page.emulate_media(media="print")
    assert drawn(page, ".signatures", "breakInside") == "avoid"
    assert drawn(page, ".record tr:has(> th[scope=rowgroup])", "breakAfter") == "avoid"
