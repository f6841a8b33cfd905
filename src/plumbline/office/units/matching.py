"""Which registered asset an address or a name belongs to: what scan imports ask, ten thousand times.

    index = AssetIndex.load(units=[unit.pk])       # one query
    asset = index.match("10.8.1.20")               # Asset | None
    asset = index.match("www.example.gov.cn:8443")

Rules, in this order:

* an address: the narrowest registered range that holds it; then a site that is registered by this address.
* a name: the domain registered exactly; then a site of this host; then the nearest registered parent domain.
* of two equals the one that was registered first. Units use the same private addresses inside
  (192.168.1.0/24), so whoever knows the unit that was scanned loads its assets alone.

Retired assets never match. Ranges are cut once into pieces that do not overlap, each with its winner, so
that a look-up is one bisection; building takes O(n log n).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Self
from urllib.parse import urlsplit

from plumbline.office.units.assets import address_in, host_of, number_of
from plumbline.office.units.models import Asset


class AssetIndex:
    """Assets, ready to be looked up. It is a picture of the moment: build it anew for every import."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        """Take in assets that are in use; others are passed over."""
        ranges: list[tuple[int, int, Asset]] = []
        self._domains: dict[str, Asset] = {}
        self._sites: dict[str, Asset] = {}
        self._site_addresses: dict[int, Asset] = {}
        for asset in sorted(assets, key=lambda asset: asset.pk):
            if asset.state != Asset.State.ACTIVE:
                continue
            if asset.kind == Asset.Kind.IP and asset.low:
                ranges.append((int(asset.low, 16), int(asset.high, 16), asset))
            elif asset.kind == Asset.Kind.DOMAIN:
                self._domains.setdefault(asset.value, asset)
            elif asset.kind == Asset.Kind.SITE:
                self._take_site(asset)
        self._starts, self._winners = _pieces(ranges)

    @classmethod
    def load(cls, *, units: Iterable[int] | None = None) -> Self:
        """The assets in use, units and systems at hand; of `units` (keys) alone where they are given."""
        found = Asset.objects.filter(state=Asset.State.ACTIVE).select_related("unit", "system").order_by("pk")
        if units is not None:
            found = found.filter(unit__in=list(units))
        return cls(found)

    def match(self, host: str) -> Asset | None:
        """The asset of a host: an address, a name, either with a port, or a whole URL; None where none is."""
        bare = _bare(host)
        address = address_in(bare)
        if address is not None:
            number = number_of(address)
            place = bisect_right(self._starts, number) - 1
            winner = self._winners[place] if place >= 0 else None
            return winner or self._site_addresses.get(number)
        return self._by_name(bare)

    def _take_site(self, asset: Asset) -> None:
        host = host_of(asset.value)
        address = address_in(host)
        if address is not None:
            self._site_addresses.setdefault(number_of(address), asset)
        elif host:
            self._sites.setdefault(host, asset)

    def _by_name(self, name: str) -> Asset | None:
        if not name.isascii():
            try:
                name = name.encode("idna").decode("ascii").lower()
            except UnicodeError:
                return None
        exact = self._domains.get(name) or self._sites.get(name)
        if exact is not None:
            return exact
        while "." in name:
            name = name.partition(".")[2]
            if found := self._domains.get(name):
                return found
        return None


def _bare(host: str) -> str:
    """The host alone, lower case."""
    host = host.strip().lower().rstrip(".")
    if "://" in host:
        try:
            return (urlsplit(host).hostname or "").rstrip(".")
        except ValueError:
            return ""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return host.partition("/")[0].rstrip(".")


def _pieces(ranges: list[tuple[int, int, Asset]]) -> tuple[list[int], list[Asset | None]]:
    """Ranges as pieces that do not overlap: where each begins, and whose it is (the narrowest range's)."""
    ranges = sorted(ranges, key=lambda row: row[0])
    edges = sorted({edge for low, high, _asset in ranges for edge in (low, high + 1)})
    starts: list[int] = []
    winners: list[Asset | None] = []
    open_ranges: list[tuple[int, int, int, Asset]] = []  # (width, pk, high, asset): the narrowest is on top
    upcoming = 0
    for edge in edges:
        while upcoming < len(ranges) and ranges[upcoming][0] == edge:
            low, high, asset = ranges[upcoming]
            # the place in the list decides between copies of one row, which cannot be compared
            heappush(open_ranges, (high - low, asset.pk * len(ranges) + upcoming, high, asset))
            upcoming += 1
        while open_ranges and open_ranges[0][2] < edge:
            heappop(open_ranges)
        winner = open_ranges[0][3] if open_ranges else None
        if not winners or winners[-1] is not winner:
            starts.append(edge)
            winners.append(winner)
    return starts, winners
