"""Whose a scanned host is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from plumbline.office.inspections.models import ScanImport
from plumbline.office.units.matching import AssetIndex
from plumbline.office.units.models import Asset, Unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where the results of a host go.

    Attributes:
        unit: None: nowhere, they are listed and left out.
        asset: None: no asset is registered for it.
        owner: another unit whose asset it is, where only one unit was scanned.
    """

    unit: Unit | None
    asset: Asset | None = None
    owner: Unit | None = None


class Matcher:
    """Finds the unit and the asset of a host, once for each host of a report.

    Where one unit was scanned (the import names it, or belongs to its inspection), its own assets are
    asked first: private addresses are used by many units. A public address or a name that another unit
    registered is that unit's, and not raised on the scanned one.
    """

    def __init__(self, scan: ScanImport) -> None:
        self._unit = scan.inspection.unit if scan.inspection else scan.unit
        self._all = AssetIndex.load()
        self._own = AssetIndex.load(units=_now(self._unit)) if self._unit else self._all
        self._places: dict[str, Place] = {}

    def place(self, host: str) -> Place:
        """Where its results go."""
        known = self._places.get(host)
        if known is None:
            known = self._places[host] = self._find(host)
        return known

    def _find(self, host: str) -> Place:
        asset = self._own.match(host) if host else None
        if asset is not None:
            return Place(asset.unit, asset)
        if self._unit is None:
            return Place(None)
        other = self._all.match(host) if host and not is_private(host) else None
        return Place(None, owner=other.unit) if other is not None else Place(self._unit)


def _now(unit: Unit) -> list[int]:
    """The unit, and the one that it went into."""
    return [unit.pk, *([unit.merged_into_id] if unit.merged_into_id else [])]


def plain(host: str) -> str:
    """A name or address as it is compared: names know neither case nor the dot of the root."""
    return host.strip().casefold().rstrip(".")


def is_private(host: str) -> bool:
    """Whether it is an address that every unit may use inside."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
