"""A template that loads two libraries with one name gets the later one's, and nobody is told."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.template import engines
from django.template.library import Library, import_library

from tests.office.targets.factories import make_payment, make_plan

OFFICE = Path(__file__).resolve().parents[2] / "src" / "plumbline" / "office"
TEMPLATES = sorted(OFFICE.glob("**/templates/**/*.*"))
_LOAD = re.compile(r"{% load ([^%]+) %}")


def library(name: str) -> Library:
    return import_library(engines["django"].engine.libraries[name])


def loaded(text: str) -> dict[str, set[str]]:
    """{library: the names that a template takes from it}."""
    names: dict[str, set[str]] = {}
    for words in _LOAD.findall(text):
        wanted, _from, source = words.partition(" from ")
        for name in (source or wanted).split():
            found = library(name)
            all_names = {*found.filters, *found.tags}
            names.setdefault(name, set()).update(wanted.split() if source else all_names)
    return names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(OFFICE)))
def test_no_name_is_taken_from_two_libraries(path: Path) -> None:
    for (one, of_one), (other, of_other) in combinations(loaded(path.read_text(encoding="utf-8")).items(), 2):
        both = {name for name in of_one & of_other if not _is_same(one, other, name)}
        assert not both, f"{sorted(both)} of {one} and {other}"


def _is_same(one: str, other: str, name: str) -> bool:
    first, second = library(one), library(other)
    kinds = ((first.filters, second.filters), (first.tags, second.tags))
    return all(here.get(name) is there.get(name) for here, there in kinds)


def test_the_first_page_says_percent(client, cast) -> None:
    built = make_plan(unit=cast.office, user=cast.staff, projects=2)
    make_payment(built.lines[0])
    client.force_login(cast.staff)
    figure = client.get("/").content.decode().partition("执行率")[2][:40]
    assert re.match(r" [\d.]+%", figure), figure
