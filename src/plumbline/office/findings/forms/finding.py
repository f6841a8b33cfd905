"""Entering a finding by hand, and correcting what is said of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.forms.fields import FilesField
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.correcting import FACTS
from plumbline.office.findings.services.raising import Raised
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.revisions import RevisedForm
from plumbline.office.units.models import Asset, System, Unit


class FindingForm(RevisedForm):
    """What is wrong, and where. Systems and assets are those of the unit."""

    class Meta:
        model = Finding
        fields = ("unit", "system", "asset", "title", "severity", "detail", "place", "basis", "advice")
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("detail", "basis", "advice")}

    uploads = FilesField(label=_("问题证据"))
    confirmed = forms.BooleanField(
        label=_("已经核实，直接确认"), required=False, help_text=_("不选则登记为“待确认”，由同事核实后确认。")
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].empty_label = _("请选择单位")
        self.fields["unit"].label_from_instance = lambda unit: unit.name
        self.fields["severity"].initial = Finding.Severity.MEDIUM
        self.fields["place"].help_text = _("网址、地址、端口、页面或房间，便于单位找到。")
        self.fields["basis"].help_text = _("违反的法律、标准或制度条款，例如 GB/T 22239-2019 8.1.4.1。")
        unit_id = self._unit_id()
        for name, rows in (("system", System), ("asset", Asset)):
            of_unit = rows.objects.filter(unit=unit_id) if unit_id else rows.objects.none()
            self.fields[name].queryset = of_unit
            self.fields[name].empty_label = _("不指定")
        self.fields["asset"].label_from_instance = _asset_words
        if self.instance.pk:
            self.fields["unit"].disabled = True
            del self.fields["uploads"], self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        system, asset = cleaned.get("system"), cleaned.get("asset")
        if system and asset and asset.system_id and asset.system_id != system.pk:
            self.add_error("asset", _now("这项资产属于另一个信息系统“%(name)s”。") % {"name": asset.system})
        return cleaned

    def raised(self) -> Raised:
        """What the service takes; only of a valid new form."""
        names = ("unit", "system", "asset", "title", "severity", "detail", "place", "basis", "advice")
        return Raised(**{name: self.cleaned_data[name] for name in names})

    def values(self) -> dict[str, Any]:
        """What is corrected; only of a valid form of a saved finding."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def _unit_id(self) -> int | None:
        if self.instance.pk:
            return self.instance.unit_id
        chosen = self.data.get("unit") if self.is_bound else self.initial.get("unit")
        return whole_number(str(chosen or ""))


def _asset_words(asset: Asset) -> str:
    name = f"{asset.value} {asset.title}".strip()
    return f"{asset.get_kind_display()} {name}"
