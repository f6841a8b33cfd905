"""Random draws: anybody with the pool and the seed gets the same order."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel.draws import DrawRefused, normal, pool_digest, rank

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
POOL = ["示例县第一中学", "91330000000000001A", "示例县城关镇人民政府"]


def test_the_order_is_the_one_that_was_worked_out_by_hand():
    ranked = rank(POOL, seed="2026001")
    assert [(one.rank, one.key) for one in ranked] == [
        (1, "91330000000000001A"),
        (2, "示例县城关镇人民政府"),
        (3, "示例县第一中学"),
    ]
    assert ranked[0].digest == "9d8aac72c6d17277932a676f529e414f7fa5d20331b67595868f1868d849127d"
    assert ranked[2].digest == hashlib.new("sm3", "2026001|示例县第一中学".encode()).hexdigest()


def test_the_digest_of_the_pool_does_not_depend_on_its_order():
    expected = "c3730829d7b35cc21d32b4cb90b07a68f71b5831ff6ba69f848693c9052842a6"
    assert pool_digest(POOL) == pool_digest(POOL[::-1]) == expected
    assert pool_digest([*POOL, "另一个单位"]) != expected


def test_full_width_and_blanks_make_no_other_candidate():
    assert normal("　ＡＢ１ ") == "AB1"
    with pytest.raises(DrawRefused):
        rank(["ＡＢ１", "AB1"], seed="1")


@pytest.mark.parametrize(
    ("keys", "seed"), [([], "1"), (["甲"], ""), (["甲"], "  "), (["甲"], "9" * 65), (["甲", " "], "1")]
)
def test_what_cannot_be_drawn_fairly_is_refused(keys, seed):
    with pytest.raises(DrawRefused) as refusal:
        rank(keys, seed=seed)
    assert refusal.value.advice


@given(
    st.lists(TEXT.filter(normal), min_size=1, max_size=30, unique_by=normal),
    TEXT.filter(lambda text: 0 < len(normal(text)) <= 64),
    st.randoms(),
)
def test_the_order_of_the_pool_never_matters_and_nobody_is_lost(keys, seed, random):
    first = rank(keys, seed=seed)
    shuffled = keys[:]
    random.shuffle(shuffled)
    assert rank(shuffled, seed=seed) == first
    assert sorted(one.key for one in first) == sorted(normal(key) for key in keys)
    assert [one.rank for one in first] == list(range(1, len(keys) + 1))
