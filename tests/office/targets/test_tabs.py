"""The tabs of a plan lead nobody to a closed door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.targets.factories import make_plan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("person", ["administrator", "staff", "leader", "liaison"])
def test_every_tab_that_is_shown_opens(client: Client, cast: Any, person: str) -> None:
    plan = make_plan(unit=cast.school, user=cast.staff).plan
    client.force_login(getattr(cast, person))
    page = client.get(reverse("targets:values", args=[plan.pk]))
    shown = [tab for tab in page.context["plan_tabs"] if f'href="{tab.url}"' in page.content.decode()]
    assert len(shown) >= 7
    assert [tab.url for tab in shown if client.get(tab.url, follow=True).status_code != 200] == []


def test_a_liaison_is_not_offered_the_forms(client: Client, cast: Any) -> None:
    plan = make_plan(unit=cast.school, user=cast.staff).plan
    forms = reverse("reports:forms", args=[plan.pk])
    client.force_login(cast.liaison)
    assert forms not in client.get(reverse("targets:values", args=[plan.pk])).content.decode()
    client.force_login(cast.staff)
    assert forms in client.get(reverse("targets:values", args=[plan.pk])).content.decode()
