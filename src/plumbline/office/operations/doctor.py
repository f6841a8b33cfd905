"""What this machine has and lacks, and what each lack costs the office.

A probe is one function with `@probe`; it looks at one thing and never changes anything.
"""

from __future__ import annotations

from plumbline.office.config import Config
from plumbline.office.operations import probes_data, probes_parts
from plumbline.office.operations.diagnosis import PROBES, Diagnosis

#: the files that add their probes when they are imported, in the order in which they are told
SOURCES = (probes_data, probes_parts)


def examine(config: Config) -> list[Diagnosis]:
    """Run every probe."""
    return [one(config) for one in PROBES]
