"""Appending to the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone, translation

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.actions import ACTIONS
from plumbline.office.audit.chain import digest, plain
from plumbline.office.audit.models import Head, Record
from plumbline.office.audit.verification import VerifyReport, verify

__all__ = ["VerifyReport", "changes", "record", "snapshot", "verify"]

HEAD = 1
SYSTEM = "系统"


def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Record:
    """Append one act to the chain, in the caller's transaction: either both happen or neither.

    Args:
        actor: who did it; None for the system itself.
        action: a key of `audit.actions`.
        target: the saved thing it was done to.
        detail: what changed; the usual shape is {field: {"old": …, "new": …}} as `changes` gives it.

    Raises:
        PlumblineError: outside a transaction.
        RegistryError: nobody registered the action.
    """
    if not connection.in_atomic_block:
        raise PlumblineError("操作记录必须与它所记的改动在同一事务中写入。")
    ACTIONS.get(action)
    with translation.override(settings.LANGUAGE_CODE):
        head = _locked_head()
        entry = _append(head, actor=actor, action=action, target=target, detail=detail or {})
    head.sequence, head.digest = entry.sequence, entry.digest
    head.save()
    return entry


def snapshot(instance: models.Model, *fields: str) -> dict[str, Any]:
    """The fields' values now, to be compared later; foreign keys and choices as people read them.

    In Chinese, whatever language the person works in: what is recorded must not depend on it.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return {field: plain(_readable(instance, field)) for field in fields}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{field: {"old", "new"}} of what differs between two snapshots."""
    return {
        field: {"old": before.get(field), "new": after.get(field)}
        for field in {**before, **after}
        if before.get(field) != after.get(field)
    }


def _readable(instance: models.Model, field: str) -> Any:
    display = getattr(instance, f"get_{field}_display", None)
    value = display() if display else getattr(instance, field)
    return str(value) if isinstance(value, models.Model) else value


def _locked_head() -> Head:
    """The head, locked until the transaction ends, so that two writers never follow the same record."""
    head, missing = Head.objects.select_for_update().get_or_create(pk=HEAD)
    last = Record.objects.order_by("-sequence").first() if missing else None
    if last is None:
        return head
    # Somebody removed the head. Work goes on, and the chain says so for ever.
    head.sequence, head.digest = last.sequence, last.digest
    entry = _append(head, actor=None, action="audit.head_rebuilt", target=None, detail={})
    head.sequence, head.digest = entry.sequence, entry.digest
    return head


def _append(
    head: Head, *, actor: User | None, action: str, target: models.Model | None, detail: Mapping[str, Any]
) -> Record:
    entry = Record(
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor=actor,
        actor_name=plain(f"{actor.full_name}（{actor.username}）" if actor else SYSTEM),
        action=action,
        object_type=target._meta.label_lower if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        object_label=plain(str(target))[:255] if target is not None else "",
        detail=plain(detail),
        previous=head.digest,
    )
    entry.digest = digest(entry)
    entry.save()
    return entry
