"""Points and branches."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.checklists.branching import asked, circles
from plumbline.kernel.checklists.draft import ItemDraft
from plumbline.kernel.checklists.scoring import item_points, score

D = Decimal


def question(key: str, points: str | None = "2", **more: object) -> ItemDraft:
    more.setdefault("answer", "conformity")
    more.setdefault("depth", 1)
    return ItemDraft(key=key, title=key, points=None if points is None else D(points), **more)


CHOICES = (("all", "全部", "1"), ("some", "部分", "0.5"), ("other", "其他", None))
BOTH = [{"item": "a", "in": ["yes"]}, {"item": "b", "in": ["yes"]}]
BANDS = (("60", "60 以上", "0.6"), ("90", "90 以上", "1"))


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        (question("a"), "yes", D("2.00")),
        (question("a"), "partly", D("1.00")),
        (question("a", "0.25"), "partly", D("0.13")),
        (question("a"), "no", D("0.00")),
        (question("a"), "", None),
        (question("a"), "not_applicable", None),
        (question("a"), "perhaps", None),
        (question("a", None), "yes", None),
        (question("a", answer="yes_no"), "yes", D("2.00")),
        (question("a", answer="yes_no"), "partly", None),
        (question("a", answer="choice", choices=CHOICES), "some", D("1.00")),
        (question("a", answer="choice", choices=CHOICES), "other", None),
        (question("a", answer="number", choices=BANDS), "95.5", D("2.00")),
        (question("a", answer="number", choices=BANDS), "60", D("1.20")),
        (question("a", answer="number", choices=BANDS), "59.99", D("0.00")),
        (question("a", answer="number", choices=BANDS), "NaN", None),
        (question("a", answer="number", choices=BANDS), "1E+999999", None),
        (question("a", answer="number"), "95", None),
        (question("a", answer="text"), "写了", None),
        (question("a", answer=""), "yes", None),
    ],
)
def test_an_answer_brings_its_share_of_the_points(item, value, points):
    assert item_points(item, value) == points


ITEMS = (
    ItemDraft("1", "一", 0),
    question("1.1", "3", answer="yes_no"),
    question("1.2", "2", condition={"item": "1.1", "in": ["yes"]}),
    question("1.3", "1", condition={"item": "1.2", "in": ["no", "partly"]}),
    ItemDraft("2", "二", 0, condition={"item": "1.1", "in": ["yes"]}),
    ItemDraft("2.1", "二（一）", 1),
    question("2.1.1", "4", depth=2),
    question("2.1.2", "1", depth=2, answer="text"),
)


def test_what_is_not_asked_cannot_be_reached():
    answers = {"1.1": "no", "1.2": "no", "1.3": "yes", "2.1.1": "yes"}
    assert asked(ITEMS, answers) == {"1", "1.1"}
    result = score(ITEMS, answers)
    assert (result.reached, result.reachable, result.open) == (D(0), D(3), 0)
    assert [(s.key, s.reachable) for s in result.per_section] == [("1", D(3))]


def test_a_chain_of_conditions_is_followed():
    assert asked(ITEMS, {"1.1": "yes", "1.2": "no"}) == {item.key for item in ITEMS}
    assert "1.3" not in asked(ITEMS, {"1.1": "yes", "1.2": "yes"})
    assert "1.3" not in asked(ITEMS, {"1.1": "yes"})


def test_an_open_answer_is_neither_zero_nor_passed():
    result = score(ITEMS, {"1.1": "yes", "1.2": "not_applicable"})
    assert (result.reached, result.reachable, result.open) == (D(3), D(8), 2)
    assert [(s.key, s.reached, s.reachable, s.open) for s in result.per_section] == [
        ("1", D(3), D(3), 0),
        ("2", D(0), D(5), 2),
        ("2.1", D(0), D(5), 2),
    ]


def test_points_that_a_person_gave_stand_in_for_the_answer():
    answers = {"1.1": "yes", "1.2": "yes", "2.1.1": "yes", "2.1.2": "材料齐全"}
    result = score(ITEMS, answers, given={"2.1.2": D("0.5")})
    assert (result.reached, result.reachable, result.open) == (D("9.5"), D(10), 0)


def test_without_anything_to_reach_there_is_no_ratio():
    result = score([question("1", None, depth=0)], {"1": "yes"})
    assert (result.ratio, result.per_section) == (None, ())


def test_questions_outside_every_section_are_counted_together():
    result = score([question("1", "2", depth=0), question("2", "1", depth=0)], {"1": "yes"})
    assert [(s.key, s.reached, s.reachable, s.open) for s in result.per_section] == [("", D(2), D(3), 1)]


def test_any_and_all_join_conditions():
    items = (
        question("a", depth=0),
        question("b", depth=0),
        question(
            "any", condition={"any": [{"item": "a", "in": ["yes"]}, {"item": "b", "in": ["yes"]}]}, depth=0
        ),
        question(
            "all", condition={"all": [{"item": "a", "in": ["yes"]}, {"item": "b", "in": ["yes"]}]}, depth=0
        ),
    )
    assert asked(items, {"a": "yes", "b": "no"}) == {"a", "b", "any"}
    assert asked(items, {"a": "yes", "b": "yes"}) == {"a", "b", "any", "all"}


def test_a_condition_may_look_at_a_later_item():
    items = (question("1", condition={"item": "2", "in": ["yes"]}), question("2"))
    assert asked(items, {"2": "yes"}) == {"1", "2"}
    assert asked(items, {"2": "no"}) == {"2"}


def test_a_condition_on_nothing_hides_nothing():
    assert asked([question("1", condition={"item": "gone", "in": ["yes"]})], {}) == {"1"}


def test_circles_are_found_and_survived():
    items = (
        question("1", condition={"item": "2", "in": ["yes"]}),
        question("2", condition={"item": "3", "in": ["yes"]}),
        question("3", condition={"item": "1", "in": ["yes"]}),
    )
    assert [set(circle) for circle in circles(items)] == [{"1", "2", "3"}]
    assert asked(items, {"1": "yes", "2": "yes", "3": "yes"}) == {"1", "2", "3"}
    inside = (ItemDraft("1", "一", 0, condition={"item": "1.1", "in": ["yes"]}), question("1.1"))
    assert circles(inside)
    assert not circles(ITEMS)


def test_a_chain_of_ten_thousand_conditions_is_followed():
    items = [question("0", depth=0)] + [
        question(str(n), depth=0, condition={"item": str(n - 1), "in": ["yes"]}) for n in range(10_000, 0, -1)
    ]
    assert not circles(items)
    assert len(asked(items, {str(n): "yes" for n in range(10_001)})) == 10_001
    assert asked(items, {"0": "no"}) == {"0"}


VALUES = st.sampled_from(["yes", "no", "partly", "not_applicable", "", "x"])


@st.composite
def checklists(draw: st.DrawFn) -> list[ItemDraft]:
    count = draw(st.integers(1, 12))
    keys = [str(n) for n in range(count)]
    return [
        question(
            key,
            draw(st.none() | st.decimals(0, 100, places=2).map(str)),
            depth=draw(st.integers(0, 3)),
            answer=draw(st.sampled_from(["", "conformity", "yes_no", "text"])),
            condition=draw(
                st.just({})
                | st.builds(lambda k: {"item": k, "in": ["yes"]}, st.sampled_from([*keys, "gone"]))
            ),
        )
        for key in keys
    ]


@given(checklists(), st.dictionaries(st.sampled_from([str(n) for n in range(12)]), VALUES))
def test_points_never_exceed_what_can_be_reached(items, answers):
    result = score(items, answers)
    assert D(0) <= result.reached <= result.reachable
    for section in result.per_section:
        assert D(0) <= section.reached <= section.reachable <= result.reachable
    outer = [s for s in result.per_section if s.depth == 0]
    assert sum((s.reachable for s in outer), D(0)) <= result.reachable


@given(checklists(), st.dictionaries(st.sampled_from([str(n) for n in range(12)]), VALUES))
def test_answering_what_was_not_asked_changes_nothing(items, answers):
    keys = asked(items, answers)
    if circles(items):
        return
    kept = {key: value for key, value in answers.items() if key in keys}
    assert asked(items, kept) == keys
    assert score(items, kept) == score(items, answers)
