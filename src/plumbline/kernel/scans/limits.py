"""How much of a scanner's report is read before it is refused. All limits stand here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Limits of one reading. A county's scan has some ten thousand results; these leave ample room.

    Attributes:
        bytes: size of the report, unpacked.
        ratio: unpacked over packed size, once more than `free` bytes came out.
        free: unpacked bytes that need no ratio.
        results: results of one report, informational ones included.
        hosts: hosts of one report.
        record: characters of one record (a result, a host), so that one cannot fill the memory.
        nodes: XML elements of one record.
        depth: nesting of XML elements.
        title: characters that are kept of a title; longer ones are cut.
        text: characters that are kept of a description or an advice.
        references: references and CVE numbers that are kept of a result.
        columns: columns of a .csv.
    """

    bytes: int = 600 * 1024 * 1024
    ratio: int = 200
    free: int = 20 * 1024 * 1024
    results: int = 200_000
    hosts: int = 70_000
    record: int = 24 * 1024 * 1024
    nodes: int = 200_000
    depth: int = 60
    title: int = 200
    text: int = 4_000
    references: int = 20
    columns: int = 200


DEFAULT_LIMITS = ScanLimits()
