"""Asking for a report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import InspectionReport
from plumbline.office.lib.dates import DayField
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

#: years back that the form offers
YEARS_BACK = 5


class ReportForm(forms.Form):
    """Which report, of which year, of whom."""

    kind = forms.ChoiceField(
        label=gettext_lazy("文种"), choices=InspectionReport.Kind.choices, widget=forms.RadioSelect
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("请选择单位"),
        help_text=gettext_lazy("检查报告按单位生成；检查通报覆盖全县，不用选择。"),
    )
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    as_of = DayField(
        label=gettext_lazy("统计截止"),
        required=False,
        help_text=gettext_lazy("留空为今天；往年为该年 12 月 31 日。"),
    )
    grouping = forms.ChoiceField(
        label=gettext_lazy("通报中的排名"),
        choices=[("unit", gettext_lazy("按单位排名")), ("kind", gettext_lazy("按单位类别汇总，不列单位"))],
        help_text=gettext_lazy("只用于检查通报。"),
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("格式"), choices=InspectionReport.FileFormat.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = visible_units(user)
        this_year = timezone.localdate().year
        years = range(this_year, this_year - YEARS_BACK - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = this_year
        self.fields["file_format"].initial = InspectionReport.FileFormat.DOCX

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (
            given.get("kind") == InspectionReport.Kind.UNIT
            and not given.get("unit")
            and "unit" not in self.errors
        ):
            self.add_error("unit", _("请选择单位。"))
        day, year = given.get("as_of"), given.get("year")
        if isinstance(day, date) and year and (day.year != year or day > timezone.localdate()):
            self.add_error("as_of", _("请选择该年度内、不晚于今天的日期。"))
        return given
