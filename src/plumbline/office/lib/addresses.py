"""What comes in with an address or a form beside the fields of Django's forms: only what can be meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase

#: the largest number that a key or a count in the database can be
MOST = 2**63 - 1
NUL = "\x00"


def whole_number(text: str) -> int | None:
    """The number that was typed; None where it is none, or larger than anything that is counted here."""
    if not text.isdecimal() or len(text) > len(str(MOST)):
        return None
    number = int(text)
    return number if number <= MOST else None


class MeantRequestMiddleware:
    """Turns away what no page sends and what a database chokes on.

    A number beyond every key finds nothing (404: SQLite would raise). A NUL character in a field is a bad
    request (400: PostgreSQL holds no such text). Stands after the middleware that checks the origin of
    forms, because it reads them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Go on, unless the address or a field is not to be meant.

        Raises:
            Http404: a number in the address is beyond every key.
            BadRequest: a field holds a NUL character.
        """
        if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
            raise Http404
        for fields in (request.GET, request.POST):
            if any(NUL in value for values in fields.lists() for value in (values[0], *values[1])):
                raise BadRequest("a field holds a NUL character")
        return None
