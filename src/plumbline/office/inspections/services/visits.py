"""The record of a visit, and the findings that are raised from its items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.raising import Raised, fingerprint, raise_finding
from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection
from plumbline.office.inspections.services.answer_words import word_of
from plumbline.office.inspections.services.answering import demand_open
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.lib.revisions import demand_current

RECORD_FIELDS = ("place", "companions", "record", "conclusion")
#: answers that speak for a finding
FAILED = ("no", "partly")


@transaction.atomic
def save_record(
    inspection: Inspection,
    values: Mapping[str, str],
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
) -> Inspection:
    """Write the record of a visit: place, companions, what was seen, conclusion.

    Raises:
        InspectionRefused: see `demand_open`.
        Outdated: somebody else changed the inspection since.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    before = snapshot(locked, *RECORD_FIELDS)
    for name in RECORD_FIELDS:
        if name in values:
            limit = Inspection._meta.get_field(name).max_length
            setattr(locked, name, values[name].strip()[:limit])
    changed = changes(before, snapshot(locked, *RECORD_FIELDS))
    if not changed:
        return locked
    demand_current(locked, revision=revision)
    locked.revision += 1
    locked.save(update_fields=[*RECORD_FIELDS, "revision"])
    record(actor=actor, action="inspections.record", target=locked, detail=changed)
    return locked


@transaction.atomic
def raise_from_item(inspection: Inspection, item: ChecklistItem, *, actor: User, now: datetime) -> Finding:
    """Raise the finding that an item foresees: one for a unit, checklist and item, however often tapped.

    Raises:
        InspectionRefused: the person may not inspect; the inspection has not begun or was cancelled; the item
            is no question, or its answer speaks for no finding.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if not actor.may("inspections.conduct"):
        raise InspectionRefused(
            _("您的角色不能从检查中登记问题。"), where=locked.number, advice=_("请由检查人员登记。")
        )
    if locked.state in (Inspection.State.PLANNED, Inspection.State.CANCELLED):
        raise InspectionRefused(
            _("检查现在是“%(state)s”，不能登记问题。") % {"state": locked.get_state_display()},
            where=locked.number,
            advice=_("请在检查开始后登记。"),
        )
    answer = Answer.objects.select_for_update().filter(inspection=inspection, item=item).first()
    if answer is None or answer.value not in failing(item):
        raise InspectionRefused(
            _("这一项没有答成不符合，不能据此登记问题。"),
            where=item.key,
            advice=_("请先作答，或到“问题”中人工登记。"),
        )
    key = item.version.checklist.key
    photos = [photo.file for photo in inspection.photos.filter(item=item).select_related("file")]
    finding = raise_finding(
        Raised(
            unit=inspection.unit,
            title=(item.finding or item.title)[:200],
            severity=item.severity or Finding.Severity.MEDIUM,
            detail="\n".join(part for part in (_asked_and_answered(item, answer), answer.note) if part),
            basis=item.basis,
            advice=item.advice,
            source=Finding.Source.INSPECTION,
            source_name=key[:60],
            source_key=str(inspection.pk),
            fingerprint=fingerprint(str(inspection.unit_id), key, item.key),
            evidence_files=photos,
        ),
        actor=actor,
        now=now,
    )
    answer.finding = finding
    answer.save(update_fields=["finding"])
    return finding


def _asked_and_answered(item: ChecklistItem, answer: Answer) -> str:
    """The question with its answer: "there are no weak passwords" alone says the opposite of the finding."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{item.title}{_('：')}{word_of(item, answer.value)}"


def failing(item: ChecklistItem) -> tuple[str, ...]:
    """Answers that speak for a finding: no and partly; choices that bring less than all points.

    None for an item that brings no points and foresees no finding: it only asks how things are.
    """
    if item.points is None and not item.severity and not item.finding:
        return ()
    if item.answer == ChecklistItem.Answer.CHOICE:
        stated = [(str(choice[0]), choice[2]) for choice in item.choices]
        return tuple(value for value, share in stated if share is not None and Decimal(share) < 1)
    if item.answer in (ChecklistItem.Answer.CONFORMITY, ChecklistItem.Answer.YES_NO):
        return FAILED
    return ()
