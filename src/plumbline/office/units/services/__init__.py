"""What is done to the register; one module a topic."""

from plumbline.office.units.services.organisations import save_unit

__all__ = ["save_unit"]
