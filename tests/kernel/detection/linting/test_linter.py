"""Each remark of the linter, once where it belongs and never on a good rule."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.linting.linter import lint
from plumbline.kernel.detection.packs.archives import rule_files
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import RuleFile

TODAY = date(2026, 11, 24)
GOOD: dict[str, Any] = {
    "title": "可疑的下载",
    "id": "11111111-1111-4111-8111-111111111111",
    "status": "experimental",
    "description": "发现用系统工具下载文件",
    "date": date(2026, 11, 1),
    "tags": ["attack.command-and-control", "attack.t1105"],
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"selection": {"CommandLine|contains": "urlcache"}, "condition": "selection"},
    "falsepositives": ["管理员下载文件"],
    "level": "high",
}


def files(*rules: dict[str, Any]) -> list[RuleFile]:
    return [
        RuleFile(f"{n}.yml", yaml.safe_dump(rule, allow_unicode=True).encode())
        for n, rule in enumerate(rules)
    ]


def codes(*rules: dict[str, Any], **more: Any) -> set[str]:
    return {issue.code for issue in lint(files(*rules), today=TODAY, **more)}


def with_detection(selection: Any, condition: str = "selection") -> dict[str, Any]:
    return {**GOOD, "detection": {"selection": selection, "condition": condition}}


def test_a_good_rule_gets_no_remark() -> None:
    assert lint(files(GOOD), today=TODAY) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": None}, "id-missing"),
        ({"id": "x"}, "id-form"),
        ({"level": None}, "level-missing"),
        ({"level": "urgent"}, "level-unknown"),
        ({"status": None}, "status-missing"),
        ({"status": "good"}, "status-unknown"),
        ({"description": ""}, "description-missing"),
        ({"falsepositives": None}, "falsepositives-missing"),
        ({"title": "长" * 120}, "title-long"),
        ({"date": "yesterday"}, "date-form"),
        ({"tags": "attack.t1105"}, "tags-form"),
        ({"tags": ["attack.t1105", "attack.t1105"]}, "tag-twice"),
        ({"tags": ["execution"]}, "tag-form"),
        ({"tags": ["attack.t11"]}, "attack-form"),
        ({"tags": ["attack.magic"]}, "attack-form"),
        ({"tags": ["attack.lateral_movement"]}, "attack-form"),
        ({"tags": ["attack.t9999"]}, "attack-unknown"),
        ({"logsource": {"product": "toaster"}}, "logsource-unknown"),
        ({"detection": {"s": {"Image": "curl"}, "t": {"a": "b"}, "condition": "s"}}, "dangling-detection"),
    ],
)  # fmt: skip
def test_what_a_rule_says_of_itself(change: dict[str, Any], code: str) -> None:
    assert code in codes({name: value for name, value in {**GOOD, **change}.items() if value is not None})


@pytest.mark.parametrize(
    ("selection", "condition", "code"),
    [
        ({"CommandLine|contains": "ab"}, "selection", "too-broad"),
        ({"CommandLine": "*"}, "selection", "too-broad"),
        ({"CommandLine|exists": True}, "selection", "too-broad"),
        ({"CommandLine": "urlcache"}, "not selection", "matches-everything"),
        ({"CommandLine|re": ".*urlcache.*"}, "selection", "regex-plain"),
        ({"CommandLine|re": ".*url(cache|x)"}, "selection", "regex-padded"),
        ({"CommandLine|contains": "*urlcache*"}, "selection", "wildcard-redundant"),
        ({"CommandLine|startswith": "urlcache*"}, "selection", "wildcard-redundant"),
        ({"CommandLine": "url**cache"}, "selection", "wildcard-double"),
        ({"CommandLine": "*urlcache*"}, "selection", "wildcard-contains"),
        ({"CommandLine|all": ["urlcache", "split"]}, "selection", "all-without-contains"),
        ({"EventID": "4688"}, "selection", "number-as-text"),
        ({"CommandLine|contains": "url\\*cache"}, "selection", "escaped-wildcard"),
        ({"CommandLine|contains": "url\tcache"}, "selection", "control-character"),
        ({"CommandLine|contains|expand": "%x%"}, "selection", "placeholder"),
        ({"CommandLine|re": "(?=a)b"}, "selection", "unsupported"),
    ],
)
def test_what_a_rule_matches(selection: Any, condition: str, code: str) -> None:
    assert code in codes(with_detection(selection, condition))


@pytest.mark.parametrize(
    "selection",
    [
        {"CommandLine|contains": "审计"},
        {"CommandLine|re": r"url.cache"},
        {"CommandLine|contains|all": ["url", "-f"]},
        {"Image|endswith": "\\a.exe", "CommandLine|contains": "-f"},
        {"CommandLine": "url*cache"},
    ],
)
def test_what_is_narrow_enough_is_left_in_peace(selection: Any) -> None:
    assert codes(with_detection(selection)) == set()


def test_ids_that_come_twice_are_told() -> None:
    assert "duplicate" in codes(GOOD, {**GOOD, "title": "another"})


def test_fields_are_known_from_other_rules_of_the_log_source() -> None:
    others = read(files(*({**GOOD, "id": f"11111111-1111-4111-8111-{n:012}"} for n in range(12))))
    (issue,) = lint(files(with_detection({"ComandLine|contains": "urlcache"})), today=TODAY, others=others)
    assert issue.code == "field-unknown" and "CommandLine" in issue.advice
    assert codes(with_detection({"commandline|contains": "urlcache"}), others=others) == set()


EXEMPT: dict[str, Any] = {
    "title": "例外",
    "id": "22222222-2222-4222-8222-222222222222",
    "logsource": {"product": "windows"},
    "filter": {"rules": [GOOD["id"]], "known": {"User": "backup"}, "condition": "not known"},
    "owner": "王敏",
    "expires": date(2026, 12, 31),
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"owner": None}, "exception-owner"),
        ({"expires": None}, "exception-endless"),
        ({"expires": date(2026, 1, 1)}, "exception-expired"),
        ({"expires": datetime(2026, 1, 1, 8)}, "exception-expired"),
        ({"expires": "some day"}, "exception-day"),
        (
            {"filter": {**EXEMPT["filter"], "rules": ["33333333-3333-4333-8333-333333333333"]}},
            "exception-rule",
        ),
    ],
)
def test_exceptions_say_who_and_until_when(change: dict[str, Any], code: str) -> None:
    changed = {name: value for name, value in {**EXEMPT, **change}.items() if value is not None}
    assert code in codes(GOOD, changed, others=read(files(GOOD)))
    assert codes(GOOD, EXEMPT, others=read(files(GOOD))) == set()


def test_every_remark_is_a_sentence_that_says_what_to_do() -> None:
    issues = lint(files({"title": "x", "detection": {"s": {"a|re": "(?=a)"}, "condition": "s"}}), today=TODAY)
    assert issues
    for issue in issues:
        assert issue.what and issue.sentence.endswith("。")


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "id", "level", "tags", "logsource", "detection", "filter", "expires", "correlation"]
        ),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.text("a*%|\\ (", max_size=5), st.dates()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from(["s", "condition", "a|re", "b|contains", "product"]), inner, max_size=3
                ),
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_a_rule_is_the_linter_ends(rule: dict[str, Any]) -> None:
    for issue in lint(files(rule), today=TODAY):
        assert issue.severity in ("error", "warning", "hint")


def test_sigmahq_has_few_errors(acceptance: Path) -> None:
    found = rule_files(acceptance / "sigma" / "sigmahq-rules.tar.gz").files
    some = [file for file in found if "windows/builtin/" in file.name or "rules/linux/" in file.name]
    assert len(some) > 400
    errors = [issue for issue in lint(some, today=TODAY) if issue.severity == "error"]
    assert {issue.code for issue in errors} <= {"placeholder"}, errors[:5]
