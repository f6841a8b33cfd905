"""The published county document: every expected finding, and no other."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.kernel.plans import checking
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.reading import read_plan

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "acceptance" / "plan"
TEXT, EXPECTED = FOLDER / "yutian-2023.txt", FOLDER / "yutian-2023.expected.yaml"
LAYOUTS = FOLDER / "layouts"
SEVERITY = {"confirm": "confirmed", "error": "error", "warn": "warning", "info": "note"}

pytestmark = pytest.mark.skipif(not EXPECTED.exists(), reason="../shared/acceptance is not on this machine")

Key = tuple[str, str, tuple[int, ...]]


@pytest.fixture(scope="module")
def document() -> PlanDocument:
    return read_plan(TEXT.name, TEXT.read_bytes())


@pytest.fixture(scope="module")
def expected() -> dict[Key, dict[str, Any]]:
    entries = yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["findings"]
    return {(e["rule"], SEVERITY[e["severity"]], tuple(sorted(e["lines"]))): e for e in entries}


def _keys(findings: list[Finding]) -> dict[Key, Finding]:
    return {(f.rule, f.severity, f.lines): f for f in findings}


def test_every_expected_finding_is_made_and_no_other(
    document: PlanDocument, expected: dict[Key, dict[str, Any]]
) -> None:
    findings = checking.check(document)
    made = _keys(findings)
    right = made.keys() & expected.keys()
    recall, precision = len(right) / len(expected), len(right) / len(findings)
    print(f"recall {len(right)}/{len(expected)} = {recall:.3f}")
    print(f"precision {len(right)}/{len(findings)} = {precision:.3f}")
    assert {expected[key]["id"] for key in expected.keys() - made.keys()} == set()
    assert {f"{f.rule} {f.lines} {f.message}" for key, f in made.items() if key not in expected} == set()
    assert (recall, precision, len(expected)) == (1.0, 1.0, 68)


def test_the_trap_is_confirmed_and_not_reported(document: PlanDocument) -> None:
    about = [f for f in checking.check(document) if {126, 128} & set(f.lines)]
    assert ("direction", "confirmed", (126, 128)) in {(f.rule, f.severity, f.lines) for f in about}
    assert [f for f in about if f.severity == "error"] == []


def test_the_same_document_in_other_encodings_and_line_ends_gives_the_same_findings(
    document: PlanDocument,
) -> None:
    text = TEXT.read_text(encoding="utf-8")
    for data in (
        text.encode("gb18030"),
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode("utf-8-sig"),
    ):
        again = read_plan(TEXT.name, data)
        assert _keys(checking.check(again)).keys() == _keys(checking.check(document)).keys()


def test_the_findings_are_printed_with_their_lines(document: PlanDocument) -> None:
    text = checking.check_text(checking.check(document), document.source)
    assert "错误（20）" in text and "警告（28）" in text and "提示（5）" in text and "核对无误（15）" in text
    assert "第217行：达到县委市网信办要求" in text


def test_the_document_is_checked_in_a_blink(document: PlanDocument) -> None:
    checking.rules()
    begin = time.process_time()
    checking.check(document)
    assert time.process_time() - begin < 0.15


#: what the heads of the layouts say a checker should report: (rule, severity)
REPORTED = {
    "02": {
        ("level-weights", "error"),
        ("notes-levels", "error"),
        ("actual-comparator", "warning"),
        ("qualitative-target", "note"),
        ("level2-empty", "warning"),
        ("truncated", "error"),
        ("funds-total", "confirmed"),
        ("execution-rate", "confirmed"),
    },
    "04": {
        ("weights-sum", "confirmed"),
        ("level1-order", "warning"),
        ("unit-misfit", "warning"),
        ("name-number-unit", "warning"),
        ("direction-column", "confirmed"),
    },
    "08": {
        ("execution-rate", "confirmed"),
        ("weights-sum", "confirmed"),
        ("level1-missing", "warning"),
        ("not-filled", "warning"),
        ("placeholder", "error"),
    },
    "10": {
        ("funds-total", "error"),
        ("unit-word", "warning"),
        ("level-sum", "confirmed"),
        ("truncated", "error"),
        ("level2-empty", "warning"),
    },
    "12": {
        ("stated-share", "confirmed"),
        ("forecast-missing", "warning"),
        ("level2-empty", "warning"),
        ("checkbox", "warning"),
    },
}


@pytest.mark.parametrize("number", sorted(REPORTED))
def test_a_table_form_is_reported_as_its_head_says(number: str) -> None:
    path = next(LAYOUTS.glob(f"{number}_*.txt"))
    made = {(f.rule, f.severity) for f in checking.check(read_plan(path.name, path.read_bytes()))}
    assert REPORTED[number] - made == set()


@pytest.mark.parametrize("number", sorted(REPORTED))
def test_a_table_form_has_no_error_that_its_head_does_not_name(number: str) -> None:
    path = next(LAYOUTS.glob(f"{number}_*.txt"))
    findings = checking.check(read_plan(path.name, path.read_bytes()))
    errors = {(f.rule, "error") for f in findings if f.severity == "error"}
    assert errors <= REPORTED[number]
