"""Assets as lists, and where two units claim the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.units.access import visible_units
from plumbline.office.units.assets import AssetError, is_private, normalise
from plumbline.office.units.models import Asset, Unit

ASSET_COLUMNS = {
    "value": ("kind", "low", "value"),
    "title": ("title", "value"),
    "kind": ("kind", "low", "value"),
    "unit": ("unit__name", "kind", "low", "value"),
    "system": ("system__name", "value"),
    "state": ("state", "kind", "value"),
}
#: Conflicts that are looked for at most; a register with more has one cause to be mended first.
MOST_CONFLICTS = 500


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What somebody looks for; "" and None leave a thing open. An address finds the ranges that hold it."""

    search: str = ""
    unit: int | None = None
    kind: str = ""
    state: str = Asset.State.ACTIVE
    system: int | None = None

    @property
    def is_open(self) -> bool:
        """Nothing is looked for."""
        return self == AssetFilter(unit=self.unit)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two units registered the same, or ranges that overlap.

    Attributes:
        first, second: the assets, each with its unit.
        is_private: addresses that every unit may use inside; mostly no mistake.
        is_same: exactly the same, not only overlapping.
    """

    first: Asset
    second: Asset
    is_private: bool
    is_same: bool


def visible_assets(user: User) -> QuerySet[Asset]:
    """The assets of the units that the person may see."""
    return Asset.objects.filter(unit__in=visible_units(user))


def assets(user: User, *, wanted: AssetFilter) -> QuerySet[Asset]:
    """The assets that the person may see and that match, each with its unit and system at hand."""
    found = visible_assets(user).select_related("unit", "system")
    if wanted.search:
        found = found.filter(_holding(wanted.search))
    if wanted.unit:
        found = found.filter(unit=wanted.unit)
    if wanted.system:
        found = found.filter(system=wanted.system)
    if wanted.kind in Asset.Kind.values:
        found = found.filter(kind=wanted.kind)
    if wanted.state in Asset.State.values:
        found = found.filter(state=wanted.state)
    return found


def asset_conflicts(*, private: bool = False) -> list[Conflict]:
    """Where assets in use of different units are the same or overlap; at most `MOST_CONFLICTS`.

    Args:
        private: look at the addresses that every unit may use inside instead.
    """
    found = list(
        Asset.objects.filter(
            state=Asset.State.ACTIVE,
            unit__state=Unit.State.ACTIVE,
            kind__in=(Asset.Kind.IP, Asset.Kind.DOMAIN, Asset.Kind.SITE),
        ).select_related("unit")
    )
    conflicts = [] if private else _same_names(asset for asset in found if asset.kind != Asset.Kind.IP)
    ranges = [asset for asset in found if asset.kind == Asset.Kind.IP and is_private(asset.low) == private]
    conflicts += _overlapping(ranges, private=private, most=MOST_CONFLICTS - len(conflicts))
    return conflicts[:MOST_CONFLICTS]


def _same_names(assets: Iterable[Asset]) -> list[Conflict]:
    by_name: dict[tuple[str, str], list[Asset]] = defaultdict(list)
    for asset in assets:
        by_name[asset.kind, asset.value].append(asset)
    return [
        Conflict(rows[0], other, is_private=False, is_same=True)
        for rows in by_name.values()
        for other in rows[1:]
    ]


def _overlapping(ranges: list[Asset], *, private: bool, most: int) -> list[Conflict]:
    """Pairs of different units, found in one sweep over the ranges by their first address."""
    found: list[Conflict] = []
    open_ranges: list[Asset] = []
    for asset in sorted(ranges, key=lambda asset: (asset.low, asset.pk)):
        open_ranges = [earlier for earlier in open_ranges if earlier.high >= asset.low]
        for earlier in open_ranges:
            if earlier.unit_id != asset.unit_id:
                is_same = (earlier.low, earlier.high) == (asset.low, asset.high)
                found.append(Conflict(earlier, asset, is_private=private, is_same=is_same))
                if len(found) >= most:
                    return found
        open_ranges.append(asset)
    return found


def _holding(text: str) -> Q:
    """What a search text may mean: part of a name, or an address within a range."""
    condition = (
        Q(value__icontains=text)
        | Q(title__icontains=text)
        | Q(vendor__icontains=text)
        | Q(unit__name__icontains=text)
        | Q(unit__short_name__icontains=text)
        | Q(system__name__icontains=text)
    )
    try:
        address = normalise("ip", text)
    except AssetError:
        pass  # no address: it is part of a name
    else:
        condition |= Q(kind=Asset.Kind.IP, low__lte=address.high, high__gte=address.low)
    try:
        name = normalise("domain", text)
    except AssetError:
        return condition
    return condition | Q(value__icontains=name.value)
