"""The registry of rules, the order and the printing of findings, robustness and speed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.plans import checking, checks
from plumbline.kernel.plans.finding import SEVERITIES
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.checks.build import BENEFIT, SATISFACTION, Plan, row, told

HERE = Path(__file__).parent
FLAWLESS = HERE.parent / "flawless.txt"
PAGE = HERE.parents[3] / "docs" / "rules.md"


def test_every_rule_says_what_why_and_how_to_mend() -> None:
    for rule in checking.rules():
        assert rule.id and rule.title and rule.why and rule.mend, rule.id
        assert rule.check.__doc__, rule.id
        assert rule.severity in SEVERITIES


def test_a_file_holds_the_rules_of_one_id() -> None:
    where: dict[str, set[str]] = {}
    for rule in checking.rules():
        where.setdefault(rule.check.__module__, set()).add(rule.id)
    assert {module: ids for module, ids in where.items() if len(ids) > 1} == {}
    assert all(module.startswith(checks.__name__) for module in where)


def test_the_page_of_rules_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == checking.rules_page(), "regenerate docs/rules.md"


def test_a_flawless_plan_yields_nothing_but_confirmations() -> None:
    document = read_plan(FLAWLESS.name, FLAWLESS.read_bytes())
    findings = checking.check(document)
    assert [f for f in findings if f.severity != "confirmed"] == []
    assert {f.rule for f in findings} >= {
        "amount-equal",
        "amount-sum",
        "amount-total",
        "breakdown-sum",
        "code",
        "declared-count",
        "declared-l1",
        "direction",
        "fund-split",
        "plan-equal",
        "text-table-amount",
        "weights-sum",
    }


def test_findings_come_errors_first_and_then_by_line() -> None:
    plan, _ = told(row("次数", ">=5"), row("合格率", "≤5%", "质量"), declared_count=2, budget="80")
    findings = checking.check(plan.document())
    keys = [(SEVERITIES.index(f.severity), f.lines) for f in findings]
    assert keys == sorted(keys)
    assert {f.severity for f in findings} >= {"error", "warning", "confirmed"}


def test_a_finding_carries_advice_and_places() -> None:
    plan, number = told(row("次数", ">=5"), row("人数", ">=5人"))
    (finding,) = plan.found("unit-missing")
    assert finding.advice == "补上单位。"
    assert finding.where == (f"第{number}行",)
    assert all(f.advice == "" for f in checking.check(plan.document()) if f.severity == "confirmed")


def test_the_json_form_has_lines_for_text_and_places_for_the_rest() -> None:
    plan, number = told(row("次数", ">=5"))
    document = plan.document()
    data = checking.check_json(checking.check(document), document.source)
    assert set(data) == {"findings"}
    found = next(f for f in data["findings"] if f["rule"] == "unit-missing")
    assert set(found) == {"rule", "severity", "lines", "message", "advice"}
    assert found["lines"] == [number]


def test_the_printed_form_groups_by_severity_and_quotes_the_lines() -> None:
    plan, _ = told(row("次数", ">=5"), raw="“网络安全检查”项目的一段文字")
    document = plan.document()
    text = checking.check_text(checking.check(document), document.source)
    assert text.index("警告（") > 0
    assert "[unit-missing]" in text
    assert "第1行：“网络安全检查”项目的一段文字" in text


def test_of_a_long_line_the_stretch_that_is_meant_is_quoted() -> None:
    raw = (
        "“网络安全检查”项目"
        + "年初预算若干，" * 30
        + "产出指标-质量指标-合格率，指标值≤5%；其他"
        + "指标若干，" * 30
    )
    plan, _ = told(row("合格率", "≤5%", "质量"), raw=raw)
    document = plan.document()
    text = checking.check_text(plan.found("direction"), document.source)
    assert "产出指标-质量指标-合格率，指标值≤5%" in text
    assert max(map(len, text.splitlines())) < 120


_WORDS = st.sampled_from(
    [
        "产出指标",
        "数量指标",
        "≥98%",
        "达到上级要求",
        "不发生事故",
        "（",
        ")",
        "12万元",
        "100",
        "单位：元",
        "满意度",
        "〔2016〕5号",
    ]
)
_TEXT = st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=6).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), max_size=5), st.integers(2000, 2050) | st.none(), _TEXT
)
def test_no_document_makes_a_rule_fail(
    rows: list[tuple[str, str, str, str]], year: int | None, text: str
) -> None:
    plan = Plan(year=year, form="自评表")
    built = [row(a or None, b, c, description=d or None, basis=d or None) for a, b, c, d in rows]
    plan.line(text)
    plan.text(text, *built, raw=text, basis=text)
    plan.table(text, *built, code=text or None, use=text, goal=text, title=text)
    assert isinstance(checking.check(plan.document()), list)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_damage_to_a_real_looking_plan_makes_a_rule_fail(data: st.DataObject) -> None:
    lines = FLAWLESS.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 6))):
        index = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "cut", "replace", "end"]))
        if kind == "drop":
            del lines[index]
        elif kind == "double":
            lines.insert(index, lines[index])
        elif kind == "cut":
            lines[index] = lines[index][: len(lines[index]) // 2]
        elif kind == "replace":
            lines[index] = data.draw(_TEXT)
        elif index > 10:
            del lines[index:]
        if not lines:
            return
    try:
        document = read_plan("示例.txt", "\n".join(lines).encode())
    except PlumblineError:
        return
    assert isinstance(checking.check(document), list)


def _large(projects: int) -> Plan:
    plan = Plan()
    for n in range(projects):
        rows = [
            row(f"检查单位数量{n}", "≥60家"),
            row(f"高危漏洞整改率{n}", "≥95%", "质量"),
            row("全部检查完成时间", "2024年11月30日前", "时效"),
            row("事件发生率", "≤2%", "社会效益", level1=BENEFIT),
            row("受检单位满意度", "≥95%", "服务对象满意度", level1=SATISFACTION),
        ]
        plan.text(f"项目{n}", *rows, budget="80000", plan=("25%", "50%", "84%", "100%"))
        plan.table(f"项目{n}", *rows, budget="80000", code=f"13099924P00{n:010d}", use="检查8万元")
    return plan


@pytest.mark.parametrize(("projects", "seconds"), [(1000, 5.0)])
def test_a_thousand_projects_are_checked_in_seconds(projects: int, seconds: float) -> None:
    document = _large(projects).document()
    checking.rules()
    begin = time.process_time()
    checking.check(document)
    assert time.process_time() - begin < seconds
