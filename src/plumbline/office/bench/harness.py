"""Measuring: the machine by name, medians and 95th percentiles, and a reference in the same run.

The reference is a fixed piece of work (SM3 over a megabyte and JSON both ways). A figure divided by it
says how slow something is in terms of the machine that ran it, so runs on different machines compare.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plumbline.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        what: what was measured.
        median, p95: in `unit`.
        rounds: how often it was measured.
        limit: what it must stay under (the median, or the p95 when `limits_p95`); None: no limit.
        ratio: the median in terms of the reference; None for figures that are not times.
    """

    what: str
    median: float
    p95: float
    rounds: int
    unit: str = "s"
    limit: float | None = None
    ratio: float | None = None

    @property
    def holds(self) -> bool:
        return self.limit is None or self.median <= self.limit


@dataclass
class Run:
    """One run of one benchmark; it collects rows.

    Attributes:
        reference: seconds that the reference work took in this run.
    """

    reference: float
    rows: list[Row] = field(default_factory=list)

    def measure(
        self,
        what: str,
        work: Callable[[], object],
        *,
        rounds: int = 7,
        warm: int = 1,
        limit: float | None = None,
    ) -> Row:
        """Time a piece of work `rounds` times after `warm` untimed ones."""
        for _ in range(warm):
            work()
        return self.times(what, [_seconds(work) for _ in range(rounds)], limit=limit)

    def times(self, what: str, seconds: Sequence[float], *, limit: float | None = None) -> Row:
        """Add times that the benchmark took itself, e.g. of requests; the limit is for the median."""
        median = statistics.median(seconds)
        return self._add(
            Row(what, median, percentile(seconds, 95), len(seconds), "s", limit, median / self.reference)
        )

    def figure(self, what: str, value: float, *, unit: str, limit: float | None = None) -> Row:
        """Add a figure that is no distribution of times: memory, a count, a p95 with its own limit."""
        return self._add(Row(what, value, value, 1, unit, limit))

    def _add(self, row: Row) -> Row:
        self.rows.append(row)
        return row


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A registered benchmark."""

    key: str
    title: str
    run: Callable[[Run], None]


BENCHMARKS: Registry[Benchmark] = Registry("性能测试")


def benchmark(key: str, title: str) -> Callable[[Callable[[Run], None]], Callable[[Run], None]]:
    """Register the decorated function."""

    def register(run: Callable[[Run], None]) -> Callable[[Run], None]:
        BENCHMARKS.add(key, Benchmark(key, title, run))
        return run

    return register


def load_all() -> None:
    """Import every file of the folder, so that each registers itself."""
    package = importlib.import_module("plumbline.office.bench")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def perform(key: str) -> list[Row]:
    """Run one benchmark.

    Raises:
        RegistryError: there is none of that name.
    """
    run = Run(reference=reference())
    BENCHMARKS.get(key).run(run)
    return run.rows


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values stay under or at (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def reference() -> float:
    """Median seconds of the reference work."""
    return statistics.median(_seconds(_reference_work) for _ in range(5))


def machine() -> str:
    """The machine in one line: processor, cores, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()} {platform.release()}"
    return (
        f"{_processor()}，{os.cpu_count()} 核，{memory:.0f} GB，{system}，Python {platform.python_version()}"
    )


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _reference_work() -> None:
    hashlib.new("sm3", b"plumbline" * 120_000).digest()
    rows = [{"code": f"{number:08d}", "name": "绩效指标", "value": number / 7} for number in range(5_000)]
    json.loads(json.dumps(rows))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
