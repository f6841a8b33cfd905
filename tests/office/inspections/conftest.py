"""What the tests of the room share."""

from __future__ import annotations

import io
from typing import Any

import pytest


@pytest.fixture
def photo() -> Any:
    """`photo("名称.png")`: an upload that is fit to be evidence."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    def make(name: str = "现场.png") -> SimpleUploadedFile:
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
        return SimpleUploadedFile(name, buffer.getvalue(), "image/png")

    return make


@pytest.fixture
def worker() -> Any:
    """`worker()`: what the background worker does with everything that waits, and no more."""
    from django_tasks_db.models import DBTaskResult

    def once() -> None:
        for waiting in DBTaskResult.objects.filter(status="READY"):
            waiting.claim("test")
            try:
                told = waiting.task.call(*waiting.args_kwargs["args"])
            except Exception as error:
                waiting.set_failed(error)
            else:
                waiting.set_successful(told)

    return once
