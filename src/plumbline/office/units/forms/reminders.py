"""The form for asking units to complete their entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.dates import DayField
from plumbline.office.lib.workdays import add_workdays
from plumbline.office.units.models import Unit
from plumbline.office.units.queries import active_units

#: working days that a unit is given unless somebody says otherwise
USUAL_DAYS = 5


class ReminderForm(forms.Form):
    """Whom, and by when."""

    units = forms.ModelMultipleChoiceField(
        queryset=Unit.objects.none(), error_messages={"required": _("请先勾选要提醒的单位。")}
    )
    due_on = DayField(label=_("请于此日前补全"))
    note = forms.CharField(label=_("附言"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = active_units(user)
        self.fields["due_on"].initial = add_workdays(timezone.localdate(), USUAL_DAYS)

    def clean_due_on(self) -> Any:
        """A day that is still to come."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("期限不能早于今天。"))
        return day
