"""The form for people who sign in."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.models import Unit


class PersonForm(RevisedForm):
    """A person's name, role and units; the user name is fixed once the account exists."""

    units = forms.ModelMultipleChoiceField(
        label=_("所属单位"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("单位联络员只看到所属单位，专家只看到交给他评审的单位；按住 Ctrl 可选多个。"),
    )

    class Meta:
        model = User
        fields = ("username", "full_name", "role", "email")

    field_order = ("username", "full_name", "role", "units", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = Q(state=Unit.State.ACTIVE)
        if self.instance.pk:
            mine = list(self.instance.memberships.values_list("unit", flat=True))
            self.fields["username"].disabled = True
            self.fields["units"].initial = mine
            usable |= Q(pk__in=mine)
        self.fields["units"].queryset = Unit.objects.filter(usable)
        self.fields["units"].label_from_instance = attrgetter("name")
        self.fields["username"].widget.attrs["autocomplete"] = "off"

    def clean_username(self) -> str:
        """Lower case, because people do not remember how they wrote it."""
        username = self.cleaned_data["username"]
        return username if self.instance.pk else username.lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.LIAISON and not cleaned.get("units"):
            self.add_error("units", _("单位联络员必须属于一个单位。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the services take, without the user name."""
        return {name: self.cleaned_data[name] for name in ("full_name", "role", "units", "email")}
