"""The correlator and the oracle agree, whatever correlations and detections are, however they come."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plumbline.kernel.detection.correlating import Alert, Correlator, Detection, Limits
from tests.kernel.detection.correlating.oracle import alerts_of
from tests.kernel.detection.correlating.samples import linked

RULES = ["a", "b", "c"]
spans = st.integers(1, 12).map(lambda n: f"{n}s")
groupings = st.sampled_from([[], ["User"], ["User"], ["User", "Host"], ["Who"]])
bounds = st.one_of(
    st.tuples(st.sampled_from(["gte", "gt", "gte", "lt", "lte", "eq", "neq"]), st.integers(0, 4)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    st.just({"gt": 1, "lte": 3}),
    st.just({"gte": 2, "gt": 2}),
)
CONDITIONS = [
    "a and b", "a or b and c", "a and not b", "a and b and not c", "not (b or c) and a",
    "(a or b) and (b or c)", "a and not b or c and not a", "c and a and b",
]  # fmt: skip


@st.composite
def sections(draw: st.DrawFn, below: list[str]) -> dict[str, Any]:
    """The `correlation` of a document, over rules and the correlations `below`."""
    known = RULES + below
    kind = draw(
        st.sampled_from(
            ["event_count", "value_count", "value_sum", "value_avg", "value_percentile", "value_median"]
            + ["temporal", "temporal_ordered", "extended", "extended_ordered"] * 2
        )
    )
    section: dict[str, Any] = {"timespan": draw(spans), "group-by": draw(groupings)}
    if section["group-by"] == ["Who"]:
        section["aliases"] = {"Who": {"a": "User", "b": "Host"}}
    if draw(st.booleans()):
        section["generate"] = True
    if kind.startswith("extended"):
        names = dict(zip(RULES, draw(st.permutations(known))[:3], strict=True))
        text = draw(st.sampled_from(CONDITIONS))
        section["condition"] = "".join(names.get(word, word) for word in spaced(text))
        section["type"] = "temporal_ordered" if kind.endswith("ordered") else "temporal"
        return section
    least = 2 if kind.startswith("temporal") else 1
    chosen = st.lists(st.sampled_from(known), min_size=least, max_size=3, unique=kind != "temporal_ordered")
    section |= {"type": kind, "rules": draw(chosen)}
    if kind.startswith("temporal"):
        if draw(st.booleans()):
            section["condition"] = {
                draw(st.sampled_from(["gte", "gte", "lt", "eq", "lte", "neq"])): draw(
                    st.integers(1, len(section["rules"]))
                )
            }
        return section
    section["condition"] = dict(draw(bounds))
    if kind != "event_count":
        section["condition"]["field"] = draw(st.sampled_from(["N", "N", "User"]))
    if kind == "value_count" and draw(st.booleans()):
        section["condition"]["field"] = ["N", "Host"]
    if kind == "value_percentile":
        section["condition"]["percentile"] = draw(st.sampled_from([0, 25, 50, 90, 100]))
    return section


def spaced(text: str) -> list[str]:
    """Words and what stands between them."""
    parts, word = [], ""
    for character in text + " ":
        if character.isalpha():
            word += character
        else:
            parts += [word, character]
            word = ""
    return parts


@st.composite
def families(draw: st.DrawFn) -> list[dict[str, Any]]:
    below: list[str] = []
    made = []
    for n in range(draw(st.integers(1, 3))):
        made.append({"title": f"drawn {n}", "name": f"k{n}", "correlation": draw(sections(below))})
        below.append(f"k{n}")
    return made


fields = st.fixed_dictionaries(
    {},
    optional={
        "user": st.sampled_from(["x", "X", "y"]),
        "host": st.sampled_from(["x", "z"]),
        "n": st.sampled_from(["0", "1", "2", "-1", "1.5", "0.1", "3e0", "none"]),
        "who": st.sampled_from(["x", "q"]),
    },
)
scattered = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 30), st.sampled_from([3.5, 7.25])),
        st.sets(st.sampled_from(RULES), min_size=1, max_size=2),
        fields,
    ),
    max_size=18,
)


@st.composite
def dense(draw: st.DrawFn) -> list[tuple[float, set[str], dict[str, str]]]:
    """Many detections, close to one another and mostly with all fields, as drawing them one by one is not."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    last = chance.choice([5, 15, 40, 120])
    rules = RULES[: chance.choice([1, 2, 3, 3])]
    return [
        (
            chance.choice([chance.randint(0, last), chance.randint(0, 4 * last) / 4]),
            set(chance.sample(rules, 2 if len(rules) > 1 and chance.random() < 0.1 else 1)),
            {
                name: chance.choice(values)
                for name, values in (
                    ("user", ["x", "X", "y", "x"]),
                    ("host", ["x", "z", "x"]),
                    ("n", ["0", "1", "2", "-1", "1.5", "0.1", "3e0", "none"]),
                    ("who", ["x", "q"]),
                )
                if chance.random() < 0.95
            },
        )
        for _ in range(chance.choice([5, 20, 45]))
    ]


