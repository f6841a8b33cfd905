"""What the pages of a unit need beside the office's own parts."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from plumbline.office.lib.navigation import Link
from plumbline.office.lib.templatetags.office import state
from plumbline.office.units.models import Unit
from plumbline.office.units.tabs import unit_tabs

register = template.Library()


@register.simple_tag
def tabs_of_unit(unit: Unit, current: str = "") -> list[Link]:
    """The row of tabs of a unit, for `{% tabs %}`."""
    return unit_tabs(unit, current=current)


@register.simple_tag
def unit_state(unit: Unit) -> SafeString:
    """The state of a unit: symbol and word."""
    return state("good" if unit.is_active else "idle", unit.get_state_display())
