"""Libraries of CISO Assistant, in invented text."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from plumbline.kernel.checklists.branching import asked
from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.checklists.scoring import score
from plumbline.kernel.errors import ChecklistError

LIBRARY = """
urn: urn:test:risk:library:demo
locale: en
ref_id: DEMO
name: Demo
description: A demo
copyright: CC BY 4.0
version: 3
provider: Nobody
packager: us
translations:
  zh: {name: 演示框架}
objects:
  reference_controls:
  - {urn: urn:test:control:c1, ref_id: C1, name: 备份策略}
  framework:
    urn: urn:test:risk:framework:demo
    ref_id: DEMO
    name: Demo
    scores_definition:
    - {score: 1, name: Initial, description: none}
    implementation_groups_definition:
    - {ref_id: B, name: Basic, default_selected: true}
    - {ref_id: X, name: Extra}
    requirement_nodes:
    - {urn: 'urn:test:n:a', assessable: false, depth: 1, ref_id: 1, name: Organisation,
       translations: {zh: {name: 组织}, fr: {name: Organisation}}}
    - urn: urn:test:n:a.1
      parent_urn: urn:test:n:a
      assessable: true
      depth: 2
      ref_id: 1.10
      description: Roles are assigned.
      annotation: Ask.
      typical_evidence: An order.
      implementation_groups: [B]
      reference_controls: ['urn:test:control:c1']
      surprise: new
      questions:
        urn:test:n:a.1:q1:
          type: unique_choice
          text: Policy?
          choices:
          - {urn: 'urn:test:n:a.1:q1:c1', value: Full, add_score: 20, compute_result: compliant}
          - {urn: 'urn:test:n:a.1:q1:c2', value: Half, add_score: 10}
          - {urn: 'urn:test:n:a.1:q1:c3', value: N/A, compute_result: not_applicable,
             select_implementation_groups: [X]}
        urn:test:n:a.1:q2:
          type: multiple_choice
          text: Which?
          depends_on: {question: 'urn:test:n:a.1:q1', answers: ['urn:test:n:a.1:q1:c1'], condition: any}
          choices:
          - {urn: 'urn:test:n:a.1:q2:c1', value: MFA}
          - {urn: 'urn:test:n:a.1:q2:c2', value: RBAC}
        urn:test:n:a.1:q3:
          type: number
          text: How many?
          depends_on:
            question: urn:test:n:a.1:q2
            answers: ['urn:test:n:a.1:q2:c2', 'urn:test:n:a.1:q2:c1']
            condition: all
        urn:test:n:a.1:q4:
          type: date
          text: When?
          depends_on: {question: 'urn:test:nowhere', answers: [x]}
    - {urn: 'urn:test:n:a.2', parent_urn: 'urn:test:n:a', assessable: true, depth: 2, ref_id: '1.2',
       name: Extra, implementation_groups: [X]}
    - {urn: 'urn:test:n:lost', parent_urn: 'urn:test:n:gone', assessable: true, depth: 2, name: Lost}
