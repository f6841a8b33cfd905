"""A document number of a basis that is not written as document numbers are (某宣文〔2022〕26号)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.bases import bases
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements

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


@rule(
    id="basis-malformed",
    severity="warning",
    title="依据的文号或名称不规范",
    why="文号写错或缺发文机关代字，就查不到原文。",
    mend="按“发文机关代字〔年份〕序号号”写全，如“某财预〔2022〕5号”；核对文件名称。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """One finding a statement."""
    for statement in statements(document):
        wrong = [(problems, line) for text, line in bases(statement) if (problems := _problems(text))]
        if wrong:
            said = "；".join(dict.fromkeys(p for problems, _ in wrong for p in problems))
            yield Finding("basis-malformed", "warning", at(*(line for _, line in wrong)), said)
