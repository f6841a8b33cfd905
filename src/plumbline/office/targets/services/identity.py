"""Which project and which indicator of an earlier version a new one continues.

Payments, values and scores hang on the lines, so a re-import or an adjustment must find them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from plumbline.kernel.plans import document as kernel
from plumbline.office.targets.models import Indicator, IndicatorLine, Plan, PlanVersion, ProjectLine

_NOISE = re.compile(r"[\s、，,。.；;：:“”\"'（）()《》〈〉【】\[\]·—_-]+")


def plain(text: str) -> str:
    """A name without spaces and punctuation, for comparing."""
    return _NOISE.sub("", text).casefold()


def _keys(level1: str, level2: str, level3: str, description: str) -> tuple[tuple[str, ...], ...]:
    """An indicator's names from the strictest to the loosest."""
    name = plain(level3 or description)
    return (
        (plain(level1), plain(level2), name, plain(description)),
        (plain(level1), plain(level2), name),
        (name,),
    )


class Lines:
    """The lines of a plan, handed out to the projects and indicators of a new version.

    A line is handed out once; what matches none gets a new one, which `save` writes.
    """

    def __init__(self, plan: Plan, *, previous: PlanVersion | None) -> None:
        self.plan = plan
        projects = list(previous.projects.select_related("line")) if previous else []
        self._projects = {project.line_id: project for project in projects}
        self._code = {project.code: project for project in reversed(projects) if project.code}
        self._name = {plain(name): p for p in reversed(projects) for name in (*p.aliases, p.name)}
        self._indicators: dict[int, list[Indicator]] = {}
        self._new_projects: list[ProjectLine] = []
        self._new_indicators: list[IndicatorLine] = []
        if previous:
            rows = Indicator.objects.filter(project__version=previous).select_related("line", "project")
            for row in rows.order_by("use", "ordinal"):
                self._indicators.setdefault(row.project.line_id, []).append(row)

    def project(self, *, code: str, name: str) -> ProjectLine:
        """The line of the project with this code, else with this name, else a new one."""
        match = self._code.get(code) if code else None
        match = match or self._name.get(plain(name))
        if match is None or match.line_id not in self._projects:
            line = ProjectLine(plan=self.plan)
            self._new_projects.append(line)
            return line
        del self._projects[match.line_id]
        return match.line

    def indicator(self, project: ProjectLine, stated: kernel.Indicator) -> IndicatorLine:
        """The line of the indicator with these names in this project, else a new one."""
        left = self._indicators.get(project.pk, [])
        wanted = _keys(stated.level1, stated.level2, stated.level3 or "", stated.description or "")
        for depth in range(len(wanted)):
            match = _find(left, wanted[depth], depth, stated.origin)
            if match is not None:
                left.remove(match)
                return match.line
        line = IndicatorLine(project_line=project)
        self._new_indicators.append(line)
        return line

    def save(self) -> None:
        """Write the new lines handed out since the last call; rows that hold them may be saved then."""
        ProjectLine.objects.bulk_create(self._new_projects, batch_size=500)
        IndicatorLine.objects.bulk_create(self._new_indicators, batch_size=500)
        self._new_projects, self._new_indicators = [], []


def _find(rows: Iterable[Indicator], key: tuple[str, ...], depth: int, origin: str) -> Indicator | None:
    if not any(key):
        return None
    return next(
        (
            row
            for row in rows
            if row.origin == origin
            and _keys(row.level1, row.level2, row.level3, row.description)[depth] == key
        ),
        None,
    )
