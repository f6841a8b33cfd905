"""Values of the prose written in several ways (指标值=, 指标值为>=, 指标值≥)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, indicators
from plumbline.kernel.plans.wording import plain

_FORM = re.compile(r"指标值(?P<copula>为|是|:|：)?(?P<sign>>=|<=|=>|=<|≥|≤|≧|≦|＞＝|＜＝|＞|＜|＝|>|<|=)?")
_SIGNS = {
    ">=": ">=",
    "=>": ">=",
    "≥": ">=",
    "≧": ">=",
    "＞＝": ">=",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
    "≦": "<=",
    "＜＝": "<=",
}
_STYLE = re.compile(r"[≥≤≧≦＞＜＝]")


@rule(
    id="syntax",
    severity="note",
    title="指标值写法不统一",
    why="写法不一不影响含义，但看上去像是拼接而成，机器读取也容易出错。",
    mend="统一写成“指标值≥98%”。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """The first place of each way of writing, where the copula or the signs are mixed."""
    first: dict[tuple[str, str], int | None] = {}
    for _, indicator in indicators(document, "text"):
        match = _FORM.search(plain(indicator.raw))
        if match:
            form = (match["copula"] or "", match["sign"] or "")
            first.setdefault(form, min(indicator.lines, default=None))
    copulas = {copula for copula, _ in first}
    bounds = {sign for _, sign in first if sign in _SIGNS}
    styles = {_STYLE.search(sign) is None for sign in bounds}
    if len(copulas) > 1 or len(styles) > 1:
        said = "、".join(f"“指标值{copula}{sign}”" for copula, sign in first)
        yield Finding("syntax", "note", at(*first.values()), f"指标值有{len(first)}种写法：{said}")
