"""The forms for organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib import credit_codes
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.categories import choices
from plumbline.office.units.models import Unit
from plumbline.office.units.queries import possible_parents


class UnitForm(RevisedForm):
    """What the office says about a unit. Name and parent change by turns of its life, with their reason."""

    kind = forms.ChoiceField(label=_("单位类别"))
    sector = forms.ChoiceField(label=_("行业领域"), required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("18 位，见法人证书或营业执照；可带空格。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Unit
        fields = ("short_name", "kind", "sector", "credit_code", "code", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("type", current=self.instance.kind)
        self.fields["sector"].choices = [
            ("", _("未登记")),
            *choices("sector", current=self.instance.sector),
        ]

    def clean_credit_code(self) -> str:
        """The code as it is stored."""
        try:
            return credit_codes.checked(self.cleaned_data["credit_code"])
        except credit_codes.CreditCodeError as error:
            raise ValidationError(f"{error.what}{error.advice}") from error


class NewUnitForm(UnitForm):
    """A unit that is entered: its name and what it belongs to, too."""

    class Meta(UnitForm.Meta):
        fields = ("name", "short_name", "kind", "sector", "parent", "credit_code", "code", "note")

    field_order = Meta.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = possible_parents(None)
        self.fields["parent"].empty_label = _("无")
        self.fields["parent"].label_from_instance = lambda unit: unit.name
        self.fields["name"].help_text = _("与预算批复、公章一致的全称。")


class FiguresForm(RevisedForm):
    """What the unit itself says."""

    has_no_systems = forms.BooleanField(
        label=_("声明：本单位没有自建、自管的信息系统（含网站、公众号、小程序）"),
        required=False,
        help_text=_("只使用上级统建系统的单位可以声明；登记系统后声明自动失效。"),
    )

    class Meta:
        model = Unit
        fields = ("address", "staff_total", "staff_security")

    field_order = (*Meta.fields, "has_no_systems")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_no_systems"].initial = self.instance.no_systems_on is not None
        self.fields["staff_total"].help_text = _("含在编和聘用人员。")
        self.fields["staff_security"].help_text = _("专职和兼职都计入；没有时填 0。")

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("address", "staff_total", "staff_security", "has_no_systems")
        return {name: self.cleaned_data[name] for name in names}
