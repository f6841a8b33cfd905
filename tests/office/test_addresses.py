"""Every address of the office, with numbers and texts that no page sends: an answer, never a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern

from plumbline.office.lib.addresses import MOST, whole_number
from tests.office.targets.factories import make_plan

pytestmark = pytest.mark.django_db
LEAVE_OUT = {"account_logout"}
FAR = "9" * 40
QUERY = urlencode(
    dict.fromkeys(("page", "v", "line", "year", "unit", "project", "a", "b", "person"), FAR)
    | {"sort": "-nothing", "since": "0001-01-01", "until": "9999-12-31", "state": "x", "kind": "x"}
)


def addresses(patterns: list[Any], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        elif pattern.name and pattern.name not in LEAVE_OUT and isinstance(pattern.pattern, RoutePattern):
            yield space + pattern.name, pattern.pattern.converters


def failures(client: Client, *, plan_id: int, number: int, query: str = "") -> list[str]:
    client.raise_request_exception = False
    found = []
    for name, converters in addresses(get_resolver().url_patterns):
        if not all(isinstance(one, IntConverter) for one in converters.values()):
            continue
        url = reverse(name, kwargs={key: plan_id if key == "plan_id" else number for key in converters})
        if client.get(f"{url}?{query}").status_code >= 500:
            found.append(url)
    return found


@pytest.fixture
def office(cast: Any, signed_in: Any) -> tuple[Client, int]:
    built = make_plan(unit=cast.office, user=cast.administrator)
    return signed_in(cast.administrator), built.plan.pk


def test_numbers_beyond_every_key_find_nothing(office: tuple[Client, int]) -> None:
    client, plan_id = office
    assert failures(client, plan_id=plan_id, number=MOST + 1) == []
    assert failures(client, plan_id=10**30, number=MOST) == []


def test_filters_that_mean_nothing_do_not_break_a_page(office: tuple[Client, int]) -> None:
    client, plan_id = office
    assert failures(client, plan_id=plan_id, number=1, query=QUERY) == []


@pytest.mark.parametrize("name", ["units:list", "targets:plans", "reports:index", "audit:list"])
def test_a_nul_character_is_a_bad_request(office: tuple[Client, int], name: str) -> None:
    client, _plan_id = office
    assert client.get(reverse(name), {"q": "a\x00b"}).status_code == 400
    assert client.post(reverse(name), {"reason": "a\x00b"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "number"), [("17", 17), ("", None), ("-1", None), ("1.5", None), (str(MOST), MOST), (FAR, None)]
)
def test_a_typed_number_is_one_that_can_be_meant(text: str, number: int | None) -> None:
    assert whole_number(text) == number
