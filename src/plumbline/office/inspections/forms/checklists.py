"""The forms of checklists: a file to import, what it becomes, the words of a draft, and one item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.checklists.draft import SEVERITIES, ChecklistDraft
from plumbline.kernel.checklists.readers.toml import is_share
from plumbline.kernel.checklists.reading import suffixes
from plumbline.kernel.checklists.sheet_words import choices_of, condition_of, condition_text
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Checklist, ChecklistItem, ChecklistVersion
from plumbline.office.lib.revisions import RevisedForm


class FileForm(forms.Form):
    """The file to read."""

    file = forms.FileField(label=gettext_lazy("检查表文件"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(suffixes())
        self.fields["file"].help_text = _("可导入：%(endings)s。") % {"endings": "、".join(suffixes())}


class KeepForm(forms.Form):
    """What a checklist that was read becomes: one of its own, or the next edition of one."""

    checklist = forms.ModelChoiceField(
        label=gettext_lazy("导入为"),
        queryset=Checklist.objects.none(),
        required=False,
        help_text=gettext_lazy("同一份检查表的新版请选原检查表，以便与旧版对照、沿用上年作答作参考。"),
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200, required=False)
    edition = forms.CharField(label=gettext_lazy("版次"), max_length=40, required=False)

    def __init__(self, *args: Any, draft: ChecklistDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = Checklist.objects.all()
        field = self.fields["checklist"]
        field.queryset = everything
        field.empty_label = _("新检查表")
        field.label_from_instance = lambda checklist: _("“%(title)s”的新版") % {"title": checklist.title}
        field.initial = (
            everything.filter(key=draft.key).first() or everything.filter(title=draft.title).first()
        )
        self.fields["title"].initial = draft.title
        self.fields["edition"].initial = draft.edition

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("checklist") and not cleaned.get("title", "").strip():
            self.add_error("title", _("请填写检查表的名称。"))
        return cleaned


class CopyForm(forms.Form):
    """The edition of a new draft."""

    edition = forms.CharField(max_length=40, required=False)


class NamesForm(forms.Form):
    """What a checklist is called, and the edition of its draft."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    edition = forms.CharField(label=gettext_lazy("版次"), max_length=40, required=False)
    description = forms.CharField(
        label=gettext_lazy("说明"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    licence = forms.CharField(
        label=gettext_lazy("许可"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("来自外部的检查表，请保留发布者的许可说明。"),
    )

    @classmethod
    def of(cls, version: ChecklistVersion, data: Any = None) -> NamesForm:
        """The form with what is kept now."""
        checklist = version.checklist
        initial = {
            "title": checklist.title, "description": checklist.description,
            "edition": version.edition, "licence": version.licence,
        }  # fmt: skip
        return cls(data, initial=initial)


class ItemForm(RevisedForm):
    """One item of a draft. Choices and condition are typed the way a sheet has them."""

    choice_lines = forms.CharField(
        label=gettext_lazy("选项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "仅选择题和分档计分的数值题填写，每行一项：值|名称|得分比例，如 1|全部完成|1。"
            "数值题的值是该档的下限。"
        ),
    )
    condition_line = forms.CharField(
        label=gettext_lazy("适用条件"),
        required=False,
        help_text=gettext_lazy("仅当另一项如此作答时才出现，写成 编号=答案，如 0.3=是；留空则总是出现。"),
    )

    class Meta:
        model = ChecklistItem
        fields = (
            "key", "depth", "answer", "title", "guidance", "basis", "confidence", "evidence", "points",
            "severity", "finding", "advice",
        )  # fmt: skip

    field_order = (
        "title", "key", "depth", "answer", "points", "choice_lines", "condition_line", "guidance", "basis",
        "confidence", "evidence", "severity", "finding", "advice",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("title", 2), ("guidance", 4), ("basis", 3), ("evidence", 2), ("advice", 2)):
            self.fields[name].widget.attrs["rows"] = rows
        self.fields["severity"] = forms.ChoiceField(
            label=self.fields["severity"].label,
            required=False,
            choices=[("", "—"), *((s, Finding.Severity(s).label) for s in SEVERITIES)],
        )
        self.fields["depth"].label = _("层级")
        self.fields["depth"].help_text = _("最外层为 0；属于上面层级较小的那一项。")
        self.fields["key"].label = _("编号")
        self.fields["points"].help_text = _("不计分的留空。")
        self.fields["answer"].choices = ChecklistItem.Answer.choices
        if self.instance.points is not None:
            self.initial["points"] = f"{self.instance.points.normalize():f}"
        self.fields["choice_lines"].initial = "\n".join(
            "|".join(str(part) for part in choice if part is not None) for choice in self.instance.choices
        )
        self.fields["condition_line"].initial = condition_text(self.instance.condition)

    def clean_choice_lines(self) -> list[list[str | None]]:
        choices = choices_of(self.cleaned_data["choice_lines"])
        for _value, title, share in choices:
            if share is not None and not is_share(share):
                raise forms.ValidationError(_("“%(title)s”的得分比例应在 0 至 1 之间。") % {"title": title})
        return [list(choice) for choice in choices]

    def clean_condition_line(self) -> dict[str, Any]:
        text = self.cleaned_data["condition_line"]
        condition = condition_of(text) if text else {}
        if condition is None:
            raise forms.ValidationError(_("适用条件无法识别，应写成 编号=答案，如 0.3=是。"))
        return condition

    def _post_clean(self) -> None:
        super()._post_clean()
        if "choice_lines" in self.cleaned_data:
            self.instance.choices = self.cleaned_data["choice_lines"]
        if "condition_line" in self.cleaned_data:
            self.instance.condition = self.cleaned_data["condition_line"]

    def _get_validation_exclusions(self) -> set[str]:
        # that a key is there once is the service's to say, with the place
        return {*super()._get_validation_exclusions(), "version", "choices", "condition"}
