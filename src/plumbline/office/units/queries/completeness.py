"""How complete each unit's entry in the register is, and what it lacks. Five queries, however many units.

    found = completeness(units)          # {unit pk: Completeness}
    found[unit.pk].filled, .total, .share, .missing

What is asked for stands in `units/data/completeness.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.units.models import Asset, Contact, Membership, System, Unit

DATA = Path(__file__).resolve().parents[1] / "data" / "completeness.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that an entry must say; see the head of the data file."""

    key: str
    fact: str
    title: str
    mend: str
    page: str
    source: str
    confidence: str
    when: str = ""

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return _(self.title)

    @property
    def advice(self) -> str:
        """What to do, in the reader's language."""
        return _(self.mend)


@dataclass(frozen=True, slots=True)
class Completeness:
    """What one entry says of what it must.

    Attributes:
        filled, total: numbers of rules that hold, and that apply to the unit.
        missing: the rules that do not hold, in the order of the file.
    """

    filled: int
    total: int
    missing: tuple[Rule, ...]

    @property
    def share(self) -> Decimal:
        """Between 0 and 1."""
        return Decimal(self.filled) / self.total if self.total else Decimal(1)

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the queries found, by unit."""

    roles: set[tuple[int, str]]
    reachable: set[int]
    accounts: set[int]
    systems: dict[int, tuple[int, int]]
    assets: set[int]


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of the data file, in its order."""
    with DATA.open("rb") as file:
        return tuple(Rule(**row) for row in tomllib.load(file)["rule"])


def completeness(units: Iterable[Unit]) -> dict[int, Completeness]:
    """{unit's pk: how complete its entry is} of the units given."""
    units = list(units)
    facts = _facts([unit.pk for unit in units])
    return {unit.pk: _judged(unit, facts) for unit in units}


def page_of_rule(rule: Rule, unit: Unit) -> str:
    """Where the unit's entry is mended; its own page where the installation lacks that one."""
    try:
        return reverse(rule.page, args=[unit.pk])
    except NoReverseMatch:
        return reverse("units:unit", args=[unit.pk])


def _facts(keys: list[int]) -> _Facts:
    current = Contact.objects.filter(unit__in=keys, state=Contact.State.CURRENT)
    reachable = current.filter(role=Contact.Role.LIAISON).exclude(mobile="", phone="")
    accounts = Membership.objects.filter(
        unit__in=keys, user__role=Role.LIAISON, user__state=User.State.ACTIVE
    )
    systems = System.objects.filter(unit__in=keys).exclude(state=System.State.STOPPED)
    counted = systems.values("unit_id").annotate(
        all=Count("pk"), levelled=Count("pk", filter=Q(level__isnull=False))
    )
    assets = Asset.objects.filter(unit__in=keys, state=Asset.State.ACTIVE)
    return _Facts(
        roles=set(current.values_list("unit_id", "role")),
        reachable=set(reachable.values_list("unit_id", flat=True)),
        accounts=set(accounts.values_list("unit_id", flat=True)),
        systems={row["unit_id"]: (row["all"], row["levelled"]) for row in counted.order_by()},
        assets=set(assets.order_by().values_list("unit_id", flat=True).distinct()),
    )


def _systems(unit: Unit, facts: _Facts) -> tuple[int, int]:
    return facts.systems.get(unit.pk, (0, 0))


#: what is known about a unit, by the word that the data file uses
FACTS: dict[str, Callable[[Unit, _Facts], bool]] = {
    "credit_code": lambda unit, _facts: bool(unit.credit_code),
    "sector": lambda unit, _facts: bool(unit.sector),
    "head": lambda unit, facts: (unit.pk, Contact.Role.HEAD) in facts.roles,
    "deputy": lambda unit, facts: (unit.pk, Contact.Role.DEPUTY) in facts.roles,
    "liaison": lambda unit, facts: (unit.pk, Contact.Role.LIAISON) in facts.roles,
    "technical": lambda unit, facts: (unit.pk, Contact.Role.TECHNICAL) in facts.roles,
    "liaison_phone": lambda unit, facts: unit.pk in facts.reachable,
    "account": lambda unit, facts: unit.pk in facts.accounts,
    "staff_total": lambda unit, _facts: unit.staff_total is not None,
    "staff_security": lambda unit, _facts: unit.staff_security is not None,
    "systems": lambda unit, facts: unit.no_systems_on is not None or _systems(unit, facts)[0] > 0,
    "levels": lambda unit, facts: _systems(unit, facts)[0] == _systems(unit, facts)[1],
    "assets": lambda unit, facts: unit.pk in facts.assets,
}
#: whether a rule applies to a unit
CONDITIONS: dict[str, Callable[[Unit, _Facts], bool]] = {
    "": lambda _unit, _facts: True,
    "has_systems": lambda unit, facts: _systems(unit, facts)[0] > 0,
    "runs_systems": lambda unit, _facts: unit.no_systems_on is None,
}


def _judged(unit: Unit, facts: _Facts) -> Completeness:
    asked = [rule for rule in rules() if CONDITIONS[rule.when](unit, facts)]
    missing = tuple(rule for rule in asked if not FACTS[rule.fact](unit, facts))
    return Completeness(len(asked) - len(missing), len(asked), missing)
