"""The forms for the people whom a unit names."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.lib.dates import DayField
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.models import Contact
from plumbline.office.units.services.contacts import Particulars

_MOBILE = re.compile(r"1[3-9]\d{9}")
_PHONE = re.compile(r"[\d+()\-转 ,、]{5,40}")


class ContactForm(RevisedForm):
    """One person in a role."""

    mobile = forms.CharField(
        label=_("手机"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("办公电话"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("可带区号和分机，如 0315-6112345 转 802。"),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=120,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    started_on = DayField(label=_("任职日期"), required=False)

    class Meta:
        model = Contact
        fields = ("name", "position", "mobile", "phone", "email", "started_on")

    field_order = Meta.fields

    def clean_mobile(self) -> str:
        """Eleven digits, however they were grouped."""
        plain = unicodedata.normalize("NFKC", self.cleaned_data["mobile"])
        digits = re.sub(r"[\s\-]", "", plain).removeprefix("+86")
        if digits and not _MOBILE.fullmatch(digits):
            raise ValidationError(_("手机号码应为 1 开头的 11 位数字；固定电话请填“办公电话”。"))
        return digits

    def clean_phone(self) -> str:
        """Digits with the signs that people write between them."""
        phone = unicodedata.normalize("NFKC", self.cleaned_data["phone"]).strip()
        if phone and (not _PHONE.fullmatch(phone) or sum(c.isdecimal() for c in phone) < 5):
            raise ValidationError(_("办公电话只能包含数字、横线、括号和“转”。"))
        return phone

    def clean_started_on(self) -> Any:
        """Nobody is named for a day to come."""
        day = self.cleaned_data["started_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("任职日期在今天之后，请在任职当日或之后登记。"))
        return day

    def particulars(self) -> Particulars:
        """What the services take."""
        names = ("name", "position", "mobile", "phone", "email")
        return Particulars(**{name: self.cleaned_data[name] for name in names})


class LeaveForm(forms.Form):
    """When and why a person leaves a role."""

    on = DayField(label=_("离任日期"))
    why = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("如调离、退休、分工调整；记入历任和操作记录。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
