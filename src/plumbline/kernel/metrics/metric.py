"""A metric: one definition by which records become a Measure, with a version that never changes.

    @metric("inspections_done", "完成检查次数", "次", direction="more", definition="…", sample="…", …)
    def inspections_done(scope, period): …

Changing what a metric means is a new version beside the old one: what is bound or frozen keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.period import Period
from plumbline.kernel.registry import Registry

#: "more": higher is better; "less": lower is better; "": neither by itself
Direction = Literal["more", "less", ""]
#: "count" and "sum" are the sum of the parts; "share" is parts over wholes in percent
Rule = Literal["count", "sum", "share"]
#: "flow" adds up over the year; "level" is how things stand on the last day
Nature = Literal["flow", "level"]
Compute = Callable[[Any, Period], Measure]


@dataclass(frozen=True, slots=True)
class Metric:
    """One version of one metric.

    Attributes:
        unit: of its values ("次", "%", "元").
        definition: what is counted, over what, as of when: in words for the office's people.
        sample: a worked example in words.
        kinds: keys of the kinds of records that it rests on.
        about: what it is computed over: "units" (records of organisations), "money" (the project's
            payments), "plan" (the plan's own data).
    """

    key: str
    title: str
    unit: str
    version: int
    direction: Direction
    rule: Rule
    nature: Nature
    definition: str
    sample: str
    kinds: tuple[str, ...]
    about: Literal["units", "money", "plan"]
    compute: Compute

    @property
    def id(self) -> str:
        """key@version, as values keep it."""
        return f"{self.key}@{self.version}"


class Metrics:
    """All metrics in all their versions."""

    def __init__(self) -> None:
        self._all: Registry[Metric] = Registry("指标口径")

    def add(self, entry: Metric) -> Metric:
        """Register one version.

        Raises:
            RegistryError: it is there already, or lacks its title, definition, sample, kinds or docstring.
        """
        texts = {"标题": entry.title, "单位": entry.unit, "定义": entry.definition, "示例": entry.sample}
        lacking = [name for name, text in texts.items() if not str(text).strip()]
        lacking += [] if (entry.compute.__doc__ or "").strip() else ["函数说明"]
        lacking += [] if entry.kinds else ["佐证种类"]
        lacking += [] if entry.version >= 1 else ["版本"]
        if lacking:
            raise RegistryError(f"指标口径“{entry.key}”缺少{'、'.join(lacking)}")
        return self._all.add(entry.id, entry)

    def get(self, key: str, version: int = 0) -> Metric:
        """One version; the latest where none is named.

        Raises:
            RegistryError: there is none.
        """
        found = self.versions(key)
        for entry in found:
            if version in (0, entry.version):
                return entry
        raise RegistryError(
            f"没有指标口径“{key}”" + (f"的第 {version} 版" if version and found else ""),
            advice="请在“指标口径”页查看可用的口径。",
        )

    def versions(self, key: str) -> list[Metric]:
        """All versions of a key, newest first; none where it is unknown."""
        return sorted((m for m in self._all if m.key == key), key=lambda m: -m.version)

    def latest(self) -> list[Metric]:
        """The latest version of each, by key."""
        return [self.get(key) for key in sorted({m.key for m in self._all})]

    def all(self) -> list[Metric]:
        """Every version of every metric, by key, newest first."""
        return [m for key in sorted({m.key for m in self._all}) for m in self.versions(key)]


METRICS = Metrics()


def metric(
    key: str,
    title: str,
    unit: str,
    *,
    definition: str,
    sample: str,
    kinds: tuple[str, ...],
    about: Literal["units", "money", "plan"] = "units",
    version: int = 1,
    direction: Direction = "more",
    rule: Rule = "count",
    nature: Nature = "flow",
    registry: Metrics = METRICS,
) -> Callable[[Compute], Compute]:
    """Register the function below as a metric; `Metric` says what each argument means."""

    def register(compute: Compute) -> Compute:
        registry.add(
            Metric(
                key=key, title=title, unit=unit, version=version, direction=direction, rule=rule,
                nature=nature, definition=definition, sample=sample, kinds=kinds, about=about,
                compute=compute,
            )
        )  # fmt: skip
        return compute

    return register
