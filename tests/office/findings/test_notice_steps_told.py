"""What somebody is told whose step comes after another's change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.findings.notice_factories import make_notice

pytestmark = pytest.mark.django_db


def test_a_step_on_a_changed_notice_says_that_it_was_not_taken_and_speaks_of_nothing_to_save(
    cast: Any, signed_in: Callable[[Any], Client]
) -> None:
    notice = make_notice(cast, upto="submit", now=timezone.now() - timedelta(minutes=1))
    path = reverse("findings:notice_approve", args=[notice.pk])
    late = signed_in(cast.leader).post(path, {"revision": 0})
    text = late.content.decode()
    assert late.status_code == 409
    assert "这一步没有办理" in text and "请重新看过再办理" in text
    assert "再次保存" not in text
    notice.refresh_from_db()
    assert notice.state == "submitted"
