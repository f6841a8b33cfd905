"""The bench harness: what it counts, what it says, when it fails."""

import pytest
from typer.testing import CliRunner

from plumbline.kernel.registry import Registry
from plumbline.office.bench import harness
from plumbline.office.bench.harness import Benchmark, Row, Run, percentile


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3, 1, 2], 50) == 2
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7], 95) == 7


def test_a_measurement_warms_up_and_counts_its_rounds() -> None:
    calls = []
    row = Run(reference=0.01).measure("work", lambda: calls.append(1), rounds=5, warm=2)
    assert (len(calls), row.rounds) == (7, 5)
    assert row.ratio == pytest.approx(row.median / 0.01)


def test_a_row_over_its_limit_does_not_hold() -> None:
    assert Row("a", 0.4, 0.5, 3, limit=0.4).holds
    assert not Row("a", 0.41, 0.5, 3, limit=0.4).holds
    assert Row("a", 9, 9, 1).holds


def test_the_reference_takes_time_and_the_machine_has_a_name() -> None:
    assert 0 < harness.reference() < 5
    assert "核" in harness.machine()


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Registry[Benchmark]:
    registry: Registry[Benchmark] = Registry("性能测试")
    monkeypatch.setattr(harness, "BENCHMARKS", registry)
    monkeypatch.setattr(harness, "load_all", lambda: None)
    return registry


@pytest.mark.parametrize(("limit", "code", "sign"), [(5.0, 0, "✓"), (0.0, 1, "✗ 超出")])
def test_the_command_prints_figures_and_fails_over_a_limit(
    benchmarks: Registry[Benchmark], monkeypatch: pytest.MonkeyPatch, limit: float, code: int, sign: str
) -> None:
    monkeypatch.setenv("PLUMBLINE_DATA", "before")
    monkeypatch.setenv("DATABASE_URL", "before")

    def work(run: Run) -> None:
        run.measure("睡", lambda: sum(range(1000)), rounds=3, limit=limit)
        run.figure("内存", 12, unit="MB")

    benchmarks.add("nap", Benchmark("nap", "小睡", work))
    from plumbline.office.cli import app

    result = CliRunner().invoke(app, ["bench", "nap"])
    assert result.exit_code == code, result.output
    assert "机器：" in result.output
    assert "nap：小睡" in result.output
    assert sign in result.output
    assert "内存：12.0 MB" in result.output


def test_every_benchmark_of_the_product_has_a_title() -> None:
    harness.load_all()
    assert all(entry.title for entry in harness.BENCHMARKS)
