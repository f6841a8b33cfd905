"""The forms for the turns of a unit's life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.dates import DayField
from plumbline.office.units.models import Unit
from plumbline.office.units.queries import active_units, possible_parents


class TurnForm(forms.Form):
    """When, and on what grounds."""

    on = DayField(label=_("生效日期"))
    reason = forms.CharField(
        label=_("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("批准文件的名称、文号，或变更的原因；记入沿革和操作记录。"),
    )

    def __init__(self, *args: Any, unit: Unit, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)


class RenameForm(TurnForm):
    """Another name."""

    name = forms.CharField(label=_("新的单位名称"), max_length=128, help_text=_("与公章一致的全称。"))
    short_name = forms.CharField(label=_("新的简称"), max_length=32, required=False)
    field_order = ("name", "short_name", "on", "reason")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        self.fields["name"].initial, self.fields["short_name"].initial = unit.name, unit.short_name


class MoveForm(TurnForm):
    """Another parent."""

    parent = forms.ModelChoiceField(
        label=_("新的上级单位"), queryset=Unit.objects.none(), required=False, empty_label=_("无（直属）")
    )
    field_order = ("parent", "on", "reason")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        self.fields["parent"].queryset = possible_parents(unit)
        self.fields["parent"].label_from_instance = lambda row: row.name
        self.fields["parent"].initial = unit.parent_id


class MergeForm(TurnForm):
    """The unit that it goes into."""

    into = forms.ModelChoiceField(
        label=_("并入的单位"), queryset=Unit.objects.none(), empty_label=_("请选择")
    )
    field_order = ("into", "on", "reason")

    def __init__(self, *args: Any, unit: Unit, user: User, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, user=user, **kwargs)
        self.fields["into"].queryset = active_units(user).exclude(pk=unit.pk)
        self.fields["into"].label_from_instance = lambda row: row.name
