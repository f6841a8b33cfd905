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
