"""Words that ran into each other: a lower authority before a higher one, a word twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.checks.description_equals_name import repeats_name
from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, head_line, name_line, statements
from plumbline.kernel.plans.wording import plain, quoted, words

#: 县委 directly followed by 市网信办: the writer forgot to delete one of the two
_AUTHORITIES = re.compile(
    r"(?:[乡镇](?:党委|政府)(?:[县区市省](?:委|政府|级))|[县区旗](?:委|政府)(?:[市省](?:委|政府|级|网信|财政|纪委|直))|"
    r"市(?:委|政府)(?:省(?:委|政府|级|网信|财政)))"
)
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,8})\1")
_PARTICLES = re.compile(r"的的|了了|和和|与与|及及")
_MARKS = re.compile(r"[，、；]{2,}|(?<!。)。。(?!。)|[，、；]。|。[，、；]")


def slips(text: str) -> list[str]:
    """The garbled pieces of a text."""
    found = [m.group() for m in _AUTHORITIES.finditer(text)]
    found += [
        m.group()
        for m in _TWICE.finditer(text)
        if m[1] not in words("doubled") and m.group() not in words("doubled")
    ]
    return found + [m.group() for m in _PARTICLES.finditer(text)]


def _marks(document: PlanDocument) -> Iterator[tuple[str, int]]:
    """Doubled punctuation anywhere, with the words around it."""
    noise = {n for text in document.noise for n in text.lines}
    for line in document.source.lines:
        for match in _MARKS.finditer(line.text) if line.number not in noise else ():
            yield line.text[max(match.start() - 8, 0) : match.end() + 4].strip(), line.number


def _fields(indicator: Indicator) -> Iterator[tuple[str, int | None]]:
    yield plain(indicator.level3), name_line(indicator)
    if not repeats_name(indicator):
        yield plain(indicator.description), field_line(indicator, "description") or name_line(indicator)
    yield plain(indicator.target.raw), field_line(indicator, "target") or name_line(indicator)
    yield plain(indicator.basis), field_line(indicator, "basis") or name_line(indicator)


def _texts(document: PlanDocument) -> Iterator[tuple[str, int | None]]:
    for statement in statements(document):
        for name in ("name", "use", "goal"):
            yield plain(getattr(statement, name)), field_line(statement, name) or head_line(statement)
        for indicator in statement.indicators:
            yield from _fields(indicator)


@rule(
    id="garbled",
    severity="warning",
    title="文字有误",
    why="词语粘连或重复，说明改写时没有删净，读者不知道以哪个为准。",
    mend="改通文字，只留一个要求的来源。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a distinct garbled text, at its first place."""
    seen: dict[str, tuple[int | None, list[str]]] = {}
    for text, line in _texts(document):
        if text and text not in seen and (found := slips(text)):
            seen[text] = (line, found)
    for text, number in _marks(document):
        seen.setdefault(text, (number, _MARKS.findall(text)))
    for text, (line, found) in seen.items():
        yield Finding("garbled", "warning", at(line), f"{quoted([text])}中{quoted(found)}文字有误")
