"""Which projects belong to which category total of the prose (人员类, 公用类, the others)."""

from __future__ import annotations

import re

from plumbline.kernel.plans.document import Amount, PlanDocument, Project
from plumbline.kernel.plans.places import statements
from plumbline.kernel.plans.wording import plain

_GENERIC = re.compile(r"类|项目|支出|经费|资金|预算|其他|其它|及|和|等|的|年初|特定|运转|专项")
_GRAND = re.compile(
    r"^(?:年初|全年|本年|部门|单位|预算|资金|经费)*(?:合计|总计|共计|总额|总数|共)?(?:为|是|[:：])?$|"
    r"合计$|总计$|共计$|总额$|总预算$|总支出$"
)

#: a category that is named otherwise than its projects: what their names carry
_WORDS = {"基本": "人员|公用|基本"}


def is_grand_total(amount: Amount) -> bool:
    """Whether a total is the sum of all, not one category."""
    return _GRAND.search(plain(amount.name)) is not None


def grand_total(document: PlanDocument) -> Amount | None:
    """The sum of all as the prose states it, where it does."""
    return next((t for t in document.totals if t.yuan is not None and is_grand_total(t)), None)


def categories(document: PlanDocument) -> list[Amount]:
    """The category totals of the prose with a number, without the grand total.

    A form without prose has subtotals of units instead (see the check `subtotal`).
    """
    if not statements(document, "text"):
        return []
    return [t for t in document.totals if t.yuan is not None and not is_grand_total(t)]


def _is_named(project: Project, word: re.Pattern[str]) -> bool:
    return any(word.fullmatch(_GENERIC.sub("", plain(s.name))) for s in project.statements)


def _carries(project: Project, word: re.Pattern[str]) -> bool:
    return any(word.search(plain(s.name)) for s in project.statements)


def by_category(document: PlanDocument) -> list[tuple[Amount, list[Project]]]:
    """Each category total with its projects, in the order of the document.

    A project belongs to the category whose distinguishing word (人员, 公用) is its name, but for
    words that any name may have; where there is none such, to the one whose word its name carries
    (特困人员救助 is none of 人员类, beside 人员类项目); the
    rest belong to the one category that has no project by then. Where more than one such category
    is left the rest cannot be told apart, and these categories stay empty.
    """
    totals = categories(document)
    keys = [_GENERIC.sub("", plain(total.name)) for total in totals]
    words = [re.compile(_WORDS.get(key, re.escape(key))) if key else None for key in keys]
    named = [word is not None and any(_is_named(p, word) for p in document.projects) for word in words]
    found: list[list[Project]] = [[] for _ in totals]
    rest: list[Project] = []
    for project in document.projects:
        owner = next(
            (
                i
                for i, word in enumerate(words)
                if word and (_is_named(project, word) if named[i] else _carries(project, word))
            ),
            None,
        )
        (rest if owner is None else found[owner]).append(project)
    empty = [i for i, projects in enumerate(found) if not projects]
    if rest and len(empty) == 1:
        found[empty[0]] = rest
    return list(zip(totals, found, strict=True))
