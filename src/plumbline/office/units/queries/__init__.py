"""The register as lists; one module a topic."""

from plumbline.office.units.queries.completeness import Completeness, completeness
from plumbline.office.units.queries.organisations import (
    UNIT_COLUMNS,
    active_units,
    possible_parents,
    units,
)
from plumbline.office.units.queries.people import PEOPLE_COLUMNS, people_with_units

__all__ = [
    "PEOPLE_COLUMNS",
    "UNIT_COLUMNS",
    "Completeness",
    "active_units",
    "completeness",
    "people_with_units",
    "possible_parents",
    "units",
]
