"""Fields of the room's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; the clean value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput())
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("照片、截图、PDF 或办公文档，可选多个。"))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[File]:
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if not sent and self.required:
            super().clean(None, initial)
        return [super(FilesField, self).clean(one, initial) for one in sent]


def words(label: Any, *, required: bool = True, rows: int = 3, hint: Any = "") -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label, required=required, max_length=4000, help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip
