"""The forms of the register; one module a topic."""

from plumbline.office.units.forms.organisations import UnitForm
from plumbline.office.units.forms.people import PersonForm

__all__ = ["PersonForm", "UnitForm"]
