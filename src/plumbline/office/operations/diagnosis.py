"""What a probe of the machine says, and where probes are added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from plumbline.office.config import Config


class Mark(StrEnum):
    """How much a finding matters."""

    FINE = "正常"
    NOTE = "提示"
    LACK = "缺少"
    FAULT = "故障"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing about the machine.

    Attributes:
        found: what is there.
        cost: what does not work without it; "" where all is well.
        mend: the command or act that mends it.
    """

    title: str
    mark: Mark
    found: str
    cost: str = ""
    mend: str = ""

    @property
    def is_problem(self) -> bool:
        return self.mark in (Mark.LACK, Mark.FAULT)


Probe = Callable[[Config], Diagnosis]
PROBES: list[Probe] = []


def probe(function: Probe) -> Probe:
    """Add a probe; they run in the order in which they are added."""
    PROBES.append(function)
    return function