"""


def read(text: str = LIBRARY, name: str = "demo.yaml"):
    return read_checklist(name, text.encode())


def by_key(draft) -> dict:
    return {item.key: item for item in draft.items}


def test_every_requirement_and_question_is_read_where_it_belongs():
    draft = read()
    assert (draft.title, draft.edition, draft.licence) == ("演示框架", "3", "CC BY 4.0")
    assert [(i.key, i.depth, i.answer) for i in draft.items] == [
        ("1", 0, ""),
        ("1.10", 1, "conformity"),
        ("1.10-q1", 2, "choice"),
        ("1.10-q2", 2, ""),
        ("1.10-q2.1", 3, "yes_no"),
        ("1.10-q2.2", 3, "yes_no"),
        ("1.10-q3", 2, "number"),
        ("1.10-q4", 2, "text"),
        ("1.2", 1, "conformity"),
        ("lost", 0, "conformity"),
    ]
    assert draft.is_usable


def test_texts_come_in_chinese_where_the_file_has_it():
    item = by_key(read())["1.10"]
    assert by_key(read())["1"].title == "组织"
    assert item.title == "Roles are assigned."
    assert "Ask." in item.guidance and "Basic" in item.guidance and "C1 备份策略" in item.guidance
    assert (item.basis, item.evidence) == ("1.10", "An order.")


def test_scores_of_choices_become_points():
    question = by_key(read())["1.10-q1"]
    assert question.points == Decimal(20)
    assert [choice[1:] for choice in question.choices] == [("Full", "1"), ("Half", "0.5"), ("N/A", None)]
    result = score([question], {"1.10-q1": "2"})
    assert (result.reached, result.reachable) == (Decimal(10), Decimal(20))


def test_dependencies_become_conditions():
    draft = read()
    items = draft.items
    assert "1.10-q2.1" not in asked(items, {})
    assert "1.10-q2.1" in asked(items, {"1.10-q1": "1"})
    both = {"1.10-q1": "1", "1.10-q2.1": "yes", "1.10-q2.2": "yes"}
    assert "1.10-q3" in asked(items, both)
    assert "1.10-q3" not in asked(items, both | {"1.10-q2.2": "no"})
    assert "1.10-q4" in asked(items, {})
    assert "1.2" in asked(items, {"1.10-q1": "3"})
    assert "1.2" not in asked(items, {"1.10-q1": "1"})


def test_what_was_left_out_is_told():
    notes = "\n".join(read().notes)
    for word in ("surprise", "fr 译文", "上级不在文件中", "不存在的问题", "拆成了", "发布者：Nobody"):
        assert word in notes
    assert "成熟度等级" in read().description


def test_an_older_shape_and_json_are_read_too():
    node = {"urn": "u:1", "assessable": "true", "name": "One", "ref_id": "A"}
    single = {"ref_id": "O", "name": "Old", "object": {"framework": {"requirement_nodes": [node]}}}
    assert [i.key for i in read(json.dumps(single), "old.json").questions] == ["A"]
    several = {"objects": {"frameworks": [{"ref_id": f"F{n}", "requirement_nodes": [node]} for n in (1, 2)]}}
    draft = read(json.dumps({"name": "两个", **several}), "two.yaml")
    assert [(i.key, i.depth) for i in draft.items] == [("F1", 0), ("A", 1), ("F2", 0), ("A~2", 1)]


def test_parents_in_a_circle_lose_nothing():
    nodes = [
        {"urn": f"u:{n}", "parent_urn": f"u:{3 - n}", "assessable": True, "name": str(n)} for n in (1, 2)
    ]
    draft = read(json.dumps({"name": "圈", "objects": {"framework": {"requirement_nodes": nodes}}}), "c.json")
    assert [i.title for i in draft.questions] == ["1", "2"]
    assert "循环" in "".join(draft.notes)


def test_conditions_in_a_circle_are_left_out_and_told():
    def question(urn: str, other: str) -> dict:
        choices = [{"urn": f"{urn}c", "value": "x"}, {"value": "y"}]
        depends = {"question": other, "answers": [f"{other}c"]}
        return {"type": "unique_choice", "text": urn, "choices": choices, "depends_on": depends}

    questions = {"q1": question("q1", "q2"), "q2": question("q2", "q1")}
    node = {"urn": "u:1", "assessable": True, "name": "n", "questions": questions}
    draft = read(
        json.dumps({"name": "圈", "objects": {"framework": {"requirement_nodes": [node]}}}), "c.json"
    )
    assert draft.is_usable
    assert "循环" in "".join(draft.notes)


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ("{requirement_mapping_set: {urn: u}}", "对应关系"),
        ("{risk_matrix: [{urn: u}]}", "风险矩阵"),
        ("{framework: {name: empty, requirement_nodes: []}}", "没有找到检查要求"),
    ],
)
def test_a_library_without_requirements_says_what_it_is(objects, words):
    with pytest.raises(ChecklistError, match=words) as caught:
        read(f"name: x\nobjects: {objects}\n", "x.yaml")
    assert caught.value.advice


CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 400))
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS + "objects: *a39\n", "过于庞大"),
        ("objects: &a [*a]\n", "引用自身"),
        ("objects: " + "[" * 5000 + "]" * 5000, "层次超过"),
        (
            "a0: &a0 [x]\n"
            + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 400))
            + "objects: *a399\n",
            "层次超过",
        ),
        ("objects: !!python/object/apply:os.system ['true']\n", "没有找到检查要求"),
        ("objects: {a: b\n", "格式有误"),
        ("objects:\n- x\n", "没有找到检查要求"),
        ("- objects:\n", "不是可识别的检查表"),
    ],
    ids=["laughs", "self", "deep", "chain", "tag", "broken", "list", "top"],
)
def test_dangerous_and_broken_yaml_is_refused(text, words):
    with pytest.raises(ChecklistError, match=words):
        read(text)


def test_deep_json_is_refused():
    with pytest.raises(ChecklistError, match="层次超过"):
        read('{"objects":' + "[" * 100_000 + "]" * 100_000 + "}", "x.json")
