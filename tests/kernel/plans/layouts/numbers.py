"""Is every number of a source in the plan that was read from it?"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.json_form import document_json
from plumbline.kernel.plans.layouts import vocabulary as v

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PLACES = ("lines", "spans", "where", "goal_lines")


def numbers(text: str) -> list[Decimal]:
    """Every number in a text."""
    return [Decimal(token.replace(",", "")) for token in _NUMBER.findall(text)]


def heading(cell: str) -> bool:
    """A heading: a number in it (1-7月执行数) is its wording."""
    return bool(v.column_role(cell) or v.fund_role(cell))


def _without_places(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key not in _PLACES}
    return [_without_places(item) for item in value] if isinstance(value, list) else value


def lost(document: PlanDocument) -> list[str]:
    """The cells of the source that hold a number which the plan does not have."""
    printed = {key: value for key, value in document_json(document).items() if key != "source"}
    have = set(numbers(json.dumps(_without_places(printed), ensure_ascii=False)))
    missing = []
    for line in document.source.lines:
        text = line.text
        cells = re.split(r"[|｜\t]", text) if re.search(r"[|｜\t]", text) else re.split(r"\s+", text)
        missing += [c for c in cells if not heading(c) and any(n not in have for n in numbers(c))]
    return missing
