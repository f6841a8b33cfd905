"""Errors of the product, and refusals of the framework, as pages that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from plumbline.kernel.errors import PlumblineError

_log = logging.getLogger("plumbline.problems")


class ProblemMiddleware:
    """Turns a `PlumblineError` that a view let through into a page with its three texts.

    htmx gets the same as a fragment. The status is 422: understood, and not possible.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page; None for anything that is not ours."""
        if not isinstance(exception, PlumblineError):
            return None
        _log.info("%s %s: %s", request.method, request.path, exception)
        template = (
            "errors/problem_fragment.html" if request.headers.get("HX-Request") else "errors/problem.html"
        )
        return render(request, template, {"problem": exception}, status=422)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; an upload or a form that is too large says so and gets 413."""
    too_large = type(exception).__name__ in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    if too_large:
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    """403 with the sentence of whoever refused."""
    return render(request, "errors/403.html", {"sentence": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; what was looked for is not repeated, it may come from anybody."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the database, which may be what failed."""
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or cookies are off."""
    _log.info("CSRF refused %s: %s", request.path, reason)
    return render(request, "errors/csrf.html", status=403)
