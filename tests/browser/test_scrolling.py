"""A long table scrolls within its frame and leaves no empty page below the foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: a table of many rows, each with words for those who listen, before the foot of the page
LONG = """() => {
    const frame = document.createElement('div');
    frame.className = 'table-scroll';
    const row = '<tr><td>9家 <span class="visually-hidden">自动取值</span></td></tr>';
    frame.innerHTML = `<table class="table"><tbody>${row.repeat(200)}</tbody></table>`;
    document.querySelector('main').append(frame);
    return frame.scrollHeight > frame.clientHeight;
}"""
#: how far the page goes on below its foot, in pixels
BELOW = """() => document.documentElement.scrollHeight
    - Math.max(document.querySelector('footer').getBoundingClientRect().bottom + scrollY, innerHeight)"""


def test_nothing_lies_below_the_foot_of_a_page_with_a_long_table(
    cast: Cast, open_page: Callable[..., Any]
) -> None:
    page = open_page(reverse("units:list"), user=cast.administrator)
    assert page.evaluate(LONG)
    assert page.evaluate(BELOW) < 2
