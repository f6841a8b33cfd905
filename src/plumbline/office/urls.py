"""Every address. A room names its own whole addresses in its `urls.py`; nothing else is listed here."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from plumbline.office.lib.health import health

ROOMS = ("accounts", "audit", "files", "units", "targets", "reports")


def _room_urls(room: str) -> list[str]:
    module = f"plumbline.office.{room}.urls"
    return [module] if find_spec(module) else []


urlpatterns = [
    path("health/", health, name="health"),
    path("language/", include("django.conf.urls.i18n")),
    *(path("", include(module)) for room in ROOMS for module in _room_urls(room)),
    path("account/", include("allauth.urls")),
]
