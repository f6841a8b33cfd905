"""One form for each act on a finding. They check shape; whether the act may be is the service's to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plumbline.office.findings.forms.fields import FilesField, words
from plumbline.office.findings.models import Finding
from plumbline.office.findings.rules import deadlines
from plumbline.office.findings.services.correcting import usual_new_deadline
from plumbline.office.lib.dates import DayField, day_text
from plumbline.office.lib.workdays import add_workdays, is_announced, workdays_between


class ActForm(forms.Form):
    """What every act carries: the revision that the page was opened on."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, finding: Finding, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding, self.now = finding, now
        self.fields["revision"].initial = finding.revision

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    @property
    def opened_on(self) -> int:
        """0, which no saved finding has, where the form does not say."""
        return self.cleaned_data.get("revision") or 0

    def suggest(self, name: str, days: Any) -> None:
        """Put a day into a field, and say how it was counted."""
        field = self.fields[name]
        field.initial = days
        today = timezone.localdate(self.now)
        n = workdays_between(today, days)
        hint = _now("默认 %(day)s，即从今天起第 %(n)d 个工作日，已除去周末和法定节假日。") % {
            "day": day_text(days),
            "n": n,
        }
        if not is_announced(days):
            hint += _now("该年放假安排尚未公布，暂按周一至周五计算。")
        field.help_text = hint


class ConfirmForm(ActForm):
    note = words(_("说明"), required=False)


class DismissForm(ActForm):
    reason = words(_("不成立的理由"), hint=_("例如误报、重复、不属于该单位；将记入办理记录。"))


class AssignForm(ActForm):
    due_on = DayField(label=_("整改期限"))
    note = words(_("交办说明"), required=False, hint=_("单位能看到。不发通知书时用。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggest("due_on", usual_new_deadline(self.finding, now=self.now))


class RedateForm(ActForm):
    due_on = DayField(label=_("新的整改期限"))
    reason = words(_("调整理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = self.finding.due_on


class ReplyForm(ActForm):
    note = words(_("整改情况"), rows=5, hint=_("写明做了什么、何时完成、由谁负责。"))
    uploads = FilesField(label=_("整改佐证"))
    without_files = words(_("没有佐证的原因"), required=False, rows=2, hint=_("不上传文件时必填。"))


class RetractForm(ActForm):
    note = words(_("说明"), required=False)


class PassForm(ActForm):
    note = words(_("复查情况"), hint=_("写明何时、以何种方式复查，结果如何。"))
    uploads = FilesField(label=_("复查记录"))


class ReturnForm(ActForm):
    note = words(_("未通过的原因"), hint=_("写明哪里还不符合，单位据此继续整改。"))
    due_on = DayField(label=_("新的整改期限"))
    uploads = FilesField(label=_("复查记录"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggest("due_on", usual_new_deadline(self.finding, now=self.now))


class ReasonForm(ActForm):
    reason = words(_("理由"))


class CommentForm(ActForm):
    note = words(_("说明"))
    uploads = FilesField(label=_("附件"))


class ExtensionForm(ActForm):
    until = DayField(label=_("申请延期至"))
    reason = words(_("延期理由"), hint=_("写明已做了什么、为什么不能按期完成、期间如何防护。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule, first = deadlines(), self.finding.first_due_on
        if first is not None:
            last = add_workdays(first, rule.extension_workdays)
            self.fields["until"].help_text = _now(
                "现在的期限是 %(now)s；最晚可延至 %(last)s，最多延期 %(n)d 次。"
            ) % {
                "now": day_text(self.finding.due_on or first),
                "last": day_text(last),
                "n": rule.extensions,
            }


class AcceptanceForm(ActForm):
    reason = words(_("暂不整改的理由"))
    safeguards = words(_("期间的防护措施"), hint=_("例如限制访问范围、加强监测、设专人值守。"))
    expires_on = DayField(label=_("有效期至"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].help_text = _now(
            "最长 %(n)d 天；到这一天自动恢复整改，可重新评估、再次申请。批准人不能是申请人。"
        ) % {"n": deadlines().acceptance_days}


class DecisionForm(forms.Form):
    """A request that another person decides."""

    verdict = forms.ChoiceField(
        label=_("审批"), widget=forms.RadioSelect, choices=(("yes", _("同意")), ("no", _("不同意")))
    )
    decision = words(_("审批意见"), required=False, hint=_("不同意时必填，申请人能看到。"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "no" and not cleaned.get("decision", "").strip():
            self.add_error("decision", _now("不同意时请写明理由。"))
        return cleaned


class StepForm(forms.Form):
    """A step of the chain: done, or not needed."""

    verdict = forms.ChoiceField(
        label=_("办理结果"), widget=forms.RadioSelect, initial="done",
        choices=(("done", _("已办理")), ("waived", _("不再办理"))),
    )  # fmt: skip
    note = words(_("办理情况或理由"), required=False, hint=_("写明何时、向谁、怎样办理，对方如何答复。"))
    upload = forms.FileField(label=_("记录文件"), required=False, help_text=_("通话记录、约谈记录、函件等。"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        empty = not cleaned.get("note", "").strip()
        if empty and (cleaned.get("verdict") == "waived" or not cleaned.get("upload")):
            self.add_error("note", _now("请写明办理情况或理由。"))
        return cleaned
