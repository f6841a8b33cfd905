"""The forms of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.models import Finding, Letterhead, Notice, NumberSeries
from plumbline.office.findings.queries.notices import findings_for
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.dates import DayField
from plumbline.office.lib.revisions import RevisedForm


class NoticeFilter(forms.Form):
    """What the list of notices is narrowed to; kept in the address."""

    q = forms.CharField(required=False)
    state = forms.CharField(required=False)
    kind = forms.CharField(required=False)
    unit = forms.CharField(required=False)
    since = DayField(label=_("起草日期自"), required=False)
    until = DayField(label=_("至"), required=False)

    def values(self) -> dict[str, Any]:
        """What the query takes; a day that is none is left out."""
        self.is_valid()
        held = self.cleaned_data
        return {
            "search": held.get("q", "").strip(),
            "state": held.get("state", ""),
            "kind": held.get("kind", ""),
            "unit": held.get("unit", ""),
            "since": held.get("since"),
            "until": held.get("until"),
        }


class FindingsField(forms.ModelMultipleChoiceField):
    """Findings by key; a number beyond every key is a wrong choice, and never asked of the database."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if whole_number(str(key)) is None:
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": str(key)[:20]})
        return super().clean(value)


class DraftForm(forms.Form):
    """Which findings a notice is drafted from."""

    kind = forms.ChoiceField(label=_("文种"), choices=Notice.Kind.choices, initial=Notice.Kind.RECTIFY)
    due_on = DayField(
        label=_("整改期限"),
        required=False,
        help_text=_("不填时，按每个单位最严重的问题和工作日计算。起草后仍可修改。"),
    )
    findings = FindingsField(
        label=_("问题"),
        queryset=Finding.objects.all(),
        error_messages={"required": _("没有选择问题：请至少勾选一个。")},
    )


class FindingChoices(FindingsField):
    """Findings by number, severity and title."""

    def label_from_instance(self, obj: Finding) -> str:
        return f"{obj.number}　{obj.get_severity_display()}　{obj.title}"


class NoticeForm(RevisedForm):
    """A draft."""

    due_on = DayField(label=_("整改期限"))
    findings = FindingChoices(
        label=_("所列问题"),
        queryset=Finding.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("通知书至少要列一个问题。")},
        help_text=_("只列本单位的问题；去掉的问题仍为“待通报”，可另行起草。"),
    )

    class Meta:
        model = Notice
        fields = ("title", "body", "due_on")
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = list(self.instance.items.values_list("finding", flat=True))
        more = findings_for(self.instance.kind).filter(unit=self.instance.unit).values("pk")[:100]
        self.fields["findings"].queryset = Finding.objects.filter(
            Q(pk__in=held) | Q(pk__in=[row["pk"] for row in more])
        )
        self.fields["findings"].initial = held
        self.fields["title"].widget.attrs["maxlength"] = 200
        self.fields["body"].help_text = _(
            "每段一行，系统自动首行缩进；问题清单、落款和日期由模板生成，不必写入。"
        )
        self.fields["body"].required = True

    def chosen(self) -> list[Finding]:
        """The findings, the most severe first."""
        order = list(Finding.Severity)
        rows = list(self.cleaned_data["findings"])
        return sorted(rows, key=lambda one: (order.index(Finding.Severity(one.severity)), one.pk))


class _StepForm(forms.Form):
    """A step that happened on a day, with the revision that the page was opened on."""

    on = DayField(label=_("日期"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        self.fields["revision"].initial = notice.revision


_SCAN = {"accept": "image/*,application/pdf,.pdf,.ofd"}


class SealForm(_StepForm):
    """How the seal came onto the paper."""

    scan = forms.FileField(
        label=_("用印扫描件"),
        required=False,
        widget=forms.ClearableFileInput(attrs=_SCAN),
        help_text=_("PDF、OFD 或图片。上传后单位在系统中看到的就是盖章件。"),
    )
    sealer = forms.CharField(
        label=_("用印人"),
        required=False,
        max_length=40,
        help_text=_("没有扫描件时必填：谁在纸质件上用印。"),
    )

    field_order = ("scan", "sealer", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("用印日期")


class SendForm(_StepForm):
    """How it went to the unit."""

    how = forms.ChoiceField(label=_("送达方式"), choices=Notice.Sending.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=300,
        help_text=_("例如：由谁送到、交给谁、寄往哪个邮箱。"),
    )

    field_order = ("how", "on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("送达日期")
        self.fields["how"].initial = Notice.Sending.PORTAL


class ReceiptForm(_StepForm):
    """The unit signed on paper."""

    receiver = forms.CharField(label=_("签收人"), max_length=40)
    scan = forms.FileField(
        label=_("回执扫描件"), required=False, widget=forms.ClearableFileInput(attrs=_SCAN)
    )

    field_order = ("receiver", "on", "scan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("签收日期")


class SeriesForm(RevisedForm):
    """How documents of a kind are numbered."""

    following = forms.IntegerField(
        label=_("本年下一个顺序号"),
        min_value=1,
        help_text=_("只能调大；例如上半年已用手工编号到 15 号，就填 16。"),
    )

    class Meta:
        model = NumberSeries
        fields = ("pattern",)

    def __init__(self, *args: Any, following: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["following"].initial = following
        self.fields["pattern"].help_text = _(
            "{year} 是年份，{number} 是顺序号，{number:03} 补零到三位；例如 示网信整改〔{year}〕{number}号。"
        )


class LetterheadForm(RevisedForm):
    """Who issues the notices."""

    class Meta:
        model = Letterhead
        fields = ("issuer", "contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].help_text = _("印在红头和落款处，与印章一致；不填时用起草人所属单位的全称。")
        self.fields["contact"].help_text = _("例如：联系人：李强，电话：0000-1234567。印在通知书末尾。")
