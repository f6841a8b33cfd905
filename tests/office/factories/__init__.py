"""Things of one unit, made at will, so that a test can knock at every door with them.

`world.one(Finding)` is a finding of the marked unit, saved, with everything that it must have and the mark
in every text. A new model needs nothing here unless its fields must fit together: then a line in `SPECIAL`.
A new address with an argument needs a line in `factories/arguments.py` that says what the argument is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import models

#: what no page says by itself: wherever it is read, something of the marked unit was shown
MARK = "朱鹮"
#: things that are everybody's: they bear another word
COMMON = "共用"
#: what is named although it may be left out: it is what could be shown to the wrong people
FILLED = {"units.Unit", "files.StoredFile"}
EVERYBODYS = {
    *("units.Category", "inspections.Checklist", "inspections.ChecklistVersion"),
    *("inspections.ChecklistItem", "inspections.ItemMapping", "inspections.ScanMapping"),
}
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
#: (model's label, field): value, where the first choice or the mark would not do
SPECIAL: dict[tuple[str, str], Any] = {
    ("units.Unit", "state"): "active",
    ("units.Unit", "kind"): "township",
    ("units.Unit", "sector"): "education",
    ("units.Unit", "credit_code"): "",
    ("units.System", "state"): "running",
    ("units.System", "critical"): "no",
    ("units.System", "kind"): "website",
    ("units.Contact", "state"): "current",
    ("units.Asset", "kind"): "domain",
    ("units.Asset", "low"): "",
    ("units.Asset", "high"): "",
    ("units.Category", "key"): "marked",
    ("units.SheetImport", "state"): "refused",
    ("targets.Binding", "state"): "confirmed",
    ("targets.Binding", "kind"): "metric",
    ("targets.Binding", "metric"): "register_completeness",
    ("targets.Binding", "metric_version"): 1,
    ("targets.Binding", "expression"): "",
    ("targets.PlanVersion", "state"): "approved",
    ("targets.PlanVersion", "number"): 1,
    ("targets.Evaluation", "ruleset_key"): "national-2020",
    ("findings.Finding", "state"): "notified",
    ("findings.Finding", "first_due_on"): DAY,
    ("findings.Finding", "due_on"): DAY,
    ("findings.Notice", "sent_at"): NOW,
    ("findings.Notice", "state"): "sent",
    ("inspections.Inspection", "state"): "running",
    ("inspections.Inspection", "started_on"): DAY,
    ("inspections.InspectionPlan", "state"): "approved",
    ("inspections.ChecklistItem", "severity"): "",
    ("inspections.ChecklistItem", "confidence"): "",
}


@dataclass
class World:
    """One unit with the mark in its name, and everything that was made for it.

    Attributes:
        actor: who did whatever has to be done by somebody.
    """

    actor: Any
    made: dict[type[models.Model], Any] = field(default_factory=dict)

    @property
    def unit(self) -> Any:
        from plumbline.office.units.models import Unit

        return self.one(Unit)

    def one(self, model: type[models.Model]) -> Any:
        """The one of its kind; made at first use, with what it depends on."""
        if model not in self.made:
            self.made[model] = self._make(model)
        return self.made[model]

    def settle(self) -> None:
        """Take the last steps, after which nothing can be added any more."""
        from plumbline.office.inspections.models import ChecklistVersion

        version = self.one(ChecklistVersion)
        version.state = ChecklistVersion.State.PUBLISHED
        version.save(update_fields=["state"])

    def _make(self, model: type[models.Model]) -> Any:
        label = model._meta.label
        if label == "files.StoredFile":
            return self._file()
        values = {f.name: self._value(model, f) for f in model._meta.concrete_fields if _is_wanted(f)}
        return model.objects.create(**{k: v for k, v in values.items() if v is not None})

    def _value(self, model: type[models.Model], one: models.Field[Any, Any]) -> Any:
        key = (model._meta.label, one.name)
        if key in SPECIAL:
            return SPECIAL[key]
        if one.is_relation:
            return self._related(one)
        if one.choices:
            return one.default if one.has_default() else next(iter(one.flatchoices))[0]
        return _plain(one)

    def _related(self, one: models.Field[Any, Any]) -> Any:
        label = one.related_model._meta.label  # type: ignore[union-attr]
        if label == "accounts.User":
            return self.actor
        if one.null and label not in FILLED:
            return None
        if one.null and one.related_model is one.model:
            return None
        return self.one(one.related_model)  # type: ignore[arg-type]

    def _file(self) -> Any:
        from plumbline.office.files.services import keep_unchecked

        return keep_unchecked(ContentFile(MARK.encode(), name=f"{MARK}.txt"), user=self.actor)


def _is_wanted(one: models.Field[Any, Any]) -> bool:
    """Whether a field is filled: what must be, texts that may be, and the units that it may name."""
    if one.primary_key or getattr(one, "auto_now_add", False) or getattr(one, "auto_now", False):
        return False
    if (one.model._meta.label, one.name) in SPECIAL:
        return True
    if one.is_relation:
        return not one.null or one.related_model._meta.label in FILLED  # type: ignore[union-attr]
    if one.blank and one.name.endswith(("digest", "closing")):
        return False  # an empty one says that a thing is still open
    if isinstance(one, models.CharField | models.TextField):
        return not one.null
    return not one.null and not one.has_default()


def _plain(one: models.Field[Any, Any]) -> Any:
    if isinstance(one, models.CharField | models.TextField):
        word = COMMON if one.model._meta.label in EVERYBODYS else MARK
        return word if one.max_length is None else word[: one.max_length]
    if isinstance(one, models.DateTimeField):
        return NOW
    if isinstance(one, models.DateField):
        return DAY
    if isinstance(one, models.DecimalField):
        return Decimal(1)
    if isinstance(one, models.IntegerField):
        return 1
    if isinstance(one, models.JSONField):
        return {}
    if isinstance(one, models.BinaryField):
        return b""
    raise TypeError(f"no value for {one}")


def owned_rows() -> dict[str, str]:
    """A digest of all that the marked unit has, by model: equal before and after, nothing was written."""
    from django.apps import apps

    from plumbline.office.units.models import Unit

    found: dict[str, str] = {}
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if one.is_relation and one.related_model is Unit:
                rows = model.objects.filter(**{f"{one.name}__name__contains": MARK}).order_by("pk")
                found[f"{model._meta.label}.{one.name}"] = _digest(rows)
    found["units.Unit"] = _digest(Unit.objects.filter(name__contains=MARK))
    return found


def _digest(rows: Any) -> str:
    return hashlib.sha256(repr(list(rows.values())).encode()).hexdigest()
