"""Answering the items of an inspection: item by item, by revision, once for each change of a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.checklists.draft import NOT_APPLICABLE
from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.services import store
from plumbline.office.inspections.models import Answer, AnswerFile, ChecklistItem, Inspection, Photo
from plumbline.office.inspections.services.progress import InspectionRefused
from plumbline.office.inspections.services.scoring import asked, item_points

Kind = ChecklistItem.Answer
LONGEST_VALUE = 2000
LONGEST_NOTE = 4000
CONFORMITY = ("yes", "partly", "no", NOT_APPLICABLE)
YES_NO = ("yes", "no", NOT_APPLICABLE)
MOST_FILES = 20


class AnswerConflict(PlumblineError):
    """Another device saved this item since; nothing was saved now.

    Attributes:
        saved: the answer as it is now.
    """

    def __init__(self, saved: Answer) -> None:
        self.saved = saved
        super().__init__(
            _("这一项已在另一台设备上被改动，您的内容尚未保存。"),
            where=saved.item.key,
            advice=_("请对照两份内容，选择保留哪一份。"),
        )


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that stands between an inspection and its submission."""

    item: ChecklistItem
    what: str


def allowed_values(item: ChecklistItem) -> tuple[str, ...] | None:
    """The values that an item takes; None where it takes any text or number."""
    if item.answer == Kind.CONFORMITY:
        return CONFORMITY
    if item.answer == Kind.YES_NO:
        return YES_NO
    if item.answer == Kind.CHOICE:
        return (*(str(choice[0]) for choice in item.choices), NOT_APPLICABLE)
    return None


def problem_of(item: ChecklistItem, value: str) -> str:
    """Why a value is no answer to an item, one sentence; "" when it is one."""
    if value in ("", NOT_APPLICABLE):
        return ""
    values = allowed_values(item)
    if values is not None:
        return "" if value in values else _("“%(value)s”不是这一项的选项。") % {"value": value[:40]}
    if item.answer == Kind.NUMBER:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return _("“%(value)s”不是数字。") % {"value": value[:40]}
        if not number.is_finite() or len(value) > 24:
            return _("数字超出范围。")
    return "" if len(value) <= LONGEST_VALUE else _("内容超过 %(n)d 字。") % {"n": LONGEST_VALUE}


def demand_open(inspection: Inspection, *, actor: User) -> None:
    """Refuse answers where the inspection does not take them now, or not from this person.

    Raises:
        InspectionRefused: not begun, handed in, ended; or the person may not answer.
    """
    is_self_check = inspection.method == Inspection.Method.SELF_CHECK
    capability = "inspections.answer" if is_self_check else "inspections.conduct"
    if not actor.may(capability):
        raise InspectionRefused(
            _("您的角色不能填写这项检查。"), where=inspection.number, advice=_("请由有权限的人员填写。")
        )
    if inspection.state not in (Inspection.State.RUNNING, Inspection.State.RETURNED):
        raise InspectionRefused(
            _("检查现在是“%(state)s”，不能填写。") % {"state": inspection.get_state_display()},
            where=inspection.number,
            advice=_("如已提交，可在审核前撤回；如尚未开始，请先开始检查。"),
        )


