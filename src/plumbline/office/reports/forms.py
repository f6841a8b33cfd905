"""What a person chooses before an export, and the file that is sent back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.office.reports.models import FileFormat, FormKind
from plumbline.office.reports.services.builders import DATED
from plumbline.office.targets.models import Checkpoint, PlanVersion, ProjectLine


class ExportForm(forms.Form):
    """Which form, of which project, as what."""

    kind = forms.ChoiceField(label=_("表式"), choices=FormKind.choices, initial=FormKind.TARGET)
    project = forms.ChoiceField(label=_("项目"), required=False)
    checkpoint = forms.ModelChoiceField(
        Checkpoint.objects.none(),
        label=_("监控节点"),
        required=False,
        empty_label=_("最近一个已到的节点"),
        help_text=_("运行监控表和自评表填入该节点的实测值和截至该日的支出。"),
    )
    file_format = forms.ChoiceField(label=_("格式"), choices=FileFormat.choices, initial=FileFormat.DOCX)

    def __init__(self, *args: Any, version: PlanVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        projects = [(str(p.line_id), f"{p.ordinal}. {p.name}") for p in version.projects.order_by("ordinal")]
        self.fields["project"].choices = [("", _("全部项目")), *projects]
        self.fields["checkpoint"].queryset = version.plan.checkpoints.order_by("day")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == FormKind.DOCUMENT and data.get("project"):
            self.add_error("project", _("绩效目标文本包含总体目标，只能导出全部项目。"))
        return data

    def wanted(self) -> dict[str, Any]:
        """The arguments of `services.exports.request_export`."""
        data = self.cleaned_data
        line = ProjectLine.objects.get(pk=data["project"]) if data["project"] else None
        dated = data["kind"] in DATED
        return {
            "kind": data["kind"],
            "file_format": data["file_format"],
            "line": line,
            "checkpoint": data["checkpoint"] if dated else None,
        }


class ReturnForm(forms.Form):
    """The filled workbook."""

    file = forms.FileField(
        label=_("填好的 .xlsx 表"),
        help_text=_("请上传从本页导出、在浅黄色格子里填写过的运行监控表或自评表。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
