"""OSCAL catalogs, in invented text."""

from __future__ import annotations

import json

import pytest
import yaml

from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.errors import ChecklistError

PROSE = "发给 {{ insert: param, ac-1_prm_1 }}，{{ac-1_prm_2}}，{{ insert: param, nowhere }}"
CATALOG = {
    "catalog": {
        "uuid": "0",
        "metadata": {
            "title": "演示目录",
            "version": "1.1",
            "remarks": "说明",
            "parties": [{"name": "x"}],
        },
        "params": [{"id": "g_1", "values": ["三十天"]}],
        "groups": [
            {
                "id": "ac",
                "title": "访问控制",
                "props": [{"name": "label", "value": "AC"}],
                "parts": [{"name": "overview", "prose": "本组的概述"}],
                "controls": [
                    {
                        "id": "ac-1",
                        "title": "制度",
                        "props": [
                            {"name": "label", "value": "AC-01", "class": "zero-padded"},
                            {"name": "label", "value": "AC-1"},
                        ],
                        "params": [
                            {"id": "ac-1_prm_1", "label": "人员"},
                            {
                                "id": "ac-1_prm_2",
                                "select": {
                                    "how-many": "one-or-more",
                                    "choice": ["每 {{ insert: param, ac-1_prm_3 }}", "从不"],
                                },
                            },
                            {"id": "ac-1_prm_3", "label": "周期"},
                        ],
                        "links": [{"href": "#r1", "rel": "reference"}, {"href": "#ac-2", "rel": "related"}],
                        "parts": [
                            {
                                "name": "statement",
                                "parts": [
                                    {
                                        "name": "item",
                                        "props": [{"name": "label", "value": "a."}],
                                        "prose": PROSE,
                                    }
                                ],
                            },
                            {"name": "guidance", "prose": "在 {{ insert: param, g_1 }} 内"},
                            {"name": "assessment-objective", "prose": "确认已发布"},
                            {
                                "name": "assessment-method",
                                "props": [{"name": "method", "value": "EXAMINE"}],
                                "parts": [{"name": "assessment-objects", "prose": "制度文本"}],
                            },
                            {"name": "novelty", "prose": "新内容"},
                        ],
                        "controls": [
                            {"id": "ac-1.1", "title": "增强", "parts": []},
                            {
                                "id": "ac-1.2",
                                "title": "旧项",
                                "props": [{"name": "status", "value": "withdrawn"}],
                            },
                        ],
                    }
                ],
                "groups": [{"id": "ac.x", "title": "内层", "controls": [{"id": "ac-9", "title": "内层项"}]}],
            }
        ],
        "controls": [{"id": "z-1", "title": "组外", "invented": 1}],
        "back-matter": {"resources": [{"uuid": "r1", "citation": {"text": "某标准"}}]},
    }
}


def read(tree: object = CATALOG, name: str = "c.json"):
    return read_checklist(name, json.dumps(tree, ensure_ascii=False).encode())


def test_groups_and_controls_are_read_where_they_belong():
    draft = read()
    assert (draft.title, draft.edition, draft.description) == ("演示目录", "1.1", "说明")
    assert [(i.key, i.depth, i.answer, i.title) for i in draft.items] == [
        ("z-1", 0, "conformity", "z-1 组外"),
        ("ac", 0, "", "AC 访问控制"),
        ("ac-1", 1, "conformity", "AC-1 制度"),
        ("ac-1.1", 2, "conformity", "ac-1.1 增强"),
        ("ac.x", 1, "", "内层"),
        ("ac-9", 2, "conformity", "ac-9 内层项"),
    ]


def test_parameters_stand_in_the_text():
    item = next(i for i in read().items if i.key == "ac-1")
    assert "a. 发给 [人员]，[选择一项或多项：每 [周期]；从不]，[nowhere]" in item.guidance
    assert "在 三十天 内" in item.guidance
    assert "{{" not in item.guidance


def test_every_part_has_its_place():
    item = next(i for i in read().items if i.key == "ac-1")
    assert "【评估目标】" in item.guidance and "【novelty】\n新内容" in item.guidance
    assert "相关控制项：ac-2" in item.guidance
    assert item.evidence == "【评估方法 EXAMINE】\n制度文本"
    assert item.basis == "演示目录 AC-1\n某标准"


def test_what_was_left_out_is_told():
    notes = "\n".join(read().notes)
    for word in ("已撤销的控制项没有导入：ac-1.2", "1 个参数", "invented", "parties"):
        assert word in notes


def test_yaml_is_read_as_json_is():
    text = yaml.safe_dump(CATALOG, allow_unicode=True)
    assert read_checklist("c.yaml", text.encode()).items == read().items


def test_parameters_that_insert_each_other_end():
    tree = json.loads(json.dumps(CATALOG))
    tree["catalog"]["params"] = [
        {"id": "p", "values": ["{{ insert: param, q }}"]},
        {"id": "q", "values": ["{{ insert: param, p }} {{ insert: param, p }}"]},
    ]
    tree["catalog"]["controls"][0]["title"] = "{{ insert: param, p }}"
    assert len(read(tree).items[0].title) < 2000


@pytest.mark.parametrize(
    ("tree", "words", "advice"),
    [
        ({"profile": {"imports": []}}, "基线", "resolved"),
        ({"component-definition": {}}, "组件定义", "catalog"),
        ({"catalog": []}, "没有找到", "catalog"),
    ],
)
def test_another_document_than_a_catalog_says_what_it_is(tree, words, advice):
    with pytest.raises(ChecklistError, match=words) as caught:
        read(tree)
    assert advice in caught.value.advice


def test_parameters_that_insert_each_other_tenfold_are_refused() -> None:
    params = [{"id": f"p{n}", "values": [f"{{{{ insert: param, p{n + 1} }}}} " * 30]} for n in range(6)]
    params.append({"id": "p6", "values": ["x" * 100]})
    control = {"id": "a-1", "title": "{{ insert: param, p0 }}"}
    catalog = {"catalog": {"metadata": {"title": "x"}, "params": params, "controls": [control]}}
    with pytest.raises(ChecklistError, match="展开后过大") as refused:
        read_checklist("a.json", json.dumps(catalog).encode())
    assert refused.value.advice


def test_a_file_of_a_million_small_entries_is_refused_before_it_is_built() -> None:
    content = b'{"catalog": {"controls": [' + b"{}," * 500_000 + b"{}]}}"
    with pytest.raises(ChecklistError, match="过于庞大"):
        read_checklist("a.json", content)
