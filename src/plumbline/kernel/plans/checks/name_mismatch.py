"""One thing under two names: a project in prose, title and table; a category and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.categories import by_category, categories
from plumbline.kernel.plans.document import Amount, PlanDocument, Project
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import amount_line, at, field_line, start
from plumbline.kernel.plans.wording import plain, quoted

_NUMBERED = re.compile(
    r"^(?:\[[^\]]*\])?\s*(?:[（(]?[\d一二三四五六七八九十]+[、.．)）])?\s*(?:20\d\d年度?)?"
)
_TITLE = re.compile(r"(?:的)?绩效目标(?:申报|批复|公开)?表?\s*(?:[（(][^（）()]*[)）])?\s*$")
#: a title of nothing but these names no project
_FORM_WORDS = re.compile(
    r"(?:部门|单位|整体|预算|支出|项目|专项|资金|县级|县本级|本级|年度)*|.*部门预算.*|.*部门整体|.*整体支出|.*项目支出"
)
#: the code before the name (13022923P00001210021X-网络安全保障经费)
_CODED = re.compile(r"^[0-9A-Z]{10,}[-—_]\s*")
_TAIL = re.compile(r"(?:项目|支出|专项|资金|经费)+$")
_LOOSE = re.compile(r"[“”\"'‘’《》（）()、，,\s]|的")


def _loose(name: str) -> str:
    """A name as far as it matters: without quotes, brackets, spaces and a closing 项目."""
    return _LOOSE.sub("", name).removesuffix("项目")


def _title_name(title: str) -> str:
    """The project's name inside a table's title; "" where the title names none."""
    if not _TITLE.search(title):
        return ""
    name = _CODED.sub("", _TITLE.sub("", _NUMBERED.sub("", title.strip())).strip())
    return "" if _FORM_WORDS.fullmatch(name) else name


def _fits(title: str, name: str) -> bool:
    """Whether a title carries the name, with or without 项目 or 支出 at the end."""
    return _TAIL.sub("", _loose(title)) == _TAIL.sub("", _loose(name))


def _names(project: Project) -> list[tuple[str, int | None]]:
    """The names of a project with their lines, when they are not all one; else nothing."""
    named = [s for s in project.statements if s.name]
    names = [(s.name, field_line(s, "name") or start(s)) for s in named]
    titles = [
        (title, field_line(s, "title"), _fits(title, s.name))
        for s in named
        if s.origin == "table" and (title := _title_name(s.title))
    ]
    if len({_loose(name) for name, _ in names}) < 2 and all(fits for *_, fits in titles):
        return []
    return names + [(title, line) for title, line, _ in titles]


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
        if names:
            message = f"同一项目写成{quoted(name for name, _ in names)}"
            yield Finding("name-mismatch", "error", at(*(line for _, line in names)), message)
    yield from _categories(document)
    yield from _category_goals(document)


def _places(document: PlanDocument, name: str) -> list[int]:
    """Lines before the first project that speak of a category by this name."""
    first = min((s for p in document.projects for t in p.statements if (s := start(t))), default=10**9)
    return [ln.number for ln in document.source.lines if ln.number < first and name in plain(ln.text)]


def _categories(document: PlanDocument) -> Iterator[Finding]:
    """A category with one project whose prose calls it otherwise than the category."""
    for total, projects in by_category(document):
        name = plain(total.name)
        text = projects[0].text if len(projects) == 1 else None
        if text and name and not plain(text.name).startswith(_TAIL.sub("", name)):
            lines = at(amount_line(total), *_places(document, name), start(text))
            yield Finding("name-mismatch", "error", lines, f"类别“{total.name}”，其项目写成“{text.name}”")


def _category_goals(document: PlanDocument) -> Iterator[Finding]:
    """A goal “…总体绩效目标是” whose category has nearly, but not quite, the name of a total."""
    totals = categories(document)
    told = {plain(goal.name) for goal in document.category_goals}
    known = {plain(total.name) for total in totals}
    for goal in document.category_goals:
        name = plain(goal.name)
        meant = _nearest(name, totals) if name not in known else None
        if meant is not None and plain(meant.name) not in told:
            lines = at(amount_line(meant), *goal.lines)
            yield Finding("name-mismatch", "error", lines, f"同一类别写成“{meant.name}”与“{goal.name}”")


def _nearest(name: str, totals: list[Amount]) -> Amount | None:
    """The total whose name has nearly the same characters."""

    def share(total: Amount) -> float:
        ours, theirs = set(name), set(plain(total.name))
        return len(ours & theirs) / max(len(ours | theirs), 1)

    best = max(totals, key=share, default=None)
    return best if best is not None and share(best) >= 0.6 else None
