"""The form of an asset."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.access import visible_units
from plumbline.office.units.assets import EXAMPLES, AssetError, normalise
from plumbline.office.units.models import Asset, System, Unit


class AssetForm(RevisedForm):
    """One asset; its value is read as its kind demands."""

    class Meta:
        model = Asset
        fields = (
            "unit", "kind", "value", "title", "system", "vendor", "version", "place", "keeper", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = self.instance.pk is not None
        units = visible_units(user)
        mine = units.filter(pk=self.instance.unit_id) if saved else units.filter(state=Unit.State.ACTIVE)
        field = self.fields["unit"]
        field.queryset, field.disabled = mine, saved
        field.label, field.label_from_instance = _("单位"), attrgetter("name")
        if not saved and len(rows := list(mine[:2])) == 1:
            field.initial, field.empty_label = rows[0].pk, None
        systems = System.objects.filter(unit__in=mine).select_related("unit").order_by("unit__name", "name")
        if self._unit_id():
            systems = systems.filter(unit=self._unit_id())
        elif not saved and field.empty_label is not None:
            systems = systems.none()
        self.fields["system"].queryset = systems
        self.fields["system"].label, self.fields["system"].empty_label = _("所属系统"), _("不属于任何系统")
        if not self._unit_id() and field.empty_label is not None:
            self.fields["system"].help_text = _("先选单位，再选系统。")
        self.fields["kind"].choices = Asset.Kind.choices
        self.fields["value"].widget.attrs |= {"autocapitalize": "off", "spellcheck": "false"}
        self.fields["value"].help_text = EXAMPLES.get(self._kind(), "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") and cleaned.get("value"):
            try:
                cleaned["value"] = normalise(cleaned["kind"], cleaned["value"]).value
            except AssetError as error:
                self.add_error("value", error.sentence)
        return cleaned

    def _unit_id(self) -> int | None:
        """The unit that the form speaks of now: saved, typed, or given with the address."""
        if self.instance.unit_id:
            return self.instance.unit_id
        typed = self.data.get("unit") if self.is_bound else self.initial.get("unit")
        if not typed:
            typed = self.fields["unit"].initial
        return whole_number(str(typed or ""))

    def _kind(self) -> str:
        typed = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        return str(typed or self.instance.kind or Asset.Kind.IP)

    def validate_unique(self) -> None:
        """The service looks for twins under a lock, and says what to do about one."""
