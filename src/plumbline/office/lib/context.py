"""What every page needs to draw the frame around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from plumbline.office.lib.navigation import Navigation, navigation_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """`navigation`, computed only by pages that draw it."""

    def navigation() -> Navigation:
        user = getattr(request, "user", None)
        return navigation_for(user, request.resolver_match) if user else Navigation((), ())

    return {"navigation": SimpleLazyObject(navigation)}
