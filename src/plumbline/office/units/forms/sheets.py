"""The form that takes a register sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.sheet_columns import SHEET_BYTES, SHEET_ROWS
from plumbline.office.units.services.sheet_work import may_import
from plumbline.office.units.sheets import SHEETS


class SheetUploadForm(forms.Form):
    """Which list, and the filled-in .xlsx."""

    kind = forms.ChoiceField(label=_("名录"))
    sheet = forms.FileField(
        label=_("填好的表格"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (key, sheet.title) for key, sheet in SHEETS.items() if may_import(user, key)
        ]
        self.fields["sheet"].help_text = _(
            ".xlsx，最多 %(rows)d 行、%(size)d MB；上传后先核对，不会直接写入。"
        ) % {
            "rows": SHEET_ROWS,
            "size": SHEET_BYTES // 1024 // 1024,
        }
