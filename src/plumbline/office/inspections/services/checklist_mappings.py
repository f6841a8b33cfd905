"""Which item of an older edition an item of a newer one continues: proposed, then decided by a person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.checklists.comparing import propose
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.inspections.models import ChecklistVersion, ItemMapping
from plumbline.office.inspections.services.checklists import ChecklistRefused

State = ItemMapping.State
#: reasons that need no second look
SURE = ("key", "title")


@transaction.atomic
def propose_mapping(before: ChecklistVersion, after: ChecklistVersion) -> int:
    """Write down what is likely the same thing; what a person decided stays. Returns how many are new.

    Raises:
        ChecklistRefused: the two are the same edition.
    """
    if before.pk == after.pk:
        raise ChecklistRefused(_("不能与自身对应。"), where=str(after), advice=_("请选择另一版。"))
    ChecklistVersion.objects.select_for_update().get(pk=after.pk)
    old = {item.key: item for item in before.items.all()}
    new = {item.key: item for item in after.items.all()}
    known = ItemMapping.objects.filter(before__version=before, after__version=after)
    decided = list(known.exclude(state=State.PROPOSED))
    settled = {mapping.after_id for mapping in decided if mapping.state == State.CONFIRMED}
    taken = {mapping.before_id for mapping in decided if mapping.state == State.CONFIRMED}
    have = {(mapping.before_id, mapping.after_id) for mapping in known}
    rows = []
    for pair in propose(list(old.values()), list(new.values())):
        one, other = old[pair.before], new[pair.after]
        if (one.pk, other.pk) in have or other.pk in settled or one.pk in taken or not other.answer:
            continue
        reason = pair.why if pair.why in SURE and pair.likeness == 1 else f"{pair.why} {pair.likeness:.2f}"
        rows.append(ItemMapping(before=one, after=other, reason=reason))
    ItemMapping.objects.bulk_create(rows, batch_size=500)
    return len(rows)


@transaction.atomic
def decide(mapping: ItemMapping, *, state: str, actor: User) -> ItemMapping:
    """Confirm or reject what was proposed; a decision can be changed.

    Raises:
        ChecklistRefused: one of the two items is confirmed with another already.
    """
    # one after the other for an edition: two rows of the same item are confirmed in two windows
    ChecklistVersion.objects.select_for_update().get(pk=mapping.after.version_id)
    saved = (
        ItemMapping.objects.select_for_update(of=("self",))
        .select_related("before", "after")
        .get(pk=mapping.pk)
    )
    if state == State.CONFIRMED:
        pair = ItemMapping.objects.filter(state=State.CONFIRMED).exclude(pk=saved.pk)
        same_edition = pair.filter(before__version=saved.before.version_id)
        other = (
            same_edition.filter(after=saved.after).first()
            or pair.filter(before=saved.before, after__version=saved.after.version_id).first()
        )
        if other is not None:
            raise ChecklistRefused(
                _("其中一项已与别的检查项对应。"), where=str(other), advice=_("请先把那一条改为“不对应”。")
            )
    saved.state = State(state)
    saved.save(update_fields=["state"])
    record(
        actor=actor,
        action="checklists.map",
        target=saved.after.version,
        detail={"old": str(saved.before), "new": str(saved.after), "reason": saved.get_state_display()},
    )
    return saved


@transaction.atomic
def pair_by_hand(before_id: int, after_id: int, *, actor: User) -> ItemMapping:
    """Put two items together that nothing proposed.

    Raises:
        ChecklistRefused: one of the two is confirmed with another already.
    """
    mapping, _made = ItemMapping.objects.get_or_create(
        before_id=before_id, after_id=after_id, defaults={"reason": "hand"}
    )
    return decide(mapping, state=State.CONFIRMED, actor=actor)


@transaction.atomic
def confirm_sure(before: ChecklistVersion, after: ChecklistVersion, *, actor: User) -> int:
    """Confirm the proposals whose title is the same; returns how many.

    A proposal of an item that is confirmed with another already, by this sweep or in another window, stays.
    """
    ChecklistVersion.objects.select_for_update().get(pk=after.pk)
    known = ItemMapping.objects.filter(before__version=before, after__version=after)
    confirmed = known.filter(state=State.CONFIRMED).values_list("before", "after")
    taken_before, taken_after = {old for old, _new in confirmed}, {new for _old, new in confirmed}
    chosen: list[int] = []
    for mapping in known.filter(state=State.PROPOSED, reason__in=SURE).order_by("pk"):
        if mapping.before_id in taken_before or mapping.after_id in taken_after:
            continue
        taken_before.add(mapping.before_id)
        taken_after.add(mapping.after_id)
        chosen.append(mapping.pk)
    count = ItemMapping.objects.filter(pk__in=chosen).update(state=State.CONFIRMED)
    if count:
        detail = {"old": str(before), "new": str(after), "count": count}
        record(actor=actor, action="checklists.map", target=after, detail=detail)
    return count
