"""Forms of the yearly plan and of what stands in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.office.inspections.models import ChecklistVersion, Inspection, InspectionPlan
from plumbline.office.inspections.queries.inspections import possible_inspectors
from plumbline.office.inspections.services.arranging import Arrangement
from plumbline.office.lib.dates import DayField
from plumbline.office.lib.revisions import RevisedForm


def reason_field(*, required: bool) -> forms.CharField:
    """Why an approved plan is changed."""
    return forms.CharField(
        label=gettext_lazy("调整理由"),
        required=required,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("计划已经批准，理由将记入计划的调整记录。"),
    )


class PlanForm(RevisedForm):
    """A year, its quotas and its words."""

    class Meta:
        model = InspectionPlan
        fields = ("year", "quota_q1", "quota_q2", "quota_q3", "quota_q4", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].disabled = self.instance.pk is not None
        self.fields["note"].help_text = _("工作要求、重点对象、组织方式等，可不填。")
        for number in (1, 2, 3, 4):
            field = self.fields[f"quota_q{number}"]
            field.label = _("第 %(n)d 季度任务数") % {"n": number}
            field.max_value = 10_000
            field.widget.attrs.update(min=0, max=10_000)
        if self.instance.state == InspectionPlan.State.APPROVED:
            self.fields["reason"] = reason_field(required=True)

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not 2000 <= year < 2100:
            raise ValidationError(_("年度须在 2000 至 2099 之间。"))
        return year


class ArrangementForm(forms.Form):
    """What the inspections of the ticked units have in common."""

    method = forms.ChoiceField(label=gettext_lazy("检查方式"), choices=Inspection.Method.choices)
    checklist = forms.ModelChoiceField(
        label=gettext_lazy("检查表"),
        queryset=ChecklistVersion.objects.none(),
        required=False,
        empty_label=gettext_lazy("暂不选定"),
        help_text=gettext_lazy("只列出在用的版本。自查和现场检查须有检查表才能开始。"),
    )
    planned_from = DayField(label=gettext_lazy("计划开始"))
    planned_to = DayField(label=gettext_lazy("计划完成"))
    lead = forms.ModelChoiceField(
        label=gettext_lazy("组长"),
        queryset=possible_inspectors().none(),
        required=False,
        empty_label=gettext_lazy("暂不指定"),
    )
    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("其他检查人员"),
        queryset=possible_inspectors().none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("现场检查和专家检测至少两人（含组长）；按住 Ctrl 可选多人。自查不需要填写。"),
    )

    def __init__(
        self, *args: Any, needs_reason: bool = False, methods: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checklist"].queryset = published()
        self.fields["checklist"].label_from_instance = title_of
        people = possible_inspectors()
        self.fields["lead"].queryset = people.exclude(role="expert")
        self.fields["members"].queryset = people
        for name in ("lead", "members"):
            self.fields[name].label_from_instance = person_title
        if methods:
            self.fields["method"].choices = [c for c in Inspection.Method.choices if c[0] in methods]
        if methods == (Inspection.Method.SELF_CHECK,):
            del self.fields["lead"], self.fields["members"], self.fields["method"]
            self.fields["checklist"].required = True
        if needs_reason:
            self.fields["reason"] = reason_field(required=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("planned_from"), cleaned.get("planned_to")
        if first and last and last < first:
            self.add_error("planned_to", _("计划完成日期早于计划开始日期。"))
        return cleaned

    def arrangement(self) -> Arrangement:
        """What the services take."""
        data = self.cleaned_data
        return Arrangement(
            method=data.get("method", Inspection.Method.SELF_CHECK),
            planned_from=data["planned_from"],
            planned_to=data["planned_to"],
            checklist=data["checklist"],
            lead=data.get("lead"),
            members=tuple(data.get("members", ())),
        )


class InspectionForm(RevisedForm):
    """The arrangement of one inspection that has not begun."""

    planned_from = DayField(label=gettext_lazy("计划开始"))
    planned_to = DayField(label=gettext_lazy("计划完成"))

    class Meta:
        model = Inspection
        fields = ("method", "checklist", "planned_from", "planned_to", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = ChecklistVersion.objects.filter(pk=self.instance.checklist_id)
        self.fields["checklist"].queryset = (published() | held).select_related("checklist")
        self.fields["checklist"].label_from_instance = title_of
        self.fields["checklist"].empty_label = _("暂不选定")
        plan = self.instance.plan
        if plan is not None and plan.state == InspectionPlan.State.APPROVED:
            self.fields["reason"] = reason_field(required=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("planned_from"), cleaned.get("planned_to")
        if first and last and last < first:
            self.add_error("planned_to", _("计划完成日期早于计划开始日期。"))
        return cleaned


class DrawForm(forms.Form):
    """How many are drawn, with which seed."""

    wanted = forms.IntegerField(label=gettext_lazy("抽取数量"), min_value=1, max_value=10_000)
    seed = forms.CharField(
        label=gettext_lazy("随机种子"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("可用当日公开的号码（例如福利彩票开奖号码）；留空由系统随机生成。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seed_source = forms.CharField(
        label=gettext_lazy("种子来源"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("例如“2026 年 3 月 2 日福彩 3D 第 2026052 期”。自己填写种子时须写明。"),
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"] = forms.CharField(
                label=gettext_lazy("重新抽取理由"),
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=gettext_lazy("本计划已有同类抽取，原来的结果会一并保留。"),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seed") and not cleaned.get("seed_source"):
            self.add_error("seed_source", _("自己填写种子时须写明来源，别人才能核对。"))
        return cleaned


class SheetForm(forms.Form):
    """A workbook."""

    file = forms.FileField(
        label=gettext_lazy("Excel 文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"})
    )


def published() -> Any:
    """Versions of checklists that are in use."""
    return ChecklistVersion.objects.filter(state=ChecklistVersion.State.PUBLISHED).select_related("checklist")


def title_of(version: ChecklistVersion) -> str:
    """A checklist as the pages call it."""
    return f"{version.checklist.title}（{version.edition or version.number}）"


def person_title(user: Any) -> str:
    """A person with his role, so that an expert is not taken for staff."""
    name = user.full_name or user.username
    return f"{name}（{user.get_role_display()}）"
