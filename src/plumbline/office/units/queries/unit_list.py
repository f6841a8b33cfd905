"""The list of units: filtered, sorted, each with how complete its entry is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from plumbline.office.accounts.models import User
from plumbline.office.lib.tables import Sorting
from plumbline.office.units.models import Unit
from plumbline.office.units.queries.completeness import Completeness, completeness
from plumbline.office.units.queries.organisations import UNIT_COLUMNS, units

#: columns that the list can be sorted by; completeness is worked out, not stored
LIST_COLUMNS = {**UNIT_COLUMNS, "completeness": ("name",)}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters ask for.

    Attributes:
        sector: key; "none" for units without one.
        state: a `Unit.State`; "all".
        under: key of the unit that they belong to; None for all.
        entry: "complete", "incomplete", or "".
    """

    search: str = ""
    kind: str = ""
    sector: str = ""
    state: str = Unit.State.ACTIVE.value
    under: int | None = None
    entry: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """What an address asks for; what makes no sense counts as not asked."""
        state, under = query.get("state", ""), query.get("under", "")
        return cls(
            search=query.get("q", "").strip()[:100],
            kind=query.get("kind", ""),
            sector=query.get("sector", ""),
            state=state if state in {*Unit.State.values, ALL} else Unit.State.ACTIVE.value,
            under=int(under) if under.isdecimal() and len(under) < 10 else None,
            entry=query.get("entry", "") if query.get("entry") in {"complete", "incomplete"} else "",
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered away that the plain list shows."""
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list."""

    unit: Unit
    completeness: Completeness | None


def listed_units(user: User, *, asked: Asked, sorting: Sorting) -> list[Listed]:
    """The rows, all pages of them: a county has hundreds of units, not hundreds of thousands.

    Completeness is of units in use; of history nobody asks it (None).
    """
    found = units(
        user,
        search=asked.search,
        kind=asked.kind,
        sector=asked.sector,
        state="" if asked.state == ALL else asked.state,
        under=asked.under,
    )
    ordered = list(sorting.apply(found, LIST_COLUMNS))
    judged = completeness([unit for unit in ordered if unit.is_active])
    rows = [Listed(unit, judged.get(unit.pk)) for unit in ordered]
    if asked.entry:
        wanted = asked.entry == "complete"
        rows = [row for row in rows if row.completeness and row.completeness.is_complete == wanted]
    if sorting.column == "completeness":
        rows.sort(key=_share, reverse=sorting.is_descending)
    return rows


def _share(row: Listed) -> tuple[bool, object]:
    return row.completeness is not None, row.completeness.share if row.completeness else 0
