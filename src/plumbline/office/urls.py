"""Every address. A room names its own whole addresses in its `urls.py`; nothing else is listed here."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from plumbline.office.lib.health import health

ROOMS = ("accounts", "audit", "files", "units", "findings", "inspections", "targets", "reports")


def _room_urls(room: str) -> list[str]:
    module = f"plumbline.office.{room}.urls"
    return [module] if find_spec(module) else []


urlpatterns = [
    path("health/", login_not_required(health), name="health"),
    path("language/", login_not_required(set_language), name="set_language"),
    *(path("", include(module)) for room in ROOMS for module in _room_urls(room)),
]

handler400 = "plumbline.office.lib.problems.bad_request"
handler403 = "plumbline.office.lib.problems.forbidden"
handler404 = "plumbline.office.lib.problems.not_found"
handler500 = "plumbline.office.lib.problems.server_error"
