"""The office under several names that the document does not introduce."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements
from plumbline.kernel.plans.wording import plain, quoted

_CODED = re.compile(r"^\d{3,12}[-—]?|本级$|（本级）$|\(本级\)$")
_INTRODUCED = re.compile(r"(?:以下|下|统)?简称[为是：:]?[“\"‘「]?([^”\"’」，。；）)]{2,20})")


@rule(
    id="org-alias",
    severity="warning",
    title="单位名称前后不一",
    why="同一单位有几种写法又没有写明简称，汇总时会被当成不同单位。",
    mend="首次出现用全称并注明“以下简称…”，其后统一用简称；编码与名称分开写。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """The first place of every spelling, where more than one is not introduced.

    Only for prose: a form names the department and the units below it, which are different bodies.
    """
    if not statements(document, "text"):
        return
    introduced = {plain(name) for name in _INTRODUCED.findall(document.source.text)}
    first: dict[str, int | None] = {}
    for mention in document.organisation.mentions:
        first.setdefault(plain(mention.value), min(mention.lines, default=None))
    spellings = {_CODED.sub("", name) for name in first} - introduced
    if len(spellings) > 1:
        message = f"同一单位写成{quoted(first, most=8)}"
        yield Finding("org-alias", "warning", at(*first.values()), message)
