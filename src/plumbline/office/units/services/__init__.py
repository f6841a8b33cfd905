"""What is done to the register; one module a topic."""

from plumbline.office.units.services.merging import merge_units
from plumbline.office.units.services.organisations import save_figures, save_unit
from plumbline.office.units.services.turns import close_unit, move_unit, rename_unit, reopen_unit

__all__ = [
    "close_unit",
    "merge_units",
    "move_unit",
    "rename_unit",
    "reopen_unit",
    "save_figures",
    "save_unit",
]
