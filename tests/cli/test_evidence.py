"""`plumbline evidence verify`: what it prints, and how it ends."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_without_a_plan_it_ends_with_2_and_says_what_to_do(run: Run) -> None:
    done = run("evidence", "verify", "没有的单位")
    assert (done.returncode, done.stdout) == (2, "")
    assert "没有的单位：没有这样的绩效目标" in done.stderr and "编码" in done.stderr


def test_the_sample_county_verifies(run: Run) -> None:
    assert run("sample", "load").returncode == 0
    several = run("evidence", "verify")
    assert several.returncode == 2 and "有多份" in several.stderr
    done = run("evidence", "verify", "示例县委网信办", "--year", "2026", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["is_sound"] and found["year"] == 2026
    text = run("evidence", "verify", "示例县委网信办", "--year", "2026")
    assert text.returncode == 0 and "全部相符" in text.stdout
