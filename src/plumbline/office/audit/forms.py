"""The filter above the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.audit.queries import Filter, action_choices, person_choices
from plumbline.office.lib.dates import DayField


class FilterForm(forms.Form):
    """Person, act, thing and days."""

    text = forms.CharField(label=_("对象"), required=False, max_length=100)
    person = forms.TypedChoiceField(label=_("操作人"), required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label=_("操作"), required=False)
    since = DayField(label=_("自"), required=False)
    until = DayField(label=_("至"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("所有人")), *person_choices()]
        self.fields["action"].choices = [("", _("所有操作")), *action_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("结束日期早于开始日期。"))
        return cleaned

    def wanted(self) -> Filter:
        """The filter; fields in error do not narrow."""
        self.is_valid()
        return Filter(
            person=self.cleaned_data.get("person"),
            action=self.cleaned_data.get("action", ""),
            text=self.cleaned_data.get("text", "").strip(),
            since=self.cleaned_data.get("since"),
            until=self.cleaned_data.get("until"),
        )
