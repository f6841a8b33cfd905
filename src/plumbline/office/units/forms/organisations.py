"""The form for organisations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.models import Unit
from plumbline.office.units.queries import possible_parents


class UnitForm(RevisedForm):
    """One unit."""

    class Meta:
        model = Unit
        fields = ("name", "short_name", "code", "kind", "parent", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = possible_parents(self.instance if self.instance.pk else None)
        self.fields["parent"].empty_label = _("无")
        self.fields["name"].help_text = _("与预算批复、公章一致的全称。")
