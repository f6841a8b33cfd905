"""What every page needs to draw the frame around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from plumbline.office.lib.navigation import Navigation, navigation_for


class Abilities:
    """`{% if can.units_edit %}`: the capability "units.edit" of the person who looks at the page."""

    def __init__(self, user: Any) -> None:
        self._user = user

    def __getitem__(self, name: str) -> bool:
        room, _dot, verb = name.partition("_")
        return bool(
            self._user and self._user.is_authenticated and self._user.may(f"{room}.{verb}" if verb else room)
        )


def frame(request: HttpRequest) -> dict[str, Any]:
    """`navigation`, computed only by pages that draw it, and `can`."""
    user = getattr(request, "user", None)

    def navigation() -> Navigation:
        return navigation_for(user, request.resolver_match) if user else Navigation((), ())

    return {"navigation": SimpleLazyObject(navigation), "can": Abilities(user)}
