"""Too many failures: whose they are, and the page that says how long the sign-in stays closed."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The user name under which failures are counted, however it was written; axes asks for it.

    The names of the field differ between the form and the credentials that Django announces.
    """
    tried = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(tried).strip().lower()[:64]


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """429 with the minutes to wait, in words; axes calls it instead of its own page."""
    wait: timedelta = get_cool_off(request) or timedelta(0)
    minutes = math.ceil(wait.total_seconds() / 60)
    context = {
        "minutes": minutes,
        "until": timezone.now() + wait,
        "failures": settings.AXES_FAILURE_LIMIT,
    }
    answer = render(request, "account/locked.html", context, status=429)
    answer["Retry-After"] = str(int(wait.total_seconds()))
    return answer
