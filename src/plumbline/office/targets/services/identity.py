"""Which project and which indicator of an earlier version a new one continues.

Payments, values and scores hang on the lines, so a re-import or an adjustment must find them again.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from plumbline.kernel.plans import document as kernel
from plumbline.office.targets.models import Indicator, IndicatorLine, Plan, PlanVersion, ProjectLine

_NOISE = re.compile(r"[\s、，,。.；;：:“”\"'（）()《》〈〉【】\[\]·—_-]+")


def plain(text: str) -> str:
    """A name without spaces and punctuation, for comparing."""
    return _NOISE.sub("", text).casefold()


def _keys(
    origin: str, level1: str, level2: str, level3: str, description: str
) -> tuple[tuple[str, ...], ...]:
    """An indicator's origin and names from the strictest to the loosest."""
    name = plain(level3 or description)
    return (
        (origin, plain(level1), plain(level2), name, plain(description)),
        (origin, plain(level1), plain(level2), name),
        (origin, name),
    )


class Lines:
    """The lines of a plan, handed out to the projects and indicators of a new version.

    A line is handed out once, to what resembles it most; what matches none gets a new one, which
    `save` writes.
    """

    def __init__(self, plan: Plan, *, previous: PlanVersion | None) -> None:
        self.plan = plan
        self._projects = list(previous.projects.select_related("line")) if previous else []
        self._indicators: dict[int, list[Indicator]] = {}
        self._new_projects: list[ProjectLine] = []
        self._new_indicators: list[IndicatorLine] = []
        if previous:
            rows = Indicator.objects.filter(project__version=previous).select_related("line", "project")
            for row in rows.order_by("use", "ordinal"):
                self._indicators.setdefault(row.project.line_id, []).append(row)

    def projects(self, said: Sequence[tuple[str, str]]) -> list[ProjectLine]:
        """The lines of projects, by their (code, name): code and name, else code, else name or alias."""
        wanted = [((code, plain(name)), code, plain(name)) for code, name in said]
        offers: list[list[tuple[Hashable, ...]]] = [[], [], []]
        for project in self._projects:
            names = tuple(plain(name) for name in (project.name, *project.aliases))
            offers[0].append(tuple((project.code, name) for name in names if project.code))
            offers[1].append((project.code,) if project.code else ())
            offers[2].append(names)
        found = _paired(wanted, offers)
        lines = [ProjectLine(plan=self.plan) if at is None else self._projects[at].line for at in found]
        self._new_projects += [line for line, at in zip(lines, found, strict=True) if at is None]
        return lines

    def indicators(self, project: ProjectLine, stated: Sequence[kernel.Indicator]) -> list[IndicatorLine]:
        """The lines of a project's indicators, by origin and names from the strictest to the loosest."""
        rows = self._indicators.get(project.pk, [])
        wanted = [_keys(i.origin, i.level1, i.level2, i.level3 or "", i.description or "") for i in stated]
        kept = [_keys(r.origin, r.level1, r.level2, r.level3, r.description) for r in rows]
        by_strictness = zip(*kept, strict=True)
        found = _paired(wanted, [[(key,) if any(key[1:]) else () for key in keys] for keys in by_strictness])
        lines = [IndicatorLine(project_line=project) if at is None else rows[at].line for at in found]
        self._new_indicators += [line for line, at in zip(lines, found, strict=True) if at is None]
        return lines

    def save(self) -> None:
        """Write the new lines handed out since the last call; rows that hold them may be saved then."""
        ProjectLine.objects.bulk_create(self._new_projects, batch_size=500)
        IndicatorLine.objects.bulk_create(self._new_indicators, batch_size=500)
        self._new_projects, self._new_indicators = [], []


def _paired(
    wanted: Sequence[Sequence[Hashable]], offers: Sequence[Sequence[tuple[Hashable, ...]]]
) -> list[int | None]:
    """The place of each wanted thing among those that are offered, None where none is left for it.

    Args:
        wanted: of each thing its keys from the strictest to the loosest.
        offers: by strictness, the keys of each thing offered. A loose key is only looked at when every
            strict one was, so that nothing is taken from what it fits better.
    """
    found: list[int | None] = [None] * len(wanted)
    taken: set[int] = set()
    for depth, keys in enumerate(offers):
        places: dict[Hashable, list[int]] = {}
        for place, own in enumerate(keys):
            for key in own:
                places.setdefault(key, []).append(place)
        for index, asked in enumerate(wanted):
            left = (place for place in places.get(asked[depth], ()) if place not in taken)
            if found[index] is None and (match := next(left, None)) is not None:
                found[index] = match
                taken.add(match)
    return found
