"""Where a finding comes from, in words and as a link; told by the rooms above, whose keys it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plumbline.kernel.registry import Registry
from plumbline.office.accounts.models import User
from plumbline.office.findings.models import Finding


@dataclass(frozen=True, slots=True)
class Origin:
    """What a finding was raised from; `url` is empty where the viewer may not open it."""

    title: str
    url: str = ""


#: by `Finding.Source`: (finding, viewer) -> where it comes from, None where nothing more is known
ORIGINS: Registry[Callable[[Finding, User], Origin | None]] = Registry("问题来源")


def origin_of(finding: Finding, *, user: User) -> Origin | None:
    """More than the kind of source says; the name that was given where no room above knows better."""
    tell = ORIGINS.get(finding.source) if finding.source in ORIGINS else None
    if tell is not None:
        return tell(finding, user)
    return Origin(finding.source_name) if finding.source_name else None
