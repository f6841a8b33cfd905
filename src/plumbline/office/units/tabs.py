"""The tabs on a unit's pages.

A room above adds its own when it starts, in a module of its `pages/`:

    from plumbline.office.units import tabs
    tabs.add(tabs.Tab("findings", _("问题"), "findings:of_unit", capability="findings.view", order=50))

The address takes `pk`, the unit's. Its view asks `units.access.visible_unit(request.user, pk)`, and its
template extends "units/frame.html" with `unit` and `tab` (the key) in the context and fills `unit_content`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from plumbline.kernel.registry import Registry
from plumbline.office.lib.navigation import Link
from plumbline.office.units.models import Unit


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab.

    Attributes:
        key: names it in templates.
        title: what the tab says.
        url: name of an address that takes `pk`, the unit's.
        capability: what a person must hold to see it.
        order: place in the row; 概况 10, 责任人员 20, 信息系统 30, 资产 40, 问题 50, 检查 60, 沿革 90.
    """

    key: str
    title: str | Promise
    url: str
    capability: str = "units.view"
    order: int = 100


TABS: Registry[Tab] = Registry("单位页签")


def add(tab: Tab) -> Tab:
    """Register a tab.

    Raises:
        RegistryError: the key is taken.
    """
    return TABS.add(tab.key, tab)


def unit_tabs(unit: Unit, *, current: str) -> list[Link]:
    """The tabs whose pages this installation has; the template draws those that the person may open."""
    links = []
    for tab in sorted(TABS, key=lambda tab: (tab.order, tab.key)):
        try:
            url = reverse(tab.url, kwargs={"pk": unit.pk})
        except NoReverseMatch:
            continue
        links.append(Link(tab.title, url, "", tab.key == current, tab.capability))
    return links
