"""What the register holds: organisations, the people they name, their systems and their assets."""

from plumbline.office.units.models.assets import Asset
from plumbline.office.units.models.categories import Category
from plumbline.office.units.models.contacts import Contact
from plumbline.office.units.models.organisations import Membership, Unit, UnitChange
from plumbline.office.units.models.reminders import Reminder
from plumbline.office.units.models.sheet_imports import SheetImport
from plumbline.office.units.models.systems import System

__all__ = [
    "Asset",
    "Category",
    "Contact",
    "Membership",
    "Reminder",
    "SheetImport",
    "System",
    "Unit",
    "UnitChange",
]
