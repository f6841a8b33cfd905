"""Broken files are problems with a reason; the others go on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.compiling import Choice, Settings, compile_rules
from plumbline.kernel.detection.logsources import load_rows
from plumbline.kernel.detection.reading import LARGEST_FILE, read
from plumbline.kernel.detection.rules import RuleFile

GOOD = """\
title: 好规则
id: 7b8f5b06-8a0b-4d26-8f3c-6f4d2f0f7a01
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\\\\a.exe'}
    condition: selection
level: high
tags: [attack.execution, attack.t1059]
"""
SIGMA = b"title: x\nlogsource: {product: a}\n"


def good(**changes: str) -> RuleFile:
    text = GOOD
    for old, new in changes.items():
        text = text.replace(old, new)
    return RuleFile("good.yml", text.encode())


@pytest.mark.parametrize(
    ("content", "kind", "word"),
    [
        (b"\xff\xfe\x00", "unreadable", "UTF-8"),
        (b"title: [", "unreadable", "行"),
        (b"- 1\n- 2\n", "unreadable", "不是一条 Sigma 规则"),
        (SIGMA, "unreadable", "没有 detection"),
        (b"id: x\ndetection: {s: {a: b}, condition: s}\n", "unreadable", "标题"),
        (SIGMA + b"detection: {s: {a: b}}\n", "unsupported", "Sigma 规范"),
        (b"title: x\ndetection: {s: {a: b}, condition: s}\n", "unsupported", "Sigma 规范"),
        (SIGMA + b"detection: {s: {a: b}, condition: t}\n", "unsupported", "条件"),
        (SIGMA + b"detection: {s: {a|re: '(?=a)b'}, condition: s}\n", "unsupported", "正则"),
        (SIGMA + b"detection: {s: {a|re: '(a)\\1'}, condition: s}\n", "unsupported", "正则"),
        (SIGMA + b"detection: {s: {a|no: b}, condition: s}\n", "unsupported", "Sigma 规范"),
        (SIGMA + b"detection: {s: {a|expand: '%p%'}, condition: s}\n", "placeholder", "%p%"),
        (b"a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
         b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\ndetection: [*e,*e]\n",
         "unreadable", "引用"),
        (b"&a [*a]", "unreadable", "不是一条"),
        (b"x: " + b"[" * 3000, "unreadable", "嵌套"),
        (b"title: x\ndetection: " + b"[" * 100_000 + b"]" * 100_000, "unreadable", "嵌套"),
        (b"- " * 100_000, "unreadable", "嵌套"),
        (SIGMA + b"detection: {s: {a|contains: " + b"x" * 20_000 + b"}, condition: s}\n",
         "unsupported", "过长"),
        (SIGMA + b"detection: {s: {a: '" + b"?" * 500 + b"'}, condition: s}\n", "unsupported", "过长"),
        (SIGMA + b"detection: {s: {a: '" + b"x*" * 300 + b"'}, condition: s}\n", "unsupported", "通配符"),
        (SIGMA + b"detection: {s: ['" + b"x" * 20_000 + b"'], condition: s}\n", "unsupported", "过长"),
        (SIGMA + b"detection: {s: {a|re: 5}, condition: s}\n", "unsupported", "写法"),
        (SIGMA + b"detection: {s: {a: b}, condition: " + b"not " * 500 + b"s}\n", "unsupported", "条件"),
        (b"#" * (LARGEST_FILE + 1), "unreadable", "超过"),
        (SIGMA + b"detection: {s: {a: !!int ''}, condition: s}\n", "unreadable", "YAML"),
        (SIGMA + b"detection: {s: {a: !!timestamp x}, condition: s}\n", "unreadable", "YAML"),
        (SIGMA + b"detection: {s: {a: b}, condition: true}\n", "unsupported", "条件"),
        (b"title: x\ncorrelation: {type: event_count}\n1: a\n", "unreadable", "关联规则"),
        (b"title: x\ncorrelation: {type: 99999999999999999999}\n", "unreadable", "关联规则"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why_and_the_rest_goes_on(content: bytes, kind: str, word: str) -> None:
    compiled = compile_rules(read([RuleFile("bad.yml", content), good()]))
    assert [info.title for info in compiled.rules] == ["好规则"]
    (problem,) = compiled.problems
    assert (problem.file, problem.kind) == ("bad.yml", kind)
    assert word in problem.why


def test_of_two_rules_with_one_id_the_first_counts() -> None:
    compiled = compile_rules(read([good(), RuleFile("again.yml", good().content)]))
    assert len(compiled.rules) == 1
    assert (compiled.problems[0].kind, "good.yml" in compiled.problems[0].why) == ("duplicate", True)


def test_a_file_may_hold_several_documents_and_a_byte_order_mark() -> None:
    both = b"\xef\xbb\xbf" + good().content + b"---\n" + good().content.replace(b"7a01", b"7a02")
    assert len(compile_rules(read([RuleFile("two.yml", both)])).rules) == 2


@pytest.mark.parametrize(
    ("choice", "runs"),
    [
        (Choice(least="critical"), False),
        (Choice(least="high"), True),
        (Choice(tags=("attack.t1059",)), True),
        (Choice(tags=("attack.",)), True),
        (Choice(tags=("attack.t1",)), False),
        (Choice(products=("linux",)), False),
        (Choice(categories=("process_creation",)), True),
        (Choice(off=frozenset(["7b8f5b06-8a0b-4d26-8f3c-6f4d2f0f7a01"])), False),
    ],
)
def test_a_rule_that_is_not_chosen_is_listed_with_the_reason(choice: Choice, runs: bool) -> None:
    compiled = compile_rules(read([good()]), Settings(rows=load_rows(), choice=choice))
    assert (len(compiled.rules) == 1) is runs
    assert [problem.kind for problem in compiled.problems] == ([] if runs else ["disabled"])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes_stop_nothing(content: bytes) -> None:
    assert len(compile_rules(read([RuleFile("x.yml", content), good()])).rules) >= 1


_yaml = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["title", "logsource", "detection", "condition", "s", "a|re", "a|cidr", "a|lt", "a|all"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_yaml, _yaml, _yaml)
def test_arbitrary_yaml_stops_nothing(logsource: object, detection: object, level: object) -> None:
    import yaml

    data = {"title": "x", "logsource": logsource, "detection": detection, "level": level, "tags": level}
    content = yaml.safe_dump(data).encode("utf-8", "surrogatepass")
    assert len(compile_rules(read([RuleFile("x.yml", content), good()])).rules) >= 1


def test_an_exception_that_cannot_be_used_is_told_once_and_stops_no_rule() -> None:
    exception = """\
title: 例外
logsource: {product: windows, category: process_creation}
filter:
    rules: any
    known: {Computer|re: '(?=a)b'}
    condition: not known
"""
    other = good(**{"7f8": "7f8"}).content.replace(b"7a01", b"7a02").replace("好规则".encode(), b"other")
    files = [good(), RuleFile("other.yml", other), RuleFile("e.yml", exception.encode())]
    compiled = compile_rules(read(files))
    assert [info.title for info in compiled.rules] == ["好规则", "other"]
    assert [(one.title, one.kind) for one in compiled.problems] in (
        [("例外", "unsupported")],
        [("例外", "unreadable")],
    )


def test_a_long_value_that_is_only_looked_up_is_no_problem() -> None:
    compiled = compile_rules(read([good(**{"\\\\a.exe": "x" * 20_000, "|endswith": ""})]))
    assert len(compiled.rules) == 1 and not compiled.problems
