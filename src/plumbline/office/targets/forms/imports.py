"""Forms of the import: the file, and what a person decides when the document leaves it open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

#: what the file picker offers; the content decides what the reader makes of it
ENDINGS = ".txt,.docx,.xlsx,.pdf,.doc,.wps,.xls,.et,.rtf,.odt"


class ImportForm(forms.Form):
    """A document, and optionally whose plan it is."""

    file = forms.FileField(
        label=_("绩效目标文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )
    unit = forms.ModelChoiceField(
        label=_("单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("按文件中的单位名称、编码识别"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = visible_units(user).filter(state=Unit.State.ACTIVE)
        limit = settings.PLUMBLINE_UPLOAD_LIMIT // 1024 // 1024
        self.fields["file"].help_text = _("txt、docx、xlsx、pdf、doc、wps；不超过 %(limit)d MB。") % {
            "limit": limit
        }


class DecisionForm(forms.Form):
    """What an import asks; only the fields of its questions are there."""

    unit_id = forms.ModelChoiceField(
        label=_("这是哪个单位的绩效目标"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("新建单位"),
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    reason = forms.CharField(
        label=_("事由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )

    def __init__(self, *args: Any, user: User, questions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in questions:
            self.fields["unit_id"].queryset = visible_units(user).filter(state=Unit.State.ACTIVE)
        else:
            del self.fields["unit_id"]
        if "year" not in questions:
            del self.fields["year"]
        if not {"replace", "reason"} & set(questions):
            del self.fields["reason"]
        self.questions = questions

    def answers(self) -> dict[str, Any]:
        """The decisions as `import_jobs.again` takes them."""
        given = dict(self.cleaned_data)
        if "unit" in self.questions:
            unit = given.pop("unit_id")
            given |= {"unit_id": unit.pk} if unit else {"new_unit": True}
        if "replace" in self.questions:
            given["replace"] = True
        return given
