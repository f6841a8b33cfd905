"""Counts that the prose announces: indicators of a project, and things it then lists by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument, ProjectStatement
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, start, statements

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_LIST = re.compile(
    r"(?P<count>\d{1,2}|[一二两三四五六七八九十])个(?P<what>[^\W\d]{0,6}?(?:科室|股室|处室|室|部门|单位|机构|中心|科|股))"
    r"\s*(?:，?(?:分别|依次)[为是]|[：:]|，?即)[：:]?\s*(?P<names>[^。；;！]{2,400})"
)
#: 内设机构6个，分别为：…
_LIST_AFTER = re.compile(
    r"内设(?P<what>机构|科室|股室|处室|部门|科|股)(?P<count>\d{1,2}|[一二两三四五六七八九十])个"
    r"\s*(?:，?(?:分别|依次)[为是]|[：:]|，?(?:即|为|是))[：:]?\s*(?P<names>[^。；;！]{2,400})"
)

#: what begins another statement in the same sentence
_OTHERS = re.compile(
    r"[，,]\s*(?=\S{0,4}(?:\d|下属|下辖|下设|编制|现有|核定|负责|承担|另有|另设|其中|实有|在职))"
)


def _projects(document: PlanDocument) -> Iterator[tuple[ProjectStatement, int]]:
    for statement in statements(document, "text"):
        if statement.declared_count is not None and (statement.complete or statement.indicators):
            yield statement, statement.declared_count


def _listed(document: PlanDocument) -> Iterator[tuple[int, str, int, list[str]]]:
    """(line, what, announced, names) of every “N个科室：甲、乙”."""
    for line in document.source.lines:
        for match in (*_LIST.finditer(line.text), *_LIST_AFTER.finditer(line.text)):
            count = match["count"]
            announced = int(count) if count.isdigit() else _DIGITS[count]
            yield line.number, match["what"], announced, _names(match["names"])


def _names(text: str) -> list[str]:
    """The names of a list; 和 parts two names only after the word that ends the first (…科和…科)."""
    own = _OTHERS.split(text, maxsplit=1)[0]
    return [n.strip() for n in re.split(r"[、，,]|以及|(?<=[科室股处部])[和及与]", own) if n.strip()]


@rule(
    id="declared-count",
    severity="confirmed",
    title="写明的个数与列出的个数一致",
    why="先报个数再逐项列出时，两者应当相等。",
    mend="无需整改。",
)
def confirm(document: PlanDocument) -> Iterator[Finding]:
    """Announced = listed."""
    right = [s for s, count in _projects(document) if count == len(s.indicators)]
    if right:
        counts = [len(s.indicators) for s in right]
        said = "、".join(map(str, counts))
        message = f"声明的指标个数与列出的一致：{said}（共{sum(counts)}）"
        yield Finding("declared-count", "confirmed", at(*map(start, right)), message)
    for number, what, announced, names in _listed(document):
        if announced == len(names):
            yield Finding(
                "declared-count", "confirmed", at(number), f"写明{announced}个{what}，列出{len(names)}个"
            )


@rule(
    id="declared-count",
    severity="error",
    title="写明的个数与列出的个数不一致",
    why="个数不符说明有内容漏列或个数未随修改更新。",
    mend="补列缺少的内容，或改正个数。",
)
def contradict(document: PlanDocument) -> Iterator[Finding]:
    """Announced ≠ listed."""
    for statement, count in _projects(document):
        if count != len(statement.indicators):
            message = f"项目“{statement.name}”声明{count}个指标，列出{len(statement.indicators)}个"
            yield Finding("declared-count", "error", at(start(statement)), message)
    for number, what, announced, names in _listed(document):
        if announced != len(names):
            yield Finding(
                "declared-count", "error", at(number), f"写明{announced}个{what}，列出{len(names)}个"
            )
