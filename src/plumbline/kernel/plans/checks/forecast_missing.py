"""A monitoring form without the forecast for the year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.executing import budget_of
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, statements

#: the column that some forms on monitoring do not have
_FORECAST = re.compile(r"(?:全年)?预计(?:全年)?(?:执行|支出)数?|全年预计数")


_EXECUTED = re.compile(r"执行数|支出数|执行金额")


def _has_no_column(document: PlanDocument) -> bool:
    text = document.source.text
    return bool(_EXECUTED.search(text)) and not _FORECAST.search(text)


@rule(
    id="forecast-missing",
    severity="warning",
    title="没有填全年预计执行数",
    why="监控的目的是判断年底能否完成，缺预计数就无法判断。",
    mend="按当前进度测算全年预计执行数并填写。",
)
def forecast(document: PlanDocument) -> Iterator[Finding]:
    """Rows of a monitoring form with a budget and no forecast; one finding a statement."""
    if "监控" not in document.form or _has_no_column(document):
        return
    for statement in statements(document):
        rows = [
            e
            for e in statement.execution
            if budget_of(e) is not None and (e.forecast is None or e.forecast.yuan is None)
        ]
        if rows:
            names = "、".join(f"“{e.name}”" for e in rows)
            yield Finding(
                "forecast-missing",
                "warning",
                at(*(n for e in rows for n in e.lines)),
                f"{names}的全年预计执行数空白",
            )
