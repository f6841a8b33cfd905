"""Project codes: 21 places, the division first, then the year; one division, no code twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, start, statements
from plumbline.kernel.plans.wording import plain

#: division, year and the letter of the kind of project
_BEGIN = re.compile(r"\d{8}[A-Z]")
_CODE = re.compile(r"\d{8}[0-9A-Z]{13}")


def _coded(document: PlanDocument) -> list[tuple[ProjectStatement, str]]:
    return [(s, plain(s.code)) for s in statements(document) if plain(s.code)]


def _common(values: list[str]) -> str:
    return Counter(values).most_common(1)[0][0] if values else ""


def _year(code: str) -> int | None:
    """The last two digits of the code's year; None where it is no such code."""
    return int(code[6:8]) if _CODE.fullmatch(code) else None


def _wrong(document: PlanDocument) -> dict[int, str]:
    """What is wrong, by position in `_coded`."""
    coded = _coded(document)
    expected = any(_CODE.fullmatch(code) for _, code in coded)
    years = {code[6:8] for _, code in coded if _CODE.fullmatch(code)}
    division = _common([code[:6] for _, code in coded if _CODE.fullmatch(code)])
    used: dict[tuple[str, str], str] = {}
    wrong: dict[int, str] = {}
    for position, (statement, code) in enumerate(coded):
        first = used.setdefault((statement.origin, code), statement.name)
        if len(code) != 21 and not expected and not _BEGIN.match(code):
            continue  # another province's codes: their shape is not known
        if len(code) != 21:
            wrong[position] = f"共{len(code)}位，应为21位"
        elif not _CODE.fullmatch(code):
            wrong[position] = "格式不对，应为6位区划、2位年份加13位数字或大写字母"
        elif code[:6] != division:
            wrong[position] = f"区划{code[:6]}与其他项目的{division}不同"
        elif len(years) > 1 and document.year is not None and int(code[6:8]) > document.year % 100:
            wrong[position] = f"年份为{code[6:8]}，晚于文件年度{document.year}"
        elif first != statement.name:
            wrong[position] = f"与项目“{first}”的编码相同"
    return wrong


@rule(
    id="code",
    severity="confirmed",
    title="项目编码格式正确",
    why="项目编码21位，前6位为区划代码，第7至8位为年份。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Codes with the right length, one division and the year of the plan, all together."""
    coded, wrong = _coded(document), _wrong(document)
    right = [
        (s, code)
        for position, (s, code) in enumerate(coded)
        if position not in wrong
        and document.year is not None
        and _CODE.fullmatch(code)
        and code[6:8] == f"{document.year % 100:02}"
    ]
    if right:
        lines = at(*(field_line(s, "code") or start(s) for s, _ in right))
        code = right[0][1]
        message = f"{len(right)}个项目编码均为21位，区划{code[:6]}，年份{code[6:8]}"
        yield Finding("code", "confirmed", lines, message)


@rule(
    id="code",
    severity="error",
    title="项目编码有误",
    why="编码是项目在预算一体化系统中的唯一标识，错一位就对不上。",
    mend="从预算一体化系统中复制正确的项目编码。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """A code of the wrong length or shape, of another division, of a later year, or used twice."""
    coded = _coded(document)
    for position, problem in _wrong(document).items():
        statement, code = coded[position]
        twins = [s for s, other in coded if other == code and s.origin == statement.origin]
        lines = at(*(field_line(s, "code") or start(s) for s in twins))
        yield Finding("code", "error", lines, f"项目“{statement.name}”编码{code}：{problem}")


@rule(
    id="code",
    severity="note",
    title="项目编码的年份早于文件年度",
    why="延续项目沿用最初年份的编码；若不是延续项目，则编码有误。",
    mend="确认是否为延续项目。",
)
def earlier(document: PlanDocument) -> Iterator[Finding]:
    """A well-formed code of an earlier year."""
    wrong = _wrong(document)
    for position, (statement, code) in enumerate(_coded(document)):
        if (
            position in wrong
            or document.year is None
            or not _CODE.fullmatch(code)
            or int(code[6:8]) >= document.year % 100
        ):
            continue
        lines = at(field_line(statement, "code") or start(statement))
        yield Finding(
            "code",
            "note",
            lines,
            f"项目“{statement.name}”编码{code}的年份为{code[6:8]}，早于{document.year}年",
        )
