"""Forms of mending: built from the table of fields, each with the revision that it was opened on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.lib.dates import DayField
from plumbline.office.targets.models import Fund, Indicator, Project, SpendPoint
from plumbline.office.targets.services.fields import Field, Subject, fields_of, money_text, read_money


class ReasonForm(forms.Form):
    """A reason, and the revision of the plan that the page was opened on."""

    reason = forms.CharField(
        label=_("更正理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("与原值一并保留，例如“按预算批复更正”。"),
        error_messages={"required": _("请写明理由。")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def renew(self, revision: int) -> None:
        """Let the same form be saved on a newer revision, once the person has seen what changed."""
        self.data = self.data.copy()
        self.data["revision"] = str(revision)


class MendForm(ReasonForm):
    """The values of one row; `settle` offers those that the document states in several ways."""

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        for name, field in fields_of(subject).items():
            self.fields[name] = _input(field)
            self.initial.setdefault(name, field.get(subject))
        disputed = disputes(subject)
        if disputed:
            self.fields["settle"] = forms.MultipleChoiceField(
                label=_("文件前后不一，以现值为准"),
                choices=disputed,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("勾选后视为已核实，校核时各处均按现值。"),
            )
        self.order_fields([*fields_of(subject), "settle", "reason", "revision"])

    def values(self) -> dict[str, str]:
        """The typed texts by field."""
        return {name: self.cleaned_data[name] for name in fields_of(self.subject)}

    def settled(self) -> frozenset[str]:
        """Fields whose present value is declared right."""
        return frozenset(self.cleaned_data.get("settle", ()))


def _input(field: Field) -> forms.Field:
    if field.name == "tracking":
        return forms.ChoiceField(label=field.label, choices=Indicator.Use.choices)
    widget = forms.Textarea(attrs={"rows": 3}) if field.long else forms.TextInput()
    return forms.CharField(label=field.label, required=field.required, widget=widget)


def disputes(subject: Subject) -> list[tuple[str, str]]:
    """Fields that the statements of a project give differently, with what each says."""
    if not isinstance(subject, Project) or subject.pk is None:
        return []
    statements = list(subject.statements.all())
    found = []
    for name in ("name", "budget_yuan", "basis", "goal"):
        said = {str(getattr(s, name)): s for s in statements if getattr(s, name) not in (None, "")}
        if len(said) > 1 and name not in subject.mended:
            label = fields_of(subject)[name].label
            words = "；".join(f"{s.get_origin_display()}：{text[:40]}" for text, s in said.items())
            found.append((name, f"{label}（{words}）"))
    return found


class FundForm(forms.Form):
    """One source of funds."""

    name = forms.CharField(label=_("资金来源"), max_length=60, required=False)
    amount = forms.CharField(label=_("金额（元）"), max_length=40, required=False)

    def clean_amount(self) -> Decimal | None:
        try:
            return read_money(self.cleaned_data["amount"], gettext("金额"))
        except PlumblineError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("amount") is not None and not given.get("name"):
            self.add_error("name", gettext("请填写资金来源。"))


class PointForm(forms.Form):
    """One point of a spend plan."""

    day = DayField(label=_("日期"), required=False)
    percent = forms.DecimalField(
        label=_("累计支出进度（%）"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
    )

    def clean(self) -> None:
        given = self.cleaned_data
        if (given.get("day") is None) != (given.get("percent") is None) and not self.errors:
            raise ValidationError(gettext("日期和进度要一起填写；不要的行请都清空。"))


class CheckpointForm(forms.Form):
    """One checkpoint of the year."""

    day = DayField(label=_("日期"), required=False)
    label = forms.CharField(label=_("名称"), max_length=40, required=False)


FundFormSet = forms.formset_factory(FundForm, extra=2, max_num=30)
PointFormSet = forms.formset_factory(PointForm, extra=2, max_num=30)
CheckpointFormSet = forms.formset_factory(CheckpointForm, extra=2, max_num=24)


def fund_rows(rows: Sequence[Fund]) -> list[dict[str, str]]:
    """Initial values of the funds."""
    return [{"name": row.name, "amount": money_text(row.amount_yuan)} for row in rows]


def point_rows(rows: Sequence[SpendPoint]) -> list[dict[str, Any]]:
    """Initial values of the spend plan."""
    return [{"day": row.day, "percent": f"{row.percent.normalize():f}"} for row in rows]


def given_funds(formset: Any) -> list[tuple[str, Decimal | None]]:
    """The rows that were filled in."""
    return [
        (f.cleaned_data["name"], f.cleaned_data.get("amount")) for f in formset if f.cleaned_data.get("name")
    ]


def given_points(formset: Any) -> list[tuple[date, Decimal]]:
    """The rows that were filled in."""
    return [(f.cleaned_data["day"], f.cleaned_data["percent"]) for f in formset if f.cleaned_data.get("day")]


class ReadingForm(forms.Form):
    """A measurable reading of a vague target."""

    reading = forms.CharField(
        label=_("可衡量的解释"),
        max_length=300,
        help_text=_("写成可测的形式，例如“≥12次”“≤30分钟”“2023年6月30日前”。"),
    )
    reason = forms.CharField(label=_("依据和理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
