"""The register as sheets: what columns each list has, and what a filled-in sheet would change.

`SHEETS` holds one `SheetKind` a list. A kind makes a `Book` for one reading: it knows what is registered,
takes row after row, and writes what it took.
"""

from plumbline.office.units.sheets.assets import ASSETS
from plumbline.office.units.sheets.contacts import CONTACTS
from plumbline.office.units.sheets.kinds import Book, Change, SheetKind
from plumbline.office.units.sheets.organisations import UNITS
from plumbline.office.units.sheets.systems import SYSTEMS

SHEETS: dict[str, SheetKind] = {kind.key: kind for kind in (UNITS, CONTACTS, SYSTEMS, ASSETS)}

__all__ = ["SHEETS", "Book", "Change", "SheetKind"]
