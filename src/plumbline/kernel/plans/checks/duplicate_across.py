"""One indicator in several projects."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.kernel.plans.checks.unit_conflict import in_conflict
from plumbline.kernel.plans.document import Indicator, Origin, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, name_line, statements
from plumbline.kernel.plans.wording import bare, level1, quoted, words

_ORIGINS: tuple[Origin, ...] = ("text", "table")
_Shared = dict[str, list[tuple[int, Indicator]]]


def _by_name(document: PlanDocument, origin: Origin) -> _Shared:
    """Indicators with a name of their own, with the position of their statement."""
    disputed = in_conflict(document)
    found: _Shared = {}
    for position, statement in enumerate(statements(document, origin)):
        for indicator in statement.indicators:
            name = bare(indicator.level3)
            common = not name or name in words("common_name") or name == level1(indicator.level1)
            if not common and id(indicator) not in disputed:
                found.setdefault(name, []).append((position, indicator))
    return found


@rule(
    id="duplicate-across",
    severity="warning",
    title="不同项目用了同一个指标",
    why="同一个结果算在几个项目名下，看不出是哪个项目的成效；常见于照抄别的项目。",
    mend="换成能反映本项目成效的指标，或写明本项目所占的部分。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding for each set of projects that share names; prose and tables apart."""
    for origin in _ORIGINS:
        groups: dict[tuple[int, ...], list[Indicator]] = {}
        for placed in _by_name(document, origin).values():
            sharing = tuple(sorted({position for position, _ in placed}))
            if len(sharing) > 1:
                groups.setdefault(sharing, []).extend(i for _, i in placed)
        names = [s.name for s in statements(document, origin)]
        for sharing, found in sorted(groups.items()):
            projects = quoted(names[position] for position in sharing)
            message = f"项目{projects}用了相同的指标{quoted(i.level3 or '' for i in found)}"
            yield Finding("duplicate-across", "warning", at(*map(name_line, found)), message)
