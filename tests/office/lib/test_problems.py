"""Pages that say what went wrong, and what to do."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse

from plumbline.kernel.errors import PlumblineError
from plumbline.office import urls as office_urls

pytestmark = pytest.mark.django_db


def fails(request):
    raise PlumblineError("表里有两行同一个项目", where="台账.xlsx 第 7 行", advice="请删去一行后重新导入。")


def breaks(request):
    raise ZeroDivisionError


def refuses(request):
    raise PermissionDenied("这一步须由领导批准。")


def too_big(request):
    raise RequestDataTooBig


def takes(request):
    return HttpResponse("taken")


urlpatterns = [
    *office_urls.urlpatterns,
    path("test/fails/", fails),
    path("test/breaks/", breaks),
    path("test/refuses/", refuses),
    path("test/too-big/", too_big),
    path("test/takes/", takes),
]
handler400 = office_urls.handler400
handler403 = office_urls.handler403
handler404 = office_urls.handler404
handler500 = office_urls.handler500


@pytest.fixture
def client(staff, signed_in):
    client = signed_in(staff)
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        yield client


def test_an_error_of_ours_says_what_where_and_what_to_do(client):
    answer = client.get("/test/fails/")
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("表里有两行同一个项目", "台账.xlsx 第 7 行", "请删去一行后重新导入。"):
        assert sentence in page


def test_htmx_gets_the_same_as_a_fragment(client):
    answer = client.get("/test/fails/", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请删去一行后重新导入。" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/test/breaks/", 500, "您的操作没有完成"),
        ("/test/refuses/", 403, "这一步须由领导批准。"),
        ("/test/too-big/", 413, "超出了允许的大小"),
        ("/nowhere/", 404, "找不到这个页面"),
    ],
)
def test_refusals_and_failures_have_pages_of_their_own(client, address, status, sentence):
    answer = client.get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_what_was_asked_for_is_not_repeated(client):
    assert b"<script>" not in client.get("/nowhere/<script>alert(1)</script>/").content.replace(
        b"<script src", b""
    )


def test_a_form_that_was_open_too_long_says_so(staff):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {"login": "liqiang", "password": "x"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_a_request_beyond_any_form_is_refused_before_it_is_kept(client, settings, monkeypatch):
    settings.PLUMBLINE_UPLOAD_LIMIT, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000, 1000

    def kept(*_args, **_kwargs):
        raise AssertionError("nothing may be kept of it")

    monkeypatch.setattr(MemoryFileUploadHandler, "new_file", kept)
    stranger = Client(enforce_csrf_checks=True)
    stranger.get(reverse("account_login"))
    answer = stranger.post(reverse("account_login"), {"file": SimpleUploadedFile("大.pdf", b"x" * 6000)})
    assert answer.status_code == 413
    assert "超出了允许的大小" in answer.content.decode()


def test_the_page_of_a_failure_needs_no_database(django_assert_num_queries):
    from plumbline.office.lib.problems import server_error

    with django_assert_num_queries(0):
        assert server_error(RequestFactory().get("/")).status_code == 500


def test_every_page_has_the_strict_policy(client):
    policy = client.get(reverse("units:list"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_carries_inline_script_or_style():
    """The policy would block them; a template that has one is broken without a word."""
    import re
    from pathlib import Path

    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=\"|javascript:"
    )
    office = Path(office_urls.__file__).parent
    found = {
        str(file.relative_to(office)): inline.findall(file.read_text(encoding="utf-8"))
        for file in office.rglob("templates/**/*.html")
        if inline.search(file.read_text(encoding="utf-8"))
    }
    assert found == {}