happenings = st.one_of(scattered, dense(), dense())


def detections_of(drawn: list[tuple[float, set[str], dict[str, str]]]) -> list[Detection]:
    return [
        Detection(float(time), rule, f"file{number % 2}", number, known)
        for number, (time, rules, known) in enumerate(drawn)
        for rule in sorted(rules)
    ]


def all_of(correlator: Correlator, batches: list[list[Detection]]) -> list[Alert]:
    alerts = [alert for batch in batches for alert in correlator.feed(batch)]
    return alerts + correlator.finish()


def told(alerts: list[Alert], key: str) -> list[tuple[Any, ...]]:
    return [(one.group, one.start, one.end, one.count, one.continued) for one in alerts if one.rule == key]


@settings(max_examples=800, deadline=None)
@given(families(), happenings)
@example(
    [
        {
            "title": "t",
            "name": "k0",
            "correlation": {"type": "temporal", "timespan": "5s", "condition": "a and not b"},
        }
    ],
    [(0.0, {"a"}, {}), (5.0, {"b"}, {}), (20.0, {"a"}, {})],
)
def test_the_correlator_says_what_plain_loops_say(
    family: list[dict[str, Any]], drawn: list[tuple[float, set[str], dict[str, str]]]
) -> None:
    correlations = linked(family, RULES).correlations
    detections = detections_of(drawn)
    limits = Limits(remind=9.0)
    found = all_of(Correlator(correlations, lateness=0, limits=limits), [sorted(detections)])
    expected = alerts_of(correlations, detections, 9.0)
    for one in correlations:
        wanted = [
            (group, start, end, int(count) if count == int(count) else float(count), again)
            for group, start, end, count, again in expected[one.key]
        ]
        assert told(found, one.key) == wanted
    for alert in found:
        assert alert.detections
        assert all(alert.start <= each.time <= alert.end for each in alert.detections)


@settings(max_examples=400, deadline=None)
@given(families(), happenings, st.integers(0, 10), st.data())
def test_batches_and_order_within_the_lateness_change_nothing(
    family: list[dict[str, Any]],
    drawn: list[tuple[float, set[str], dict[str, str]]],
    lateness: int,
    data: st.DataObject,
) -> None:
    correlations = linked(family, RULES).correlations
    detections = detections_of(drawn)
    once = Correlator(correlations, lateness=0)
    expected = all_of(once, [sorted(detections)])
    delays = data.draw(st.lists(st.floats(0, lateness), min_size=len(detections), max_size=len(detections)))
    arriving = [
        one
        for _when, _n, one in sorted(
            (one.time + delay, n, one) for n, (one, delay) in enumerate(zip(detections, delays, strict=True))
        )
    ]
    if arriving and data.draw(st.booleans()):
        arriving.insert(data.draw(st.integers(0, len(arriving))), arriving[-1])
        arriving.pop()
        if any(late_by(arriving, n) > lateness for n in range(len(arriving))):
            return
    batches: list[list[Detection]] = [[]]
    restart = data.draw(st.booleans())
    for one in arriving:
        batches[-1].append(one)
        if data.draw(st.booleans()):
            batches.append([])
    correlator = Correlator(correlations, lateness=lateness)
    found: list[Alert] = []
    for batch in batches:
        found += correlator.feed(batch)
        if restart:
            plain = orjson.loads(orjson.dumps(correlator.snapshot()))
            correlator = Correlator(correlations, lateness=lateness)
            assert correlator.restore(plain) == []
    found += correlator.finish()
    assert found == expected
    assert correlator.dropped == replace(once.dropped, late=0)


def late_by(arriving: list[Detection], n: int) -> float:
    return max(one.time for one in arriving[: n + 1]) - arriving[n].time
