"""A one-time password opens one page: the one on which it is replaced."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

_OPEN = frozenset({"account_change_password", "account_logout", "set_language", "health"})


def came_by_single_sign_on(request: HttpRequest) -> bool:
    """Whether the identity service vouched for the person, who then need not know any password of ours."""
    methods = get_authentication_records(request, request.user)
    return any(record["method"] == "socialaccount" for record in methods)


class OneTimePasswordMiddleware:
    """Sends people with a one-time password to the page where they choose their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Redirect unless the page is one of the open ones."""
        match = request.resolver_match
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        if came_by_single_sign_on(request):
            return None
        return None if match and match.url_name in _OPEN else redirect("account_change_password")
