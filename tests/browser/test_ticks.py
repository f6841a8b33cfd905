"""What is ticked in a long list is kept while its pages are turned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from plumbline.office.inspections.models import Inspection
from plumbline.office.units.models import Unit
from tests.cast import Cast
from tests.office.inspections.conduct import make_checklist, make_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_units_of_two_pages_go_into_the_plan_together(cast: Cast, open_page: Callable[..., Any]) -> None:
    Unit.objects.bulk_create(Unit(name=f"学校{n:03}", kind=Unit.Kind.SCHOOL) for n in range(120))
    plan = make_plan(cast, state="draft")
    make_checklist()
    page = open_page(f"/inspections/plans/{plan.pk}/add/?sort=name", user=cast.staff)
    first, second = Unit.objects.get(name="学校001"), Unit.objects.get(name="学校118")
    page.locator(f"#unit-{first.pk}").check()
    page.locator("a[rel=next]").click()
    page.wait_for_load_state()
    page.locator(f"#unit-{second.pk}").check()
    page.wait_for_function("document.querySelector('[data-ticked]').textContent === '2'")
    sent = page.evaluate("new FormData(document.querySelector('form[data-keep-ticks]')).getAll('unit')")
    assert sorted(sent) == sorted([str(first.pk), str(second.pk)])
    page.locator("a[rel=prev]").click()
    page.wait_for_load_state()
    assert page.locator(f"#unit-{first.pk}").is_checked()
    page.locator("[data-untick]").click()
    assert page.locator("[data-ticked]").text_content() == "0"
    assert not Inspection.objects.filter(unit=first).exists()
