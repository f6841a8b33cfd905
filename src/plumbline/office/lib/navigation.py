"""The navigation: the office's words, each shown once a room behind it is built.

A room registers its pages when it starts. A section appears for people who may open at least one of its
pages, and leads to the first of those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Section:
    """One word of the navigation."""

    key: str
    title: str | Promise
    icon: str


SECTIONS: tuple[Section, ...] = (
    Section("overview", _("总览"), "dashboard"),
    Section("plans", _("绩效"), "target"),
    Section("units", pgettext_lazy("list", "单位"), "building"),
    Section("inspections", _("检查"), "checklist"),
    Section("telemetry", _("态势"), "radar"),
    Section("sites", _("网站"), "world"),
    Section("events", _("事件"), "alert-triangle"),
    Section("intake", _("受理"), "inbox"),
    Section("outreach", _("培训"), "school"),
    Section("reports", _("报表"), "report"),
    Section("system", _("系统"), "settings"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a section.

    Attributes:
        section: key of a section.
        url_name: name of the page's address, without arguments.
        title: what the section's row of tabs calls it.
        icon: symbol of the sprite.
        capability: what a person must hold to see it; "" for everybody who signed in.
        order: place within the section.
        inside: beginnings of the names of addresses that belong to it, e.g. "audit:"; its own does.
    """

    section: str
    url_name: str
    title: str | Promise
    icon: str = ""
    capability: str = ""
    order: int = 0
    inside: tuple[str, ...] = field(default=())


ENTRIES: Registry[Entry] = Registry("导航项")


def add(entry: Entry) -> Entry:
    """Register a page.

    Raises:
        RegistryError: the address is registered already.
    """
    return ENTRIES.add(entry.url_name, entry)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry or a section as the page draws it; one with a capability is drawn for its holders only."""

    title: str | Promise
    url: str
    icon: str
    is_current: bool
    capability: str = ""


@dataclass(frozen=True, slots=True)
class Navigation:
    """What one person sees on one page: the sections, and the pages of the current section."""

    sections: tuple[Link, ...]
    tabs: tuple[Link, ...]


def navigation_for(user: Any, match: ResolverMatch | None) -> Navigation:
    """The navigation of a signed-in person; empty for the anonymous."""
    if not user.is_authenticated:
        return Navigation((), ())
    name = match.view_name if match else ""
    sections: list[Link] = []
    tabs: tuple[Link, ...] = ()
    for section in SECTIONS:
        links = tuple(_links(section, user, name))
        if not links:
            continue
        current = any(link.is_current for link in links)
        sections.append(Link(section.title, links[0].url, section.icon, current))
        if current and len(links) > 1:
            tabs = links
    return Navigation(tuple(sections), tabs)


def _links(section: Section, user: Any, name: str) -> Iterator[Link]:
    entries = [entry for entry in ENTRIES if entry.section == section.key]
    for entry in sorted(entries, key=lambda entry: (entry.order, entry.url_name)):
        if entry.capability and not user.may(entry.capability):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue  # the room is not part of this installation
        current = (
            name == entry.url_name or name.startswith(entry.inside)
            if entry.inside
            else name == entry.url_name
        )
        yield Link(entry.title, url, entry.icon, current)
