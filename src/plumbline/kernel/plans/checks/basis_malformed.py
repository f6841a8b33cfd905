"""A document number of a basis that is not written as document numbers are (冀宣文〔2016〕26号)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, start, statements
from plumbline.kernel.plans.wording import plain

_NUMBER = re.compile(
    r"(?P<issuer>[\u4e00-\u9fffA-Za-z]*)(?P<left>[［\[（(【〔{｛]?)(?P<year>(?:19|20)\d\d)(?P<right>[］\]）)】〕}｝]?)"
    r"(?P<word>第?)(?P<zero>0*)(?P<number>\d{1,4})号"
)
#: 把 needs an object before its verb: “进一步把加强…” is a slip
_SLIP = re.compile(r"把(?:加强|做好|推进|开展|落实|完善|提高|加快|深化|规范|进一步)")


def _problems(text: str) -> list[str]:
    """What is wrong with a basis."""
    found = [f"“{m.group()}”语句不通" for m in _SLIP.finditer(text)]
    for match in _NUMBER.finditer(text):
        number = match.group()[len(match["issuer"]) :]
        if (match["left"], match["right"]) != ("〔", "〕"):
            found.append(f"“{number}”的年份应放在六角括号〔〕内")
        if not match["issuer"]:
            found.append(f"“{number}”缺发文机关代字")
        if match["word"] or match["zero"]:
            found.append(f"“{number}”的序号不加“第”、不编虚位")
    return found


def _bases(statement: ProjectStatement) -> list[tuple[str, int | None]]:
    own = (
        [(plain(statement.basis), field_line(statement, "basis") or start(statement))]
        if statement.basis
        else []
    )
    rows = [
        (plain(i.basis), field_line(i, "basis") or min(i.lines, default=None)) for i in statement.indicators
    ]
    return own + [(text, line) for text, line in rows if text]


@rule(
    id="basis-malformed",
    severity="warning",
    title="依据的文号或名称不规范",
    why="文号写错或缺发文机关代字，就查不到原文。",
    mend="按“发文机关代字〔年份〕序号号”写全，如“冀财预〔2022〕5号”；核对文件名称。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        wrong = [(problems, line) for text, line in _bases(statement) if (problems := _problems(text))]
        if wrong:
            said = "；".join(dict.fromkeys(p for problems, _ in wrong for p in problems))
            yield Finding("basis-malformed", "warning", at(*(line for _, line in wrong)), said)


@rule(
    id="basis-later",
    severity="warning",
    title="依据文件晚于计划年度",
    why="编制目标时还没有发出的文件不能作为依据。",
    mend="核对文号的年份。",
)
def later(document: PlanDocument) -> Iterator[Finding]:
    """A document number of a year after the plan's."""
    for statement in statements(document):
        for text, line in _bases(statement):
            years = [m for m in _NUMBER.finditer(text) if document.year and int(m["year"]) > document.year]
            if years:
                said = "、".join(f"“{m.group()}”" for m in years)
                yield Finding("basis-later", "warning", at(line), f"{said}晚于{document.year}年度")
