"""Records that are dated inside the days of a frozen value, and were entered after it was taken (补录).

The value stays what it was; whoever verifies is told that it would be another one now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.metrics.manifest import Line, Manifest, Operand
from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.models import Indicator, IndicatorLine, Plan, PlanVersion

#: kinds of records that have a day of their own; others (units, projects) tell of no day that they came on
DATED = ("finding", "inspection", "payment", "recheck")


@dataclass
class LateRecords:
    """Looks for late records of a plan's values; what several of them need is read once."""

    plan: Plan
    today: date
    memo: dict[Any, Any] = field(default_factory=dict)
    _version: PlanVersion | None = None

    def __post_init__(self) -> None:
        approved = PlanVersion.State.APPROVED
        self._version = self.plan.versions.filter(state=approved).select_related("plan__unit").first()

    def of(self, manifest: Manifest, line: IndicatorLine) -> list[Line]:
        """What a value would rest on besides its manifest, were it taken now."""
        known = {(one.operand, one.kind, one.key) for one in manifest.lines}
        width = manifest.head.facts.get("scope", "county")
        found = []
        for operand in manifest.operands:
            for kind, key in self._records(operand, "unit" if width == "unit" else "county", line):
                if (operand.name, kind, key) not in known:
                    found.append((operand.name, kind, key))
        found.sort(key=lambda one: (one[1], int(one[2])))
        seen = dict.fromkeys((kind, key) for _operand, kind, key in found)
        return [_line(kind, key) for kind, key in seen]

    def _records(self, operand: Operand, width: Any, line: IndicatorLine) -> list[tuple[str, str]]:
        try:
            metric = METRICS.get(operand.key, operand.version)
        except RegistryError:
            return []  # of a metric that this installation no longer has nothing can be said
        owner = None if metric.about == "units" else self._project(line)
        place = ("late", operand.name, width, operand.period, owner.pk if owner else None)
        if place not in self.memo:
            scope = Scope(self.plan, self._version, width, owner, self.today, self.memo)
            records = metric.compute(scope, operand.period).records
            pieces = records.parts() if records is not None else ()  # type: ignore[attr-defined]
            self.memo[place] = [
                (piece.kind, str(key))
                for piece in pieces
                if piece.kind in DATED
                for key in piece.rows.order_by().values_list("pk", flat=True)
            ]
        found: list[tuple[str, str]] = self.memo[place]
        return found

    def _project(self, line: IndicatorLine) -> Any:
        place = ("project of", line.pk)
        if place not in self.memo:
            rows = Indicator.objects.filter(line=line, project__version=self._version)
            first = rows.select_related("project").first()
            self.memo[place] = first.project if first else None
        return self.memo[place]


def _line(kind: str, key: str) -> Line:
    return Line("", kind, key, "", False, Decimal(0), Decimal(0))
