"""What a unit or its inspectors answer to the items of a checklist, by what the register says of the unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plumbline.kernel.checklists.branching import asked
from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import ChecklistItem, Inspection
from plumbline.office.inspections.services.answer_batches import save_answers

_LATE = "正在完善，计划本季度内完成。"


def fill(
    inspection: Inspection,
    row: dict[str, Any],
    said: dict[str, str],
    notes: dict[str, dict[str, list[str]]],
    *,
    actor: User,
    now: datetime,
    so_far: str = "",
) -> None:
    """Answer what is asked: conforming, but for the items named.

    Args:
        row: of the unit in the register.
        said: {key of an item: "partly" or "no"}.
        notes: {key of the checklist: {key of an item: [what was seen, what was done]}}.
        so_far: beginnings of the keys that are answered ("0 1 3.2"); all where it is "".
    """
    checklist = inspection.checklist
    if checklist is None:
        return
    key = checklist.checklist.key
    words = notes.get(key, {})
    items = list(checklist.items.order_by("ordinal"))
    values = {item.key: value_of(item, row, said, key=key) for item in items if item.answer}
    asks = asked(items, values)
    sections = tuple(so_far.split())
    given = {
        item: (values[item.key], words.get(item.key, [_LATE])[0] if item.key in said else "")
        for item in items
        if item.answer and item.key in asks and (not sections or _lies_in(item.key, sections))
    }
    save_answers(inspection, given, actor=actor, now=now)


def said_of(partly: str, no: str) -> dict[str, str]:
    """The answers that are not yes, from two lists of keys."""
    return {**dict.fromkeys(partly.split(), "partly"), **dict.fromkeys(no.split(), "no")}


def _lies_in(key: str, sections: tuple[str, ...]) -> bool:
    return any(key == section or key.startswith(f"{section}.") for section in sections)


def value_of(item: ChecklistItem, row: dict[str, Any], said: dict[str, str], *, key: str) -> str:
    """What a unit answers, by what the register says of it."""
    systems = row.get("systems", ())
    has_site = any(asset[0] == "site" for asset in row.get("assets", ()))
    facts: dict[str, bool | str] = {
        "county-yearly 0.1": bool(systems),
        "county-yearly 0.2": any(system[2] == "3" for system in systems),
        "county-yearly 0.3": any(system[3] == "designated" for system in systems),
        "county-yearly 0.4": has_site,
        "county-yearly 0.5": row["kind"] in ("party", "government", "township"),
        "county-yearly 0.6": row["kind"] != "party",
        "county-yearly 0.7": bool(systems),
        "county-yearly 0.8": str(row["staff_total"] * 4 // 5),
        "county-yearly 6.3": str(78 + row["staff_total"] % 20),
        "institution-self-check 0.1": has_site,
        "institution-self-check 0.2": bool(systems),
        "institution-self-check 0.3": row["kind"],
    }
    fact = facts.get(f"{key} {item.key}")
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return fact or said.get(item.key, "yes")
