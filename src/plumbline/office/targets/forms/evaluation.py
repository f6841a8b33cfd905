"""Forms of self-evaluation. They check shape; what can be scored is the service's to say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.plans.rulesets import Ruleset, latest, ruleset
from plumbline.kernel.plans.scoring.numbers import plain
from plumbline.office.targets.forms.inputs import NumberField
from plumbline.office.targets.models import Checkpoint, EvaluationRow
from plumbline.office.targets.queries.evaluation import Sheet
from plumbline.office.targets.services.evaluation_entries import RowEntry, check_entry
from plumbline.office.targets.services.evaluation_errors import Difference
from plumbline.office.targets.services.evaluation_rows import execution_title

DECISION = EvaluationRow.Decision
GOAL_LENGTH = 4000


class SettingsForm(forms.Form):
    """Ruleset and checkpoint of an evaluation. The ruleset's value is key@version."""

    rules = forms.ChoiceField(label=gettext_lazy("评分规则"))
    checkpoint = forms.ModelChoiceField(label=gettext_lazy("自评时点"), queryset=Checkpoint.objects.none())

    def __init__(self, *args: Any, plan_id: int, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {rules.id: rules.title for rules in latest()}
        if chosen and chosen not in offered:
            key, _at, version = chosen.partition("@")
            offered[chosen] = ruleset(key, int(version)).title
        self.fields["rules"].choices = list(offered.items())
        days = Checkpoint.objects.filter(plan=plan_id).order_by("-day")
        self.fields["checkpoint"].queryset = days
        self.fields["checkpoint"].empty_label = None

    def chosen(self) -> Ruleset:
        """The ruleset that was chosen; only of a valid form."""
        key, _at, version = self.cleaned_data["rules"].partition("@")
        return ruleset(key, int(version))


class OverrideForm(forms.Form):
    """A score against the formula."""

    points = NumberField(label=gettext_lazy("调整后得分"), max_digits=7, decimal_places=2, min_value=0)
    reason = forms.CharField(
        label=gettext_lazy("调整理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=gettext_lazy("写明依据。须由另一位有审定权限的人审定后才计入得分。"),
    )


class RowForm(forms.Form):
    """One row of an evaluation."""

    weight = NumberField(label=gettext_lazy("分值"), max_digits=5, decimal_places=2, min_value=0)
    tier = forms.ChoiceField(label=gettext_lazy("完成档次"), required=False)
    tier_share = NumberField(
        label=gettext_lazy("给分比例（%）"), max_digits=5, decimal_places=2, required=False, min_value=0
    )
    tier_reason = forms.CharField(label=gettext_lazy("评定理由"), required=False, max_length=1000)
    zero = forms.BooleanField(label=gettext_lazy("按 0 分计"), required=False)
    decision_reason = forms.CharField(label=gettext_lazy("按 0 分计的理由"), required=False, max_length=1000)
    deduction_reason = forms.CharField(
        label=gettext_lazy("偏差原因分析"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    improvement = forms.CharField(
        label=gettext_lazy("改进措施"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, rules: Ruleset, title: str, execution: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.title, self.execution = rules, title, execution
        self.fields["tier"].choices = [
            ("", _("请选择")),
            *((t.key, f"{t.title}（{plain(t.high)}%—{plain(t.low)}%）") for t in rules.tiers),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check_entry(self.entry(), title=self.title, rules=self.rules, execution=self.execution)
            except PlumblineError as error:
                raise forms.ValidationError(f"{error.what}。{error.advice}") from error
        return cleaned

    def entry(self) -> RowEntry:
        """What was typed, for the service."""
        data = self.cleaned_data
        return RowEntry(
            weight=data["weight"],
            tier=data["tier"],
            tier_share=data["tier_share"] if data["tier"] else None,
            tier_reason=data["tier_reason"],
            decision=DECISION.ZERO if data["zero"] else DECISION.NONE,
            decision_reason=data["decision_reason"],
            deduction_reason=data["deduction_reason"],
            improvement=data["improvement"],
        )


class SheetForm:
    """A whole evaluation as one form: every row, the goal's result, and the revision it was opened on.

    `opened` travels along as JSON: what stood in each field when the page was drawn, so that a second
    saver loses nothing and overwrites only what he himself changed.
    """

    def __init__(self, sheet: Sheet, data: Mapping[str, Any] | None = None) -> None:
        self.sheet, self.data = sheet, data
        self.initial = _stored(sheet)
        self.rows: dict[int, RowForm] = {}
        for row, title in _editable(sheet):
            self.rows[row.pk] = RowForm(
                data,
                prefix=f"r{row.pk}",
                rules=sheet.rules,
                title=title,
                execution=row.kind == EvaluationRow.Kind.EXECUTION,
                initial=_initial(row),
            )

    @property
    def execution(self) -> RowForm | None:
        """The form of the budget execution's row."""
        row = self.sheet.execution_row
        return self.rows[row.pk] if row else None

    @property
    def goal_text(self) -> str:
        """What stands in 年度总体目标完成情况."""
        return str(self.data.get("goal_result", "")) if self.data is not None else self.initial["goal_result"]

    @property
    def has_errors(self) -> bool:
        """Whether something was typed that cannot be saved."""
        return self.data is not None and not self.is_valid()

    @property
    def revision(self) -> int:
        """The revision that the form was opened on."""
        if self.data is None:
            return self.sheet.evaluation.revision
        try:
            return int(self.data.get("revision", ""))
        except ValueError:
            return 0

    @property
    def opened_json(self) -> str:
        """For the hidden field: what stands in the database as the page is drawn."""
        return json.dumps(self.initial, ensure_ascii=False)

    def is_valid(self) -> bool:
        """Whether every row has the right shape."""
        wrong = [form for form in self.rows.values() if not form.is_valid()]
        return not wrong and len(self.goal_text) <= GOAL_LENGTH

    def entries(self) -> dict[int, RowEntry]:
        """By row id; only of a valid form."""
        return {pk: form.entry() for pk, form in self.rows.items()}

    def differences(self) -> list[Difference]:
        """Fields that somebody else changed since this form was opened."""
        opened, typed = self._opened(), self._typed()
        labels = _labels(self.sheet)
        return [
            Difference(name, labels.get(name, name), opened.get(name, ""), now, typed.get(name, ""))
            for name, now in self.initial.items()
            if not _same(opened.get(name, ""), now) and not _same(typed.get(name, ""), now)
        ]

    def merged(self) -> SheetForm:
        """The form again on today's revision: his own changes kept, the other's taken over elsewhere."""
        opened, typed = self._opened(), self._typed()
        data: dict[str, Any] = {"revision": str(self.sheet.evaluation.revision)}
        for name, now in self.initial.items():
            untouched = _same(typed.get(name, ""), opened.get(name, ""))
            data[name] = now if untouched else typed.get(name, "")
        return SheetForm(self.sheet, data)

    def _opened(self) -> dict[str, str]:
        try:
            found = json.loads(str((self.data or {}).get("opened", "{}")))
        except json.JSONDecodeError:
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def _typed(self) -> dict[str, str]:
        data = self.data or {}
        return {name: str(data.get(name, "")).replace("\r\n", "\n").strip() for name in self.initial}


def _editable(sheet: Sheet) -> Sequence[tuple[EvaluationRow, str]]:
    rows = [(sheet.execution_row, execution_title()), *((row.row, row.level3) for row in sheet.rows)]
    return [(row, title) for row, title in rows if row is not None]


def _initial(row: EvaluationRow) -> dict[str, Any]:
    return {
        "weight": f"{row.weight:.2f}",
        "tier": row.tier,
        "tier_share": "" if row.tier_share is None else plain(row.tier_share),
        "tier_reason": row.tier_reason,
        "zero": row.decision == DECISION.ZERO,
        "decision_reason": row.decision_reason,
        "deduction_reason": row.deduction_reason,
        "improvement": row.improvement,
    }


def _stored(sheet: Sheet) -> dict[str, str]:
    """Field name → what a browser would send for what is stored."""
    found = {"goal_result": sheet.goal_result}
    for row, _title in _editable(sheet):
        for name, value in _initial(row).items():
            found[f"r{row.pk}-{name}"] = ("on" if value else "") if isinstance(value, bool) else str(value)
    return found


def _labels(sheet: Sheet) -> dict[str, str]:
    found = {"goal_result": _("年度总体目标完成情况")}
    for row, title in _editable(sheet):
        found |= {f"r{row.pk}-{name}": f"{title} · {f.label}" for name, f in RowForm.base_fields.items()}
    return found


def _same(left: str, right: str) -> bool:
    if left == right:
        return True
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return False
