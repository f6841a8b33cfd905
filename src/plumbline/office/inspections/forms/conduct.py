"""Forms of inspectors, ties and workbooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.office.accounts.roles import Role
from plumbline.office.inspections.forms.plans import person_title, reason_field
from plumbline.office.inspections.models import Inspection, InspectionPlan, Inspector
from plumbline.office.inspections.queries.inspections import possible_inspectors
from plumbline.office.lib.dates import DayField
from plumbline.office.units.models import Unit


class InspectorForm(forms.Form):
    """One person in an inspection.

    Args:
        changing: the one who is listed already and is changed; without one, only who is not listed can be
            added, because adding a person again would silently take the place of what is kept of them.
    """

    user = forms.ModelChoiceField(
        label=gettext_lazy("人员"),
        queryset=possible_inspectors().none(),
        empty_label=gettext_lazy("请选择"),
        error_messages={
            "invalid_choice": gettext_lazy("此人已在名单中或不能参加检查；要改分工，请在名单中点“修改”。")
        },
    )
    role = forms.ChoiceField(label=gettext_lazy("分工"), choices=Inspector.Role.choices, initial="member")
    starts_on = DayField(
        label=gettext_lazy("聘请自"), required=False, help_text=gettext_lazy("只对专家填写。")
    )
    ends_on = DayField(
        label=gettext_lazy("聘请至"),
        required=False,
        help_text=gettext_lazy("过了这一天，专家自动看不到这项检查。"),
    )
    letter = forms.CharField(
        label=gettext_lazy("聘请说明"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("工作内容、保密要求等；专家在检查页面上看到。"),
    )
    conflict_note = forms.CharField(
        label=gettext_lazy("回避说明"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("系统提示有应回避情形、但仍须由其参加时，写明理由。"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, inspection: Inspection, changing: Inspector | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = possible_inspectors()
        if changing is None:
            people = people.exclude(pk__in=inspection.inspectors.values("user"))
        else:
            people = people.filter(pk=changing.user_id)
        self.fields["user"].queryset = people
        self.fields["user"].label_from_instance = person_title
        self.fields["revision"].initial = inspection.revision
        self.fields["starts_on"].initial = inspection.planned_from
        self.fields["ends_on"].initial = inspection.planned_to
        plan = inspection.plan
        if plan is not None and plan.state == InspectionPlan.State.APPROVED:
            self.fields["reason"] = reason_field(required=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        user = cleaned.get("user")
        if user is not None and user.role == Role.EXPERT:
            cleaned["role"] = Inspector.Role.EXPERT
        return cleaned


class InterestForm(forms.Form):
    """A declared tie."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("人员"), queryset=possible_inspectors().none(), empty_label=gettext_lazy("请选择")
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("应回避的单位"), queryset=Unit.objects.none(), empty_label=gettext_lazy("请选择")
    )
    reason = forms.CharField(
        label=gettext_lazy("情形"),
        max_length=200,
        help_text=gettext_lazy("例如曾在该单位任职、近亲属在该单位工作、参与该单位系统建设。"),
    )
    until = DayField(
        label=gettext_lazy("有效期至"), required=False, help_text=gettext_lazy("留空为长期有效。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = possible_inspectors()
        self.fields["user"].label_from_instance = person_title
        self.fields["unit"].queryset = Unit.objects.filter(state=Unit.State.ACTIVE)


class SheetsForm(forms.Form):
    """Workbooks that units filled in; several at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files_given = self.files.getlist("files") if hasattr(self.files, "getlist") else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.files_given:
            raise forms.ValidationError(_("没有选择文件。请选择由本系统导出、填好的 Excel 文件。"))
        return cleaned
