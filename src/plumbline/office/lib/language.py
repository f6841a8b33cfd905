"""Chinese unless the person chose otherwise."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class ChosenLanguageMiddleware:
    """Uses the language that was chosen on the page, and Chinese where none was.

    The browser's own language does not count: an office whose browser was installed in English still
    wants its forms in Chinese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):  # left as it was: the thread goes on to other people's work
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
