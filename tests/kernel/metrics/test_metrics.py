"""Periods, the registry of metrics, forecasts and manifests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.metrics.evidence import Record
from plumbline.kernel.metrics.forecast import Point, year_end
from plumbline.kernel.metrics.manifest import (
    Head,
    Manifest,
    ManifestError,
    Operand,
    content_digest,
    line_of,
    read,
    replay,
    write,
)
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import Metrics, metric
from plumbline.kernel.metrics.period import Period, PeriodError, period_of, year_to_date

POINTS = (date(2023, 3, 31), date(2023, 6, 30), date(2023, 10, 31), date(2023, 12, 31))
HALF = Period(date(2023, 1, 1), date(2023, 6, 30))


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(PeriodError):
        Period(date(2023, 2, 1), date(2023, 1, 31))
    assert HALF.days == 181 and date(2023, 6, 30) in HALF and date(2023, 7, 1) not in HALF


def test_cumulative_and_period_windows() -> None:
    june = date(2023, 6, 30)
    assert period_of(june, window="cumulative", checkpoints=POINTS, year=2023) == HALF
    assert period_of(june, window="period", checkpoints=POINTS, year=2023).start == date(2023, 4, 1)
    first = period_of(POINTS[0], window="period", checkpoints=POINTS, year=2023)
    assert first.start == date(2023, 1, 1)
    # between two checkpoints: since the last
    assert period_of(date(2023, 5, 5), window="period", checkpoints=POINTS, year=2023).start == date(
        2023, 4, 1
    )
    assert year_to_date(date(2024, 5, 1), year=2023).end == date(2023, 12, 31)


def compute(_scope: Any, _period: Period) -> Measure:
    """Nothing."""
    return Measure(Decimal(1), "次")


def register(registry: Metrics, *, title: str = "检查", **changes: Any) -> None:
    fields: dict[str, Any] = {"definition": "数检查。", "sample": "2 次。", "kinds": ("inspection",)}
    metric("done", title, "次", registry=registry, **(fields | changes))(compute)


def test_versions_stand_beside_each_other_and_the_latest_comes_first() -> None:
    registry = Metrics()
    register(registry)
    register(registry, version=2, definition="只数现场检查。")
    assert [m.version for m in registry.versions("done")] == [2, 1]
    assert registry.get("done").version == 2 and registry.get("done", 1).definition == "数检查。"
    assert [m.id for m in registry.latest()] == ["done@2"] and len(registry.all()) == 2
    with pytest.raises(RegistryError, match="重复"):
        register(registry)
    with pytest.raises(RegistryError, match="第 3 版"):
        registry.get("done", 3)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"definition": ""}, "定义"),
        ({"sample": " "}, "示例"),
        ({"kinds": ()}, "佐证种类"),
        ({"title": ""}, "标题"),
    ],
)
def test_a_metric_without_words_is_refused(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(RegistryError, match=word):
        register(Metrics(), **changes)


def test_a_metric_without_a_docstring_is_refused() -> None:
    with pytest.raises(RegistryError, match="函数说明"):
        metric("x", "检查", "次", definition="数。", sample="1。", kinds=("a",), registry=Metrics())(
            lambda scope, period: Measure(None)
        )


def points(*pairs: tuple[str, int]) -> list[Point]:
    return [Point(date.fromisoformat(f"2023-{day}"), Decimal(value)) for day, value in pairs]


def test_of_what_is_counted_there_is_no_half() -> None:
    found = year_end(points(("09-30", 20)), year=2023, nature="flow", whole=True)
    assert str(found.value) == "27"


def test_a_count_is_drawn_on_in_proportion_to_the_days() -> None:
    found = year_end(points(("03-31", 2), ("06-30", 6)), year=2023, nature="flow")
    assert (found.value, found.method, found.elapsed, found.days) == (
        Decimal("12.10"),
        "proportion",
        181,
        365,
    )


def test_a_level_follows_the_line_through_its_readings() -> None:
    found = year_end(points(("03-31", 80), ("06-30", 85), ("09-29", 90)), year=2023, nature="level")
    assert found.method == "trend" and found.value == Decimal("95.11")
    high = year_end(
        points(("03-31", 80), ("06-30", 90), ("09-29", 99)), year=2023, nature="level", ceiling=Decimal(100)
    )
    assert high.value == 100


@pytest.mark.parametrize(
    ("given", "nature", "lack"),
    [
        ([], "flow", "none"),
        ([("01-20", 2)], "flow", "early"),
        ([("03-31", 80), ("06-30", 85)], "level", "few"),
    ],
)
def test_too_few_readings_give_a_reason_and_no_forecast(given: list[Any], nature: Any, lack: str) -> None:
    found = year_end(points(*given), year=2023, nature=nature)
    assert (found.value, found.lack) == (None, lack)


def test_of_a_year_that_is_over_the_last_value_stands() -> None:
    found = year_end(points(("06-30", 6), ("12-31", 11)), year=2023, nature="flow")
    assert (found.value, found.method) == (11, "over")


def manifest(**changes: Any) -> Manifest:
    operand = Operand(
        "rectified", 1, "整改率", "数问题。", "%", "share", "cumulative", HALF,
        Decimal(50), Decimal(1), Decimal(2),
    )  # fmt: skip
    records = [
        Record("finding", "3", True, Decimal(1), Decimal(1), content={"number": "WT-3", "closed": None}),
        Record("finding", "12", False, Decimal(0), Decimal(1), "尚未办结", {"number": "WT-12"}),
    ]
    head = Head(
        "", "cumulative", Decimal(50), "%", Decimal(1), Decimal(2), "", date(2023, 6, 30), {"unit": "县"}
    )
    return Manifest(replace(head, **changes), (operand,), tuple(line_of(operand.name, r) for r in records))


def written(found: Manifest) -> bytes:
    return b"".join(write(found.head, found.operands, found.lines))


def test_a_manifest_is_read_as_it_was_written_and_gives_the_value() -> None:
    found = read(written(manifest()))
    assert found == manifest() and found.counted == 1
    again = replay(found)
    assert (again.value, again.numerator, again.denominator) == (50, 1, 2)


def test_the_same_manifest_has_the_same_bytes() -> None:
    assert written(manifest()) == written(read(written(manifest())))
    assert written(manifest()).splitlines()[0].startswith(b'{"day":"2023-06-30","denominator":"2"')


def test_a_digest_depends_on_the_facts_and_not_on_their_order() -> None:
    assert content_digest({"a": "1", "b": None}) == content_digest({"b": None, "a": "1"})
    assert content_digest({"a": "1", "b": None}) != content_digest({"a": "1", "b": ""})


def test_an_expression_is_replayed_over_its_operands() -> None:
    found = manifest(expression="「整改率」+ count(rectified)÷count(rectified)×5%")
    assert replay(read(written(found))).value == 55


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"nonsense", b'{"type":"head","format":"other@9"}', written(manifest())[:-40]]
)
def test_a_damaged_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError):
        read(data)
