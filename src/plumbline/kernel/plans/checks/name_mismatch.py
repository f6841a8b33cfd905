"""One thing under two names: a project in prose, title and table; a category and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.categories import by_category, categories
from plumbline.kernel.plans.document import Amount, PlanDocument, Project
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, field_line, start
from plumbline.kernel.plans.wording import plain, quoted

_HEADED = re.compile(
    r"^[\s（(]*(?:[一二三四五六七八九十\d]+[、.．)）])?\s*"
    r"(?P<name>[^，。；：:、\s][^，。；：:]{1,24}?)(?:的)?(?:总体)?绩效(?:目标)?(?:是|为|：|:)"
)
_TITLE = re.compile(
    r"^(?:\[[^\]]*\])?\s*(?:[（(]?[\d一二三四五六七八九十]+[、.．)）])?|(?:项目)?(?:支出)?绩效目标(?:申报)?表\s*$"
)
_LOOSE = re.compile(r"[“”\"'‘’《》（）()、，,\s]|的")


def _loose(name: str) -> str:
    """A name as far as it matters: without quotes, brackets and spaces."""
    return _LOOSE.sub("", name)


def _title_name(title: str) -> str:
    """The project's name inside a table's title; "" where the title is only 绩效目标表."""
    return _TITLE.sub("", title.strip()).strip()


def _names(project: Project) -> list[tuple[str, tuple[int | None, ...]]]:
    """The names of a project with their lines: prose, title, table."""
    found: list[tuple[str, tuple[int | None, ...]]] = []
    for statement in project.statements:
        line = field_line(statement, "name") or start(statement)
        found.append((statement.name, (line,)))
        title = _title_name(statement.title)
        if title and statement.origin == "table" and "绩效目标" in statement.title:
            found.append((title, (field_line(statement, "title"),)))
    return [(name, lines) for name, lines in found if name]


@rule(
    id="name-mismatch",
    severity="error",
    title="同一项目或类别的名称不一致",
    why="名称不同，系统和人都可能当成两个项目，金额、指标就对不上。",
    mend="以预算批复的名称为准，全文统一。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """Projects first, then categories against their projects and against their own goals."""
    for project in document.projects:
        names = _names(project)
        if len({_loose(name) for name, _ in names}) > 1:
            lines = at(*(n for _, lines in names for n in lines))
            yield Finding("name-mismatch", "error", lines, f"同一项目写成{quoted(n for n, _ in names)}")
    yield from _categories(document)
    yield from _category_goals(document)


def _places(document: PlanDocument, name: str) -> list[int]:
    """Lines before the first project that speak of a category by this name."""
    first = min((s for p in document.projects for t in p.statements if (s := start(t))), default=10**9)
    return [ln.number for ln in document.source.lines if ln.number < first and name in plain(ln.text)]


def _categories(document: PlanDocument) -> Iterator[Finding]:
    for total, projects in by_category(document):
        name = plain(total.name)
        if len(projects) != 1 or not name or not projects[0].text:
            continue
        project = plain(projects[0].text.name)
        if not project.startswith(name.removesuffix("支出").removesuffix("项目")):
            lines = at(amount_line(total), *_places(document, name), start(projects[0].text))
            yield Finding("name-mismatch", "error", lines, f"类别“{total.name}”，其项目写成“{project}”")


def _category_goals(document: PlanDocument) -> Iterator[Finding]:
    """A heading “…总体绩效目标是” whose name is that of a category in other words."""
    totals = categories(document)
    known = {plain(t.name) for t in totals}
    for line in document.source.lines:
        match = _HEADED.match(line.text)
        name = plain(match["name"]).removesuffix("总体") if match else ""
        if not name or name in known or len(name) > 24:
            continue
        meant = _nearest(name, totals)
        if meant is not None and not _places_of_goal(document, plain(meant.name)):
            said = f"“{meant.name}”与“{name}”"
            yield Finding(
                "name-mismatch", "error", at(amount_line(meant), line.number), f"同一类别写成{said}"
            )


def _places_of_goal(document: PlanDocument, name: str) -> bool:
    """Whether some heading has the category's own name."""
    found = (_HEADED.match(line.text) for line in document.source.lines)
    return any(m is not None and plain(m["name"]) == name for m in found)


def _nearest(name: str, totals: list[Amount]) -> Amount | None:
    """The category whose name has nearly the same characters."""

    def share(total: Amount) -> float:
        ours, theirs = set(name), set(plain(total.name))
        return len(ours & theirs) / max(len(ours | theirs), 1)

    best = max(totals, key=share, default=None)
    return best if best is not None and share(best) >= 0.6 else None
