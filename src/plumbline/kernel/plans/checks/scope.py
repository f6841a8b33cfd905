"""An indicator that claims a wider area than the office's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plumbline.kernel.plans.document import Indicator, PlanDocument
from plumbline.kernel.plans.finding import Finding, rule
from plumbline.kernel.plans.places import at, field_line, indicators, name_line, statements
from plumbline.kernel.plans.wording import plain, quoted, vocabulary

#: 涉黑 is a kind of crime, never the province
_NOT_A_PLACE = {"黑"}


def _division(document: PlanDocument) -> str:
    """The six digits of the division at the head of the project codes; "" where there are none."""
    codes = (plain(s.code) for s in statements(document))
    return next((code[:6] for code in codes if re.match(r"\d{6}", code)), "")


def _wider(document: PlanDocument) -> re.Pattern[str] | None:
    """What speaks of more than the office's own area; None for an office of the whole country."""
    name, division = plain(document.organisation.name), _division(document)
    country = r"全国|国内"
    province = r"全省|我省|省内|全区域内各省|全自治区"
    parts = [country, province]
    own_city = division[4:6] not in ("", "00") or not division
    if re.search(r"[^自治]县|旗|镇|乡|街道", name) or (re.search(r"区", name) and "自治区" not in name):
        parts.append(r"全市|我市|市域")
    elif re.search(r"省|自治区", name) and not re.search(r"[市县]", name):
        parts = [country]
    elif (re.search(r"市", name) and own_city) or not name or "市" not in name:
        parts = [country, province]
    short = vocabulary()["provinces"].get(division[:2], [])
    parts += [f"涉{word}(?!及)" for word in short if word not in _NOT_A_PLACE]
    return re.compile("|".join(parts))


def _beyond(indicator: Indicator, wider: re.Pattern[str]) -> tuple[str, int | None] | None:
    """The words and their line: in the name, else in the description."""
    if match := wider.search(plain(indicator.level3)):
        return match.group(), name_line(indicator)
    if match := wider.search(plain(indicator.description)):
        return match.group(), field_line(indicator, "description") or name_line(indicator)
    return None


@rule(
    id="scope",
    severity="warning",
    title="指标范围超出本级",
    why="县级单位对全市、全省的结果没有支配力，也取不到数据。",
    mend="把范围改为本县（区），或写明本单位承担的部分。",
)
def check(document: PlanDocument) -> Iterator[Finding]:
    """All such indicators of the document together."""
    wider = _wider(document)
    if wider is None:
        return
    found = [(i, place) for _, i in indicators(document) if (place := _beyond(i, wider))]
    if found:
        words = quoted(text for _, (text, _) in found)
        lines = at(*(line for _, (_, line) in found))
        yield Finding(
            "scope", "warning", lines, f"{words}超出本级范围：{quoted(i.level3 or '' for i, _ in found)}"
        )
