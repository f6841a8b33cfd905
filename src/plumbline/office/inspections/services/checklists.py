"""What is done to checklists: kept as a draft, published, retired. What was published never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from plumbline.kernel.checklists.checking import checked
from plumbline.kernel.checklists.draft import ChecklistDraft, Problem
from plumbline.kernel.errors import ChecklistError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.inspections.models import Checklist, ChecklistItem, ChecklistVersion
from plumbline.office.inspections.services.checklist_shapes import draft_of, rows_of

State = ChecklistVersion.State
ORIGINS = {
    "xlsx": Checklist.Origin.XLSX,
    "ciso": Checklist.Origin.CISO,
    "oscal": Checklist.Origin.OSCAL,
    "toml": Checklist.Origin.TOML,
}


class ChecklistRefused(ChecklistError):
    """An act on a checklist is not possible as things stand."""


def blocking(problems: Sequence[Problem]) -> list[Problem]:
    """The problems that stand in the way."""
    return [problem for problem in problems if problem.blocking]


def demand_usable(draft: ChecklistDraft) -> None:
    """Refuse a checklist with problems, naming the first.

    Raises:
        ChecklistRefused: there are problems that stand in the way.
    """
    found = blocking(draft.problems)
    if found:
        more = _("（共 %(count)d 处问题）") % {"count": len(found)} if len(found) > 1 else ""
        raise ChecklistRefused(f"{found[0].what}{more}", where=found[0].where, advice=found[0].advice)


def locked_version(version: ChecklistVersion) -> ChecklistVersion:
    """The version as it is now, locked until the transaction ends.

    Raises:
        ChecklistRefused: it was deleted meanwhile.
    """
    now = ChecklistVersion.objects.select_for_update().filter(pk=version.pk).first()
    if now is None:
        raise ChecklistRefused(_("这份草稿已被删除。"), advice=_("请返回检查表列表。"))
    return now


def demand_draft(version: ChecklistVersion) -> None:
    """Refuse to change what is in use or was.

    Raises:
        ChecklistRefused: it is no draft.
    """
    if version.state != State.DRAFT:
        raise ChecklistRefused(
            _("这一版已经启用过，内容不能再改。"),
            where=str(version),
            advice=_("请用“另起草稿”做出新的一版，修改后启用。"),
        )


@transaction.atomic
def keep_draft(
    draft: ChecklistDraft,
    *,
    actor: User | None,
    now: datetime,
    checklist: Checklist | None = None,
    file: StoredFile | None = None,
    origin: str = "",
    action: str = "checklists.import",
) -> ChecklistVersion:
    """Keep what was read as a draft: of a new checklist, or as the next edition of one.

    Args:
        checklist: whose next edition it is; None for a checklist of its own.
        file: what it was read from.
        origin: one of `Checklist.Origin`; by the draft's format where "".

    Raises:
        ChecklistRefused: it has problems that stand in the way, or the same content is there already.
    """
    demand_usable(checked(draft))
    if checklist is None:
        checklist = _new_checklist(draft, origin or ORIGINS[draft.format])
    else:
        checklist = Checklist.objects.select_for_update().get(pk=checklist.pk)
    same = checklist.versions.filter(digest=draft.digest).first()
    if same is not None:
        raise ChecklistRefused(
            _("内容与已有的版本完全相同，没有重复导入。"),
            where=str(same),
            advice=_("直接使用已有的版本即可。"),
        )
    version = ChecklistVersion.objects.create(
        checklist=checklist,
        number=_next_number(checklist),
        edition=draft.edition[:40],
        digest=draft.digest,
        file=file,
        licence=draft.licence[:200],
        imported_by=actor,
        imported_at=now,
    )
    ChecklistItem.objects.bulk_create(rows_of(draft.items, version), batch_size=500)
    detail = {"items": len(draft.items), "edition": version.edition, "file": file.name if file else ""}
    record(actor=actor, action=action, target=version, detail={k: v for k, v in detail.items() if v})
    return version


def _new_checklist(draft: ChecklistDraft, origin: str) -> Checklist:
    """A checklist of its own; a key that is taken gets a number."""
    key, number = draft.key[:74] or "checklist", 2
    while Checklist.objects.filter(key=key).exists():
        key, number = f"{draft.key[:74]}~{number}", number + 1
    return Checklist.objects.create(
        key=key, title=draft.title[:200], origin=origin, description=draft.description
    )


def _next_number(checklist: Checklist) -> int:
    return (checklist.versions.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def copy_to_draft(version: ChecklistVersion, *, edition: str, actor: User, now: datetime) -> ChecklistVersion:
    """A new draft with the items of a version: the way to change what is in use.

    Raises:
        ChecklistRefused: the checklist has a draft already.
    """
    checklist = Checklist.objects.select_for_update().get(pk=version.checklist_id)
    open_draft = checklist.versions.filter(state=State.DRAFT).first()
    if open_draft is not None:
        raise ChecklistRefused(
            _("这份检查表已有一份草稿。"), where=str(open_draft), advice=_("请先完成或删除那份草稿。")
        )
    draft = draft_of(version)
    new = ChecklistVersion.objects.create(
        checklist=checklist,
        number=_next_number(checklist),
        edition=edition[:40],
        digest="",
        licence=version.licence,
        imported_by=actor,
        imported_at=now,
    )
    ChecklistItem.objects.bulk_create(rows_of(draft.items, new), batch_size=500)
    record(actor=actor, action="checklists.copy", target=new, detail={"version": str(version)})
    return new


@transaction.atomic
def rename_draft(
    version: ChecklistVersion, *, title: str, description: str, edition: str, licence: str, actor: User
) -> None:
    """Change what a checklist is called, and the edition of its draft.

    Raises:
        ChecklistRefused: it is no draft.
    """
    saved = locked_version(version)
    demand_draft(saved)
    checklist = saved.checklist
    before = {"name": checklist.title, "edition": saved.edition}
    checklist.title, checklist.description = title, description
    checklist.save(update_fields=["title", "description"])
    saved.edition, saved.licence = edition, licence
    saved.save(update_fields=["edition", "licence"])
    after = {"name": title, "edition": edition}
    detail = {key: {"old": before[key], "new": after[key]} for key in after if before[key] != after[key]}
    record(actor=actor, action="checklists.edit", target=saved, detail=detail)


@transaction.atomic
def publish(version: ChecklistVersion, *, actor: User | None, now: datetime) -> ChecklistVersion:
    """Put a draft to use; the edition that was in use is retired, inspections that began keep it.

    Raises:
        ChecklistRefused: it is no draft, it has problems, the content was published before, or another
            edition was put to use at the same moment.
    """
    before = _in_use(version)
    Checklist.objects.select_for_update().filter(pk=version.checklist_id).first()
    if _in_use(version) != before:
        raise ChecklistRefused(
            _("另一版刚刚启用，没有再启用这一版。"),
            where=str(version),
            advice=_("请刷新页面核对在用的版本，确需更换时再启用。"),
        )
    saved = locked_version(version)
    if saved.state != State.DRAFT:
        raise ChecklistRefused(
            _("只有草稿可以启用，这一版现在是“%(state)s”。") % {"state": saved.get_state_display()},
            where=str(saved),
            advice=_("停用的版本请用“恢复使用”。"),
        )
    draft = checked(draft_of(saved))
    demand_usable(draft)
    others = saved.checklist.versions.exclude(pk=saved.pk)
    same = others.filter(digest=draft.digest).first()
    if same is not None:
        raise ChecklistRefused(
            _("内容与另一版完全相同，不必再启用一版。"),
            where=str(same),
            advice=_("请修改后再启用，或删除这份草稿。"),
        )
    others.filter(state=State.PUBLISHED).update(state=State.RETIRED)
    saved.digest, saved.state = draft.digest, State.PUBLISHED
    saved.save(update_fields=["digest", "state"])
    record(actor=actor, action="checklists.publish", target=saved, detail={"digest": saved.digest})
    return saved


def _in_use(version: ChecklistVersion) -> int | None:
    """Which edition of the same checklist is in use now."""
    editions = ChecklistVersion.objects.filter(checklist=version.checklist_id, state=State.PUBLISHED)
    return editions.values_list("pk", flat=True).first()


@transaction.atomic
def retire(version: ChecklistVersion, *, reason: str, actor: User) -> None:
    """Offer an edition no longer for new inspections; those that use it go on.

    Raises:
        ChecklistRefused: it is not in use, or no reason was given.
    """
    saved = locked_version(version)
    if saved.state != State.PUBLISHED:
        raise ChecklistRefused(_("这一版没有在用，不必停用。"), where=str(saved))
    if not reason.strip():
        raise ChecklistRefused(_("没有写明停用原因。"), where=str(saved), advice=_("请填写原因。"))
    saved.state = State.RETIRED
    saved.save(update_fields=["state"])
    record(actor=actor, action="checklists.retire", target=saved, detail={"reason": reason.strip()[:500]})


@transaction.atomic
def restore(version: ChecklistVersion, *, actor: User) -> None:
    """Put a retired edition to use again.

    Raises:
        ChecklistRefused: it is not retired, or another edition is in use.
    """
    saved = locked_version(version)
    if saved.state != State.RETIRED:
        raise ChecklistRefused(_("只有停用的版本可以恢复使用。"), where=str(saved))
    current = saved.checklist.versions.filter(state=State.PUBLISHED).first()
    refused = ChecklistRefused(
        _("这份检查表已有在用的版本。"),
        where=str(current or saved),
        advice=_("请先停用那一版，再恢复这一版。"),
    )
    if current is not None:
        raise refused
    saved.state = State.PUBLISHED
    try:
        with transaction.atomic():
            saved.save(update_fields=["state"])
    except IntegrityError as error:
        raise refused from error
    record(actor=actor, action="checklists.restore", target=saved)


@transaction.atomic
def discard(version: ChecklistVersion, *, actor: User) -> None:
    """Delete a draft that nothing uses; a checklist without any edition goes with it.

    Raises:
        ChecklistRefused: it is no draft, or an inspection uses it.
    """
    saved = locked_version(version)
    demand_draft(saved)
    used = saved.inspections.first()
    if used is not None:
        raise ChecklistRefused(
            _("已有检查安排选用了这份草稿。"),
            where=str(used),
            advice=_("请先在检查安排中换用其他检查表。"),
        )
    record(actor=actor, action="checklists.discard", target=saved, detail={"items": saved.items.count()})
    checklist = saved.checklist
    saved.delete()
    if not checklist.versions.exists():
        checklist.delete()
