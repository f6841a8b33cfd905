"""Every address of the office, opened by people to whom another unit is none of their business.

A unit with a mark in its name has one of everything. A liaison of another unit, and an expert who was
given nothing, open every address there is, with the keys of these things as arguments, as parameters and
as what they send: they are told that there is nothing, are refused, or are shown a page without the mark;
and nothing of the unit changes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from plumbline.office.units.models import Membership
from tests.office.factories import MARK, World, owned_rows
from tests.office.factories.arguments import TABLES, meaning, used_patterns

pytestmark = pytest.mark.django_db
#: entrances and one's own account: nothing of any unit is behind them
OUTSIDE = re.compile(r"^(account_|mfa_|usersessions_|socialaccount_|openid_connect_|health$|set_language$)")
REFUSED = {403, 404}
#: names under which pages take the key of a thing from the address or from what is sent
PARAMETERS = {
    "units.Unit": ("unit", "units", "under", "into", "parent"),
    "units.System": ("system", "systems"),
    "units.Asset": ("asset", "assets"),
    "targets.Plan": ("plan", "plan_id"),
    "findings.Finding": ("finding", "findings", "ids"),
    "inspections.Inspection": ("inspection", "inspections"),
}
#: what even the unit's own liaison is not shown; each with its reason
NOT_FOR_LIAISONS: dict[str, str] = {
    **dict.fromkeys(
        ("inspections:sheet", "units:sheet", "units:sheet_file", "units:sheet_progress"),
        "a liaison sees the sheets that he sent himself",
    ),
    **dict.fromkeys(
        ("findings:notice_preview_file", "findings:notice_preview_state"),
        "the preview is of another content than what was sent",
    ),
}
#: answers of the administrator that are no proof that a thing was found; each with its reason
ALLOWED_404: dict[str, str] = {
    "inspections:answers_save": "what is sent names no kind of change",
    "units:sheet_errors": "the import has no rows with errors",
}


@dataclass(frozen=True)
class Address:
    """One address: its name, and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]

    @property
    def is_of_an_object(self) -> bool:
        return "object" in {(meaning(self.name, one) or ("",))[0] for one in self.arguments}

    def url(self, world: World) -> str:
        return reverse(self.name, kwargs={one: self.value(one, world) for one in self.arguments})

    def value(self, argument: str, world: World) -> object:
        known = meaning(self.name, argument)
        assert known, (self.name, argument)
        sort, what = known
        return what if sort == "word" else key_of(str(what), world)


def key_of(label: str, world: World) -> int:
    return world.actor.pk if label == "accounts.User" else world.one(apps.get_model(label)).pk


def addresses(resolver: Any = None, space: str = "") -> Iterator[Address]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name and not OUTSIDE.match(entry.name):
            arguments = entry.pattern.regex.groupindex
            yield Address(f"{space}{entry.name}", tuple(arguments))


ADDRESSES = sorted(set(addresses()), key=lambda address: (address.name, address.arguments))


@pytest.fixture
def world(cast, settings) -> World:
    """The marked unit with one of everything that any address takes."""
    world = World(cast.administrator)
    for address in ADDRESSES:
        for argument in address.arguments:
            address.value(argument, world)
    for label in PARAMETERS:
        world.one(apps.get_model(label))
    world.settle()
    return world


def answers(client: Client, url: str, sent: dict[str, object]) -> Iterator[tuple[str, Any]]:
    """Every way to knock: plainly, as a part of a page, with foreign keys asked for, and sent."""
    yield "GET", client.get(url)
    yield "GET part", client.get(url, headers={"HX-Request": "true"})
    yield "GET ?", client.get(url, sent)
    yield "POST", client.post(url, sent)


def text_of(answer: Any) -> str:
    """All that an answer says, also inside a workbook or a document."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace") + str(answer.headers)


def foreign_keys(world: World) -> dict[str, object]:
    return {name: key_of(label, world) for label, names in PARAMETERS.items() for name in names}


@pytest.fixture(params=["liaison", "expert"])
def stranger(request, cast):
    """Somebody who has nothing to do with the marked unit."""
    return getattr(cast, request.param)


def test_every_argument_of_every_address_is_known():
    unknown = [
        f"{address.name}({argument}): say in tests/office/factories/arguments.py what it is"
        for address in ADDRESSES
        for argument in address.arguments
        if meaning(address.name, argument) is None
    ]
    assert not unknown, "\n".join(unknown)


def test_every_line_about_arguments_is_used():
    """A line that fits no address any more would hide that its room was renamed and is walked no longer."""
    lines = {line for table in TABLES.values() for line in table}
    used = used_patterns((one.name, argument) for one in ADDRESSES for argument in one.arguments)
    assert not lines - used


def test_the_things_are_there_for_who_may_see_them(world, cast, signed_in):
    """Or else the strangers are told that there is nothing because there is nothing."""
    client = signed_in(cast.administrator)
    client.raise_request_exception = False
    missing = []
    for address in ADDRESSES:
        if not address.is_of_an_object or address.name in ALLOWED_404:
            continue
        answer = client.get(address.url(world))
        if answer.status_code == 405:
            with transaction.atomic():
                answer = client.post(address.url(world))
                transaction.set_rollback(True)
        if answer.status_code == 404:
            missing.append((address.name, answer.status_code))
    assert not missing, "\n".join(map(str, missing))


def test_the_units_own_liaison_sees_them_where_his_role_does(world, cast, signed_in):
    """Or else the stranger's liaison is turned away for another reason than the unit."""
    Membership.objects.create(user=cast.other_liaison, unit=world.unit)
    client = signed_in(cast.other_liaison)
    client.raise_request_exception = False
    missing = []
    for address in ADDRESSES:
        if address.is_of_an_object and address.name not in ALLOWED_404 | NOT_FOR_LIAISONS:
            answer = client.get(address.url(world))
            if answer.status_code == 404:
                missing.append(address.name)
    assert not missing, "\n".join(missing)


def test_a_stranger_finds_nothing_of_another_unit(world, stranger, signed_in):
    client = signed_in(stranger)
    client.raise_request_exception = False
    sent = foreign_keys(world)
    before = owned_rows()
    faults = []
    for address in ADDRESSES:
        for way, answer in answers(client, address.url(world), sent):
            if answer.status_code == 405:
                continue
            if answer.status_code >= 500 or (address.is_of_an_object and answer.status_code not in REFUSED):
                faults.append((address.name, way, answer.status_code))
            elif MARK in text_of(answer):
                faults.append((address.name, way, "shows the mark"))
    assert not faults, "\n".join(map(str, faults))
    changed = [model for model, digest in owned_rows().items() if before[model] != digest]
    assert changed == []


def test_the_walk_would_notice(world, cast, signed_in):
    """The office's own people do see the mark on most pages of things: the mark is where it should be."""
    client = signed_in(cast.staff)
    shown = 0
    for name in ("units:unit", "units:system", "findings:finding", "inspections:inspection", "targets:plan"):
        address = next(one for one in ADDRESSES if one.name == name)
        shown += MARK in text_of(client.get(address.url(world)))
    assert shown == 5
