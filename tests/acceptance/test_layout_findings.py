"""What is wrong (and what is right) in the published table forms is reported, as their heads say."""

from __future__ import annotations

from pathlib import Path

import pytest

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.reading import read_plan

FOLDER = Path(__file__).parents[3] / "shared" / "acceptance" / "plan" / "layouts"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"没有验收样本目录 {FOLDER.name}")

#: start of the file's name -> (rule, severity, words of the message) for each thing its head names
EXPECTED = {
    "02": [
        ("level-weights", "error", ("70", "20", "10", "110")),
        ("notes-levels", "error", ("产出50、效益30、满意度10、预算执行率10",)),
        ("actual-comparator", "warning", ("≥266米", "≥95%")),
        ("qualitative-target", "note", ("显著提升",)),
        ("level2-empty", "warning", ("经济效益指标",)),
    ],
    "04": [
        ("weights-sum", "confirmed", ("90分", "预算执行10分")),
        ("level1-order", "warning", ("维持时效", "按时发放", "村干部230人")),
        ("unit-misfit", "warning", ("人/年",)),
        ("name-number-unit", "warning", ("230人", "个")),
        ("direction-column", "confirmed", ("正向指标",)),
    ],
    "08": [
        ("execution-rate", "confirmed", ("251.89/251.89", "100%")),
        ("weights-sum", "confirmed", ("90分", "10分", "100分")),
        ("level1-missing", "warning", ("满意度指标",)),
        ("not-filled", "warning", ("2个指标没有完成值", "2个指标没有得分")),
        ("placeholder", "error", ("100字以内",)),
    ],
    "10": [
        ("funds-total", "error", ("900000", "899740", "执行率写0%", "得0分")),
        ("unit-word", "warning", ("百分比",)),
        ("level-sum", "confirmed", ("产出指标50", "效益指标30")),
        ("truncated", "error", ("中断",)),
    ],
    "12": [
        ("stated-share", "confirmed", ("约40%", "39.80%")),
        ("forecast-missing", "warning", ("全年预计执行数空白",)),
        ("level2-empty", "warning", ("质量", "时效")),
        ("checkbox", "warning", ("□ √",)),
    ],
}
#: the errors of each file: there are no others
ERRORS = {
    "02": {"level-weights", "notes-levels", "truncated"},
    "04": set(),
    "08": {"placeholder"},
    "10": {"funds-total", "truncated"},
    "12": set(),
}


def findings(start: str) -> list[Finding]:
    path = next(FOLDER.glob(f"{start}*"))
    return check(read_plan(path.name, path.read_bytes()))


@pytest.mark.parametrize(
    ("start", "rule", "severity", "words"),
    [(start, *expected) for start, rows in EXPECTED.items() for expected in rows],
)
def test_what_the_head_of_a_form_names_is_reported(
    start: str, rule: str, severity: str, words: tuple[str, ...]
) -> None:
    said = [f.message for f in findings(start) if (f.rule, f.severity) == (rule, severity)]
    assert any(all(word in message for word in words) for message in said), said


@pytest.mark.parametrize("start", sorted(ERRORS))
def test_no_other_error_is_reported(start: str) -> None:
    assert {f.rule for f in findings(start) if f.severity == "error"} == ERRORS[start]
