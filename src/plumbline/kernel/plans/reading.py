"""From the bytes of a file to a plan: reader by content and name, then the layout that fits."""

from __future__ import annotations

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.layouts.registry import choose
from plumbline.kernel.plans.limits import DEFAULT_LIMITS, Limits
from plumbline.kernel.plans.readers.choice import read_bytes
from plumbline.kernel.plans.source import Source


def read_source(name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The lines and tables of a file.

    Args:
        name: the file's name; only its ending is used, and only where the content leaves a choice.
        data: the file's bytes.

    Raises:
        UnreadableFile: damaged, encrypted, too large, or not what the name says.
        UnsupportedFormat: no reader takes this kind of file on this machine.
    """
    return read_bytes(name, data, limits=limits)


def read_plan(name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> PlanDocument:
    """The plan in a file.

    Raises:
        UnreadableFile, UnsupportedFormat: as `read_source`.
        NotAPlan: the document is none of the known forms; the message says what it seems to be.
    """
    return plan_of(read_source(name, data, limits=limits))


def plan_of(source: Source) -> PlanDocument:
    """The plan in a document that was already read.

    Raises:
        NotAPlan: as `read_plan`.
    """
    return choose(source).read(source)