@transaction.atomic
def save_answer(
    inspection: Inspection,
    item: ChecklistItem,
    *,
    value: str,
    note: str,
    actor: User,
    now: datetime,
    revision: int | None = None,
    via: str = "",
) -> Answer:
    """Save the answer to one item.

    Args:
        revision: of the answer that the device saw; 0 where it saw none; None to overwrite.
        via: how it came, for the audit: "" in the page, else the name of the workbook.

    Raises:
        InspectionRefused: see `demand_open`; a returned self-check takes only what was returned.
        AnswerConflict: somebody else saved the item since, something else than this.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    # a browser ends lines with CR LF, a workbook with LF; it is the same text
    value, note = (text.replace("\r\n", "\n").strip() for text in (value, note))
    problem = problem_of(item, value) or _too_long(note)
    if problem:
        raise InspectionRefused(problem, where=item.key, advice=_("请改正这一项。"))
    saved = Answer.objects.select_related("item", "answered_by").filter(inspection=locked, item=item).first()
    if saved is not None and (saved.value, saved.note) == (value, note):
        return saved
    if revision is not None and revision != (saved.revision if saved else 0):
        if saved is None:  # what the device saw is gone, and nothing stands in its place
            revision = 0
        else:
            raise AnswerConflict(saved)
    if (
        saved is not None
        and locked.state == Inspection.State.RETURNED
        and saved.state == Answer.State.ACCEPTED
    ):
        raise InspectionRefused(
            _("这一项已经认可，不需要修改。"), where=item.key, advice=_("请只修改标明“已退回”的项目。")
        )
    before = {"value": saved.value, "note": saved.note} if saved else {"value": "", "note": ""}
    answer = saved or Answer(inspection=locked, item=item, revision=0)
    answer.value, answer.note = value, note
    answer.points = item_points(item, value)
    answer.answered_by, answer.answered_at = actor, now
    answer.revision += 1
    if answer.state != Answer.State.RETURNED:
        answer.state = Answer.State.DRAFT
    answer.save()
    detail: dict[str, Any] = {
        title: {"old": before[name], "new": new}
        for title, name, new in (("作答", "value", value), ("说明", "note", note))
        if before[name] != new
    }
    record(
        actor=actor, action="inspections.answer", target=locked,
        detail={"检查项": item.key, **detail, **({"file": via} if via else {})},
    )  # fmt: skip
    return answer


@transaction.atomic
def add_evidence(
    inspection: Inspection, item: ChecklistItem, upload: File, *, title: str, actor: User, now: datetime
) -> AnswerFile:
    """Attach a file to the answer of an item; an item without an answer gets an empty one
    of revision 0, so that a device which saw none may still save its first.

    Raises:
        InspectionRefused: see `demand_open`; too many files on the item.
        ContentRefused: see `files.services.store`.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    answer, _new = Answer.objects.get_or_create(
        inspection=locked, item=item, defaults={"answered_by": actor, "answered_at": now, "revision": 0}
    )
    if answer.files.count() >= MOST_FILES:
        raise InspectionRefused(
            _("每项最多 %(n)d 个文件。") % {"n": MOST_FILES},
            where=item.key,
            advice=_("请合并文件，或移除不需要的文件。"),
        )
    stored = store(upload, user=actor)
    kept = AnswerFile.objects.create(answer=answer, file=stored, title=(title or stored.name)[:200])
    detail = {"检查项": item.key, "file": stored.name, "sm3": stored.digest}
    record(actor=actor, action="inspections.evidence", target=locked, detail=detail)
    return kept


@transaction.atomic
def remove_evidence(kept: AnswerFile, *, actor: User, now: datetime) -> None:
    """Detach a file; its content stays in the store, and the audit names it.

    Raises:
        InspectionRefused: see `demand_open`; the item was accepted.
    """
    locked = Inspection.objects.select_for_update().get(pk=kept.answer.inspection_id)
    demand_open(locked, actor=actor)
    if kept.answer.state == Answer.State.ACCEPTED:
        raise InspectionRefused(_("这一项已经认可，材料不能移除。"), where=kept.answer.item.key)
    detail = {"检查项": kept.answer.item.key, "file": kept.file.name, "sm3": kept.file.digest}
    record(actor=actor, action="inspections.evidence_remove", target=locked, detail=detail)
    kept.delete()


@transaction.atomic
def add_photo(
    inspection: Inspection,
    upload: File,
    *,
    item: ChecklistItem | None,
    title: str,
    actor: User,
    now: datetime,
) -> Photo:
    """Keep a photograph or paper of a visit.

    Raises:
        InspectionRefused: see `demand_open`.
        ContentRefused: see `files.services.store`.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    demand_open(locked, actor=actor)
    stored = store(upload, user=actor)
    photo = Photo.objects.create(
        inspection=locked,
        file=stored,
        title=(title or stored.name)[:200],
        taken_by=actor,
        taken_at=now,
        item=item,
    )
    detail = {"检查项": item.key if item else "", "file": stored.name, "sm3": stored.digest}
    record(actor=actor, action="inspections.photo", target=locked, detail=detail)
    return photo


@transaction.atomic
def remove_photo(photo: Photo, *, actor: User, now: datetime) -> None:
    """Take a photograph out of the record; the audit names it.

    Raises:
        InspectionRefused: see `demand_open`.
    """
    locked = Inspection.objects.select_for_update().get(pk=photo.inspection_id)
    demand_open(locked, actor=actor)
    detail = {
        "检查项": photo.item.key if photo.item else "",
        "file": photo.file.name,
        "sm3": photo.file.digest,
    }
    record(actor=actor, action="inspections.photo_remove", target=locked, detail=detail)
    photo.delete()


def values_of(answers: Mapping[str, Answer]) -> dict[str, str]:
    """{key of the item: value} for scoring and branching."""
    return {key: answer.value for key, answer in answers.items()}


def lacks(items: list[ChecklistItem], answers: Mapping[str, Answer]) -> list[Lack]:
    """What is missing before the answers can be handed in: nothing is asked of items that are not asked."""
    asks = asked(items, values_of(answers))
    found: list[Lack] = []
    for item in items:
        if item.answer == Kind.NONE or item.key not in asks:
            continue
        answer = answers.get(item.key)
        if answer is None or not answer.value:
            found.append(Lack(item, _("尚未作答")))
        elif answer.value == NOT_APPLICABLE and not answer.note:
            found.append(Lack(item, _("选了“不适用”，请写明理由")))
    return found


def _too_long(note: str) -> str:
    return "" if len(note) <= LONGEST_NOTE else _("说明超过 %(n)d 字。") % {"n": LONGEST_NOTE}
