"""The form of an information system."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.dates import DayField
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.access import visible_units
from plumbline.office.units.categories import choices
from plumbline.office.units.models import System, Unit
from plumbline.office.units.services.systems import OFFICE_FIELDS, wrong_together


class SystemForm(RevisedForm):
    """One system. People outside the office see the critical flag and cannot change it."""

    filed_on = DayField(label=_("备案日期"), required=False)
    assessed_on = DayField(label=_("最近测评日期"), required=False)
    assessment_due_on = DayField(label=_("下次测评期限"), required=False)

    class Meta:
        model = System
        fields = (
            "unit", "name", "kind", "state", "purpose", "url", "operator", "level", "filing_number",
            "filed_on", "assessed_on", "assessed_by", "assessment_due_on", "critical", "protected_by", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    #: names of the fields, in groups as the page draws them
    GROUPS = (
        (_("基本情况"), ("unit", "name", "kind", "state", "purpose", "url", "operator")),
        (
            _("等级保护"),
            ("level", "filing_number", "filed_on", "assessed_on", "assessed_by", "assessment_due_on"),
        ),
        (_("关键信息基础设施"), ("critical", "protected_by")),
        (_("其他"), ("note",)),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = self.instance.pk is not None
        units = visible_units(user)
        mine = units.filter(pk=self.instance.unit_id) if saved else units.filter(state=Unit.State.ACTIVE)
        field = self.fields["unit"]
        field.queryset, field.disabled = mine, saved
        field.label, field.label_from_instance = _("单位"), attrgetter("name")
        if not saved and len(units := list(mine[:2])) == 1:
            field.initial, field.empty_label = units[0].pk, None
        kinds = [("", "—"), *choices("system", current=self.instance.kind)]
        self.fields["kind"] = forms.ChoiceField(label=_("系统类型"), choices=kinds, required=False)
        self.fields["level"].choices = [("", _("未定级")), *System.Level.choices]
        self.fields["purpose"].help_text = _("这个系统为谁办什么事，一句话。")
        self.fields["url"].help_text = _("例如 https://www.example.gov.cn/；内网系统写内网地址。")
        self.fields["assessment_due_on"].help_text = _("留空时，第三级、第四级按规定从最近测评日期推算。")
        self.fields["protected_by"].help_text = _("认定为关键信息基础设施时必填。")
        if not user.may("units.edit"):
            for name in OFFICE_FIELDS:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("由网信办登记。")

    def groups(self) -> list[tuple[object, list[forms.BoundField]]]:
        """The fields as the page draws them."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wrong = wrong_together(
            critical=cleaned.get("critical", ""),
            protected_by=cleaned.get("protected_by", ""),
            assessed_on=cleaned.get("assessed_on"),
            due_on=cleaned.get("assessment_due_on"),
        )
        for name, error in wrong.items():
            self.add_error(name, error)
        return cleaned
