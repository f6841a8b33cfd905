"""Large checklists are read by the worker; the pages only show what it read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plumbline.office.inspections.models import ChecklistVersion
from plumbline.office.inspections.services import checklist_readings as readings
from plumbline.office.inspections.services.checklist_exports import to_toml
from plumbline.office.inspections.services.checklist_shapes import draft_of
from plumbline.office.inspections.services.checklists_shipped import load_shipped
from tests.office.inspections.conduct import NOW

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"inspections:{name}", args=args)


@pytest.fixture
def client(cast, signed_in):
    return signed_in(cast.staff)


@pytest.fixture
def large(monkeypatch):
    """The shipped checklist, with an edition of its own; it counts as large."""
    load_shipped(now=NOW)
    version = ChecklistVersion.objects.get(checklist__key="county-yearly")
    version.edition = "2031"
    monkeypatch.setattr(readings, "AT_ONCE", 10)
    return to_toml(draft_of(version)).encode()


def send(client, data, name="年度.toml"):
    return client.post(address("checklist_import"), {"file": SimpleUploadedFile(name, data)})


def test_a_large_file_is_read_by_the_worker_and_looked_at_as_read(
    client,
    large,
    worker,
    monkeypatch,
):
    monkeypatch.setattr(readings, "read_checklist", _never)
    sent = send(client, large)
    assert sent.status_code == 302, "nothing is read while the person waits"
    page = client.get(sent.url)
    assert "排队中" in page.text and "progress/" in page.text
    assert "HX-Refresh" not in client.get(f"{sent.url}progress/").headers
    monkeypatch.undo()
    monkeypatch.setattr(readings, "AT_ONCE", 10)
    worker()
    assert client.get(f"{sent.url}progress/").headers["HX-Refresh"] == "true"
    preview = client.get(sent.url).url
    monkeypatch.setattr(readings, "read_checklist", _never)
    seen = client.get(preview)
    assert seen.status_code == 200
    form = seen.context["form"]
    kept = client.post(preview, {name: form[name].value() or "" for name in form.fields})
    assert kept.status_code == 302
    assert ChecklistVersion.objects.filter(state="draft", edition="2031").count() == 1


def test_what_was_read_comes_back_the_same(cast, client, large, worker):
    sent = send(client, large)
    worker()
    preview = client.get(sent.url).url
    draft = client.get(preview).context["draft"]
    file = client.get(preview).context["file"]
    assert (draft.digest, draft.points, draft) == (
        readings.read(file).digest, readings.read(file).points, readings.read(file),
    )  # fmt: skip


def test_a_large_file_that_is_no_checklist_says_what_to_do(client, large, worker):
    sent = send(client, b"key = [" * 40)
    worker()
    page = client.get(sent.url)
    assert "未能读取" in page.text and "怎么办" in page.text
    assert client.post(sent.url).status_code == 302


def test_a_reading_is_of_its_file_and_its_person(cast, client, large, signed_in, worker):
    sent = send(client, large)
    worker()
    assert signed_in(cast.administrator).get(sent.url).status_code == 404
    task = sent.url.rstrip("/").rpartition("/")[2]
    other = send(client, large, "另.toml").url.rstrip("/").split("/")[-2]
    for stray in (task, uuid4(), "x"):
        found = client.get(address("checklist_reading", int(other), str(stray)))
        assert found.url == address("checklist_import"), stray
    assert client.get(address("checklist_preview", int(other))).url == address("checklist_import")


def _never(*_args):
    raise AssertionError("read in the request")
