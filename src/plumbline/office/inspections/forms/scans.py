"""Forms of scan imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.scans.formats.csv_table import FIELDS, REQUIRED, guess, severity_of
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import Finding
from plumbline.office.inspections.models import Inspection, ScanImport, ScanMapping
from plumbline.office.inspections.queries.scans import open_inspections
from plumbline.office.inspections.services.scans import upload_limit
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

ENDINGS = ".nessus,.xml,.json,.jsonl,.sarif,.csv,.txt,.gz,.zip"
LABELS = {
    "host": gettext_lazy("主机（IP 地址或域名）"),
    "title": gettext_lazy("漏洞名称"),
    "severity": gettext_lazy("严重程度"),
    "port": gettext_lazy("端口"),
    "protocol": gettext_lazy("协议"),
    "rule": gettext_lazy("漏洞或规则编号"),
    "detail": gettext_lazy("描述"),
    "advice": gettext_lazy("修复建议"),
    "place": gettext_lazy("位置（路径、组件）"),
    "cve": gettext_lazy("CVE 编号"),
    "seen_at": gettext_lazy("扫描时间"),
}
#: words of the column of severities that are asked about one by one
MOST_WORDS = 30


class InspectionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Inspection) -> str:
        given = {"number": obj.number, "unit": obj.unit, "method": obj.get_method_display()}
        return _("%(number)s %(unit)s（%(method)s）") % given


class UploadForm(forms.Form):
    """A report, and whose it is."""

    file = forms.FileField(
        label=gettext_lazy("扫描报告"),
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        error_messages={"required": gettext_lazy("请选择文件。"), "empty": gettext_lazy("文件是空的。")},
    )
    inspection = InspectionChoice(
        label=gettext_lazy("所属检查"),
        queryset=Inspection.objects.none(),
        required=False,
        empty_label=gettext_lazy("不属于某次检查"),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("被扫描单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("按登记的资产识别"),
        help_text=gettext_lazy("扫描的是单位内网地址时请选择单位：各单位的内网地址会重复。"),
    )
    target = forms.CharField(
        label=gettext_lazy("扫描对象"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("仅用于报告里没有主机的情形，如代码扫描：写明系统或代码库名称。"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = upload_limit() // 1024 // 1024
        self.fields["file"].help_text = _(
            ".nessus、XML、JSON、JSONL、SARIF、CSV，可用 .gz 或 .zip 压缩；上传不超过 %(limit)d MB。"
        ) % {"limit": limit}
        self.fields["inspection"].queryset = open_inspections(user)
        if user.role == Role.EXPERT:
            self.fields["inspection"].required = True
            self.fields["inspection"].empty_label = None
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = visible_units(user).filter(state=Unit.State.ACTIVE)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        inspection, unit = given.get("inspection"), given.get("unit")
        if inspection and unit and inspection.unit_id != unit.pk:
            self.add_error(
                "unit", _("所选检查的被检查单位是“%(unit)s”，与此不一致。") % {"unit": inspection.unit}
            )
        return given


class ImportOptionsForm(forms.Form):
    """What is decided before results become findings."""

    close = forms.BooleanField(
        label=gettext_lazy("本次扫描范围内不再出现的问题，登记为已消除"), required=False
    )
    info = forms.BooleanField(label=gettext_lazy("信息类结果（如开放端口）也登记为低危问题"), required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("结果已经人工核实，导入后直接列为待通报"), required=False
    )

    def __init__(self, *args: Any, user: User, scan: ScanImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["close"].initial = bool(scan.summary.get("close"))
        if not user.may("findings.handle"):
            del self.fields["confirmed"]


class ColumnsForm(forms.Form):
    """What the columns of a .csv are, and what its words for severities mean."""

    name = forms.CharField(
        label=gettext_lazy("这种表格叫什么"),
        max_length=50,
        help_text=gettext_lazy("如“绿盟 RSAS 漏洞清单”。下次上传表头相同的文件时自动套用。"),
    )

    def __init__(
        self, *args: Any, heads: Sequence[str], rows: Sequence[dict[str, str]], mapping: ScanMapping | None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._words = dict(mapping.severities) if mapping else {}
        self.fields["name"].initial = mapping.name if mapping else ""
        proposed = dict(mapping.columns) if mapping else guess(heads)
        choices = [("", _("没有这一列")), *((head, head) for head in heads if head)]
        for key in FIELDS:
            self.fields[key] = forms.ChoiceField(
                label=LABELS[key], choices=choices, required=key in REQUIRED, initial=proposed.get(key, "")
            )
        chosen = self.data.get(self.add_prefix("severity")) if self.is_bound else proposed.get("severity")
        self._unknown = _unknown_words(rows, chosen or "")
        levels = [*Finding.Severity.choices, ("info", _("仅作信息"))]
        for place, word in enumerate(self._unknown):
            self.fields[f"word_{place}"] = forms.ChoiceField(
                label=_("“%(word)s”相当于") % {"word": word},
                choices=[("", _("请选择")), *levels],
                initial=self._words.get(word.lower(), ""),
                error_messages={"required": _("请选择相当于哪一级。")},
            )

    def column_fields(self) -> list[forms.BoundField]:
        """The fields of the columns."""
        return [self[key] for key in FIELDS]

    def word_fields(self) -> list[forms.BoundField]:
        """The fields of the words."""
        return [self[f"word_{place}"] for place in range(len(self._unknown))]

    def columns(self) -> dict[str, str]:
        """{field: head} of those that there are."""
        return {key: self.cleaned_data[key] for key in FIELDS if self.cleaned_data[key]}

    def severities(self) -> dict[str, str]:
        """{word in lower case: severity}"""
        return {word.lower(): self.cleaned_data[f"word_{place}"] for place, word in enumerate(self._unknown)}


class AssignForm(forms.Form):
    """Hosts of a report that become assets of a unit."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("登记到单位"),
        queryset=Unit.objects.none(),
        empty_label=gettext_lazy("请选择单位"),
        error_messages={"required": gettext_lazy("请选择单位。")},
    )
    hosts = forms.MultipleChoiceField(
        required=True, error_messages={"required": gettext_lazy("请先勾选主机。")}
    )

    def __init__(self, *args: Any, user: User, scan: ScanImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = visible_units(user).filter(state=Unit.State.ACTIVE)
        own = scan.inspection.unit if scan.inspection else scan.unit
        if own is not None:
            units = units.filter(pk=own.pk)
            self.fields["unit"].initial = own
        self.fields["unit"].queryset = units
        hosts = scan.unmatched_hosts.filter(owner=None).exclude(host="").values_list("host", flat=True)
        self.fields["hosts"].choices = [(host, host) for host in hosts] if self.is_bound else []


def _unknown_words(rows: Sequence[dict[str, str]], head: str) -> list[str]:
    """Words of the column of severities that nothing knows, at most some."""
    found: dict[str, None] = {}
    for row in rows:
        word = row.get(head, "").strip() if head else ""
        if word and severity_of(word, {}) is None:
            found.setdefault(word)
    return list(found)[:MOST_WORDS]
