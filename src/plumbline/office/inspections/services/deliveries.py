"""What a device sends from its queue: done once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from plumbline.office.inspections.models import Delivery, Inspection

LONGEST_KEY = 64


def once(
    inspection: Inspection, key: str, *, now: datetime, run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run a change and remember its result under the key that the device gave; a second time only tell it.

    Args:
        key: made by the device; "" runs it without remembering.
        run: makes the change and says what came of it; what it raises is not remembered.
    """
    key = key[:LONGEST_KEY]
    if not key:
        return run()
    before = Delivery.objects.filter(inspection=inspection, key=key).first()
    if before is not None:
        return before.result
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(inspection=inspection, key=key, at=now)
            delivery.result = run()
            delivery.save(update_fields=["result"])
            return delivery.result
    except IntegrityError:
        # The same change came twice at once: the other one made it.
        other = Delivery.objects.filter(inspection=inspection, key=key).first()
        if other is None:
            raise
        return other.result


def last_revision(inspection: Inspection, keys: list[str]) -> int:
    """The latest revision that came of changes of these names; 0 where none of them arrived."""
    results = Delivery.objects.filter(inspection=inspection, key__in=keys).values_list("result", flat=True)
    return max((int(result.get("revision") or 0) for result in results), default=0)
