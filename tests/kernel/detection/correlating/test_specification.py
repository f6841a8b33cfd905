"""The examples of the Sigma correlation rules specification, told as what happens on a machine."""

from __future__ import annotations

from typing import Any

import pytest

from plumbline.kernel.detection.correlating import Alert, Correlator, Detection, Limits, needed_fields
from tests.kernel.detection.correlating.samples import detection, key_of, linked

FAILED = "5638f7c0-ac70-491d-8465-2a65075e0d86"


def said(described: list[dict[str, Any]], rules: list[str], detections: list[Detection]) -> list[Alert]:
    found = linked(described, rules)
    assert not found.problems
    correlator = Correlator(found.correlations)
    return correlator.feed(detections) + correlator.finish()


def correlation(name: str = "one", **section: Any) -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "correlation": {key.replace("_", "-") if key == "group_by" else key: v for key, v in section.items()},
    }


def brief(alerts: list[Alert]) -> list[tuple[Any, ...]]:
    return [(dict(one.group), one.start, one.end, one.count) for one in alerts]


MANY_FAILED = correlation(
    type="event_count",
    rules=[FAILED],
    group_by=["ComputerName"],
    timespan="1h",
    condition={"gte": 100},
)


def test_a_hundred_failed_logons_on_one_host_in_an_hour() -> None:
    burst = [detection(30.0 * n, FAILED, computername="DC1") for n in range(100)]
    slow = [detection(37.0 * n, FAILED, n + 1, computername="DC2") for n in range(100)]
    (alert,) = said([MANY_FAILED], [FAILED], sorted(burst + slow))
    assert alert.group == (("ComputerName", "DC1"),)
    assert (alert.start, alert.end, alert.count) == (0.0, 2970.0, 100)
    assert alert.rule == key_of("one")
    assert [one.time for one in alert.detections] == [30.0 * n for n in range(50, 100)]
    assert {one.rule for one in alert.detections} == {FAILED}


def test_ninety_nine_are_not_enough() -> None:
    assert not said([MANY_FAILED], [FAILED], [detection(n, FAILED, computername="DC1") for n in range(99)])


def test_groups_are_equal_but_for_case_and_shown_as_first_seen() -> None:
    names = ["Srv", "SRV", "srv"]
    counted = correlation(
        type="event_count", rules=["r"], group_by=["Host"], timespan="1m", condition={"gt": 2}
    )
    (alert,) = said([counted], ["r"], [detection(n, "r", host=name) for n, name in enumerate(names, 1)])
    assert alert.group == (("Host", "Srv"),)


def test_a_window_holds_both_of_its_ends() -> None:
    counted = correlation(type="event_count", rules=["r"], timespan="10s", condition={"gte": 2})
    assert said([counted], ["r"], [detection(5.0, "r"), detection(15.0, "r")])
    assert not said([counted], ["r"], [detection(5.0, "r"), detection(15.001, "r")])


def test_one_burst_gives_one_alert_and_the_next_burst_another() -> None:
    counted = correlation(
        type="event_count", rules=["r"], group_by=["Host"], timespan="1m", condition={"gte": 5}
    )
    first = [detection(n / 10, "r", host="h") for n in range(1, 2000)]
    second = [detection(300 + n / 10, "r", host="h") for n in range(2000)]
    assert [one.end for one in said([counted], ["r"], first + second)] == [0.5, 300.4]


def test_a_rate_that_wavers_about_the_limit_gives_one_alert() -> None:
    counted = correlation(type="event_count", rules=["r"], timespan="10m", condition={"gte": 10})
    wavering = [detection(61.0 * n + (n % 3) * 9, "r", n + 1) for n in range(500)]
    assert len(said([counted], ["r"], wavering)) <= 1 + int(wavering[-1].time // 86_400)


def test_what_goes_on_for_days_is_recalled_daily() -> None:
    counted = correlation(type="event_count", rules=["r"], timespan="1h", condition={"gte": 2})
    alerts = said([counted], ["r"], [detection(600.0 * n, "r") for n in range(1, 6 * 24 * 3)])
    assert [one.continued for one in alerts] == [False, True, True]
    found = linked([counted], ["r"])
    quiet = Correlator(found.correlations, limits=Limits(remind=None))
    assert len(quiet.feed([detection(600.0 * n, "r") for n in range(1, 6 * 24 * 3)])) == 1


def test_many_accounts_fail_from_one_workstation() -> None:
    sprayed = correlation(
        type="value_count",
        rules=[FAILED],
        group_by=["ComputerName", "WorkstationName"],
        timespan="1d",
        condition={"field": "User", "gte": 100},
    )
    where = {"computername": "DC1", "workstationname": "WS7"}
    spray = [detection(60.0 * n, FAILED, user=f"user{n}", **where) for n in range(100)]
    again = [detection(60.0 * n + 1, FAILED, user="User0", **where) for n in range(99)]
    (alert,) = said([sprayed], [FAILED], sorted(spray + again))
    assert (alert.end, alert.count) == (5940.0, 100)
    assert not said([sprayed], [FAILED], sorted(spray[:99] + again))


def test_a_value_count_over_several_fields_counts_what_they_say_together() -> None:
    pairs = correlation(
        type="value_count", rules=["r"], timespan="1m", condition={"field": ["a", "b"], "gte": 3}
    )
    values = [("x", "y"), ("x", "z"), ("x", "y"), ("w", "y")]
    found = [detection(n, "r", a=a, b=b) for n, (a, b) in enumerate(values, 1)]
    assert brief(said([pairs], ["r"], found)) == [({}, 2.0, 4.0, 3)]


RECON = correlation(
    type="temporal",
    rules=["recon_cmd_a", "recon_cmd_b", "recon_cmd_c"],
    group_by=["ComputerName", "User"],
    timespan="5m",
)
RECON_RULES = ["recon_cmd_a", "recon_cmd_b", "recon_cmd_c"]


def test_recon_commands_in_any_order_by_one_user() -> None:
    where = {"computername": "PC", "user": "eve"}
    commands = [
        detection(10.0, "recon_cmd_c", **where),
        detection(20.0, "recon_cmd_a", **where),
        detection(25.0, "recon_cmd_a", **where),
        detection(60.0, "recon_cmd_b", computername="PC", user="bob"),
        detection(310.0, "recon_cmd_b", **where),
    ]
    (alert,) = said([RECON], RECON_RULES, commands)
    assert dict(alert.group) == {"ComputerName": "PC", "User": "eve"}
    assert (alert.start, alert.end, alert.count) == (10.0, 310.0, 3)
    assert [one.rule for one in alert.detections] == ["recon_cmd_c", "recon_cmd_a", "recon_cmd_b"]
    late = detection(310.5, "recon_cmd_b", **where)
    assert not said([RECON], RECON_RULES, [*commands[:4], late])


def test_some_of_the_rules_may_be_enough() -> None:
    two = {**RECON, "correlation": {**RECON["correlation"], "condition": {"gte": 2}}}
    where = {"computername": "PC", "user": "eve"}
    found = [detection(1.0, "recon_cmd_c", **where), detection(2.0, "recon_cmd_b", **where)]
    assert len(said([two], RECON_RULES, found)) == 1
    assert not said([two], RECON_RULES, [found[0], detection(2.0, "recon_cmd_c", **where)])


CHAIN = [
    correlation(
        "followed",
        type="temporal_ordered",
        rules=["multiple_failed_login", "successful_login"],
        group_by=["User"],
        timespan="10m",
    ),
    correlation(
        "multiple_failed_login",
        type="event_count",
        rules=["failed_login"],
        group_by=["User", "ComputerName"],
        timespan="10m",
        condition={"gte": 10},
    ),
]
LOGINS = ["failed_login", "successful_login"]


def failures(start: float, count: int = 10, **fields: str) -> list[Detection]:
    where = {"user": "eve", "computername": "PC", **fields}
    return [detection(start + n, "failed_login", **where) for n in range(count)]


def success(time: float, user: str = "eve") -> Detection:
    return detection(time, "successful_login", user=user, computername="other")


def test_many_failed_logins_followed_by_a_successful_one() -> None:
    (alert,) = said(CHAIN, LOGINS, [*failures(100.0), success(300.0)])
    assert alert.rule == key_of("followed")
    assert alert.group == (("User", "eve"),)
    assert (alert.start, alert.end) == (109.0, 300.0)
    assert [one.rule for one in alert.detections] == [key_of("multiple_failed_login"), "successful_login"]


@pytest.mark.parametrize(
    "detections",
    [
        [success(50.0), *failures(100.0)],
        [*failures(100.0, 9), success(300.0)],
        [*failures(100.0), success(300.0, "bob")],
        [*failures(100.0), success(710.0)],
        [*failures(100.0, 5), *failures(105.0, 5, computername="PC2"), success(300.0)],
    ],
    ids=["wrong order", "too few", "another user", "too late", "two computers"],
)
def test_what_is_no_such_chain(detections: list[Detection]) -> None:
    assert not said(CHAIN, LOGINS, detections)


def test_a_chain_sees_that_a_long_burst_still_goes_on() -> None:
    (alert,) = said(CHAIN, LOGINS, [*failures(100.0, 3000), success(3200.0)])
    assert alert.end == 3200.0


def test_correlations_that_count_others_count_their_bursts() -> None:
    bursts = correlation(
        "bursts",
        type="event_count",
        rules=["multiple_failed_login"],
        group_by=["User"],
        timespan="1d",
        condition={"gte": 3},
    )
    family = [bursts, CHAIN[1]]
    assert not said(family, LOGINS, failures(0.0, 500))
    apart = [*failures(0.0, 50), *failures(5000.0, 50), *failures(10_000.0, 50)]
    assert brief(said(family, LOGINS, apart)) == [({"User": "eve"}, 9.0, 10_009.0, 3)]


def test_the_base_speaks_for_itself_where_it_is_asked_to() -> None:
    asked = {**CHAIN[0], "correlation": {**CHAIN[0]["correlation"], "generate": True}}
    alerts = said([asked, CHAIN[1]], LOGINS, [*failures(100.0), success(300.0)])
    assert [one.title for one in alerts] == ["multiple_failed_login", "followed"]
    assert linked([asked, CHAIN[1]], LOGINS).silent == {"failed_login"}
    assert linked(CHAIN, LOGINS).silent == {key_of("multiple_failed_login"), *LOGINS}


def test_one_event_is_not_two_steps_of_a_sequence() -> None:
    both = correlation(type="temporal_ordered", rules=["a", "b"], timespan="1m")
    assert not said([both], ["a", "b"], [detection(1.0, "a", 7), detection(1.0, "b", 7)])
    assert said([both], ["a", "b"], [detection(1.0, "a", 7), detection(1.0, "b", 8)])
    assert not said([both], ["a", "b"], [detection(1.0, "a", 8), detection(1.0, "b", 7)])


def test_one_event_counts_once_whatever_rules_it_matches() -> None:
    counted = correlation(type="event_count", rules=["a", "b"], timespan="1m", condition={"gte": 2})
    assert not said([counted], ["a", "b"], [detection(1.0, "a", 7), detection(1.0, "b", 7)])
    assert said([counted], ["a", "b"], [detection(1.0, "a", 7), detection(1.0, "b", 8)])


def test_aliases_bring_together_what_rules_call_by_other_names() -> None:
    linking = correlation(
        type="temporal",
        rules=["internal_error", "new_network_connection"],
        group_by=["internal_ip", "remote_ip"],
        timespan="10s",
        aliases={
            "internal_ip": {"internal_error": "destination.ip", "new_network_connection": "source.ip"},
            "remote_ip": {"internal_error": "source.ip", "new_network_connection": "destination.ip"},
        },
    )
    rules = ["internal_error", "new_network_connection"]
    error = {"destination.ip": "10.0.0.1", "source.ip": "203.0.113.9"}
    connection = {"source.ip": "10.0.0.1", "destination.ip": "203.0.113.9"}
    found = [detection(1.0, rules[0], **error), detection(2.0, rules[1], **connection)]
    (alert,) = said([linking], rules, found)
    assert dict(alert.group) == {"internal_ip": "10.0.0.1", "remote_ip": "203.0.113.9"}
    assert not said([linking], rules, [found[0], detection(2.0, rules[1], **error)])
    assert needed_fields(linked([linking], rules).correlations) == dict.fromkeys(
        rules, ("destination.ip", "source.ip")
    )


def numbers(*values: str) -> list[Detection]:
    return [detection(n, "r", host="h", bytes=value) for n, value in enumerate(values, 1)]


def measured(kind: str, **condition: Any) -> list[dict[str, Any]]:
    condition["field"] = "bytes"
    return [correlation(type=kind, rules=["r"], group_by=["host"], timespan="1h", condition=condition)]


@pytest.mark.parametrize(
    ("described", "values", "expected"),
    [
        (measured("value_sum", gt=1000), ["600", "400", "1"], (1.0, 3.0, 1001)),
        (measured("value_sum", gt=1000), ["600", "-600", "400", "600"], None),
        (measured("value_sum", gte=0.3), ["0.1", "0.2"], (1.0, 2.0, 0.3)),
        (measured("value_sum", gte=2**70), [str(2**70 - 1), "1"], (1.0, 2.0, 2**70)),
        (measured("value_avg", gte=50), ["10", "90"], (1.0, 2.0, 50)),
        (measured("value_avg", lt=50), ["90", "1", "2"], (1.0, 3601.0, 31)),
        (measured("value_percentile", gte=95, percentile=90), ["1", "100", "100"], (1.0, 3.0, 100)),
        (measured("value_percentile", gte=75, percentile=75), ["0", "100"], (1.0, 2.0, 75)),
        (measured("value_median", gte=15), ["10", "20"], (1.0, 2.0, 15)),
        (measured("value_sum", gte=1), ["none", "0x10", "1e999", "nan", ""], None),
    ],
)
def test_values(described: Any, values: list[str], expected: tuple[Any, ...] | None) -> None:
    alerts = said(described, ["r"], numbers(*values))
    if expected is None:
        assert not alerts
    else:
        assert brief(alerts) == [({"host": "h"}, *expected)]


@pytest.mark.parametrize(
    ("condition", "alerting"),
    [
        ({"lt": 3}, {1, 2}),
        ({"lte": 3}, {1, 2, 3}),
        ({"eq": 3}, {3}),
        ({"neq": 3}, {1, 2, 4, 5}),
        ({"gt": 2, "lte": 4}, {3, 4}),
    ],
)
def test_what_only_the_end_of_a_window_tells(condition: dict[str, int], alerting: set[int]) -> None:
    counted = correlation(type="event_count", rules=["r"], timespan="1m", condition=condition)
    for count in range(1, 6):
        alerts = said([counted], ["r"], [detection(n, "r") for n in range(1, count + 1)])
        assert [(one.start, one.end) for one in alerts] == ([(1.0, 61.0)] if count in alerting else [])


def test_a_window_ends_when_the_watermark_has_passed_its_end() -> None:
    counted = correlation(type="event_count", rules=["r"], timespan="1m", condition={"eq": 2})
    correlator = Correlator(linked([counted], ["r"]).correlations, lateness=10)
    assert not correlator.feed([detection(1.0, "r"), detection(61.0, "r")])
    assert not correlator.feed([detection(71.0, "r")])
    (alert,) = correlator.advance(71.5)
    assert (alert.start, alert.end, alert.count) == (1.0, 61.0, 2)
    assert not correlator.finish()  # the window that 71 began holds one


EXTENDED = correlation(type="temporal", timespan="10m", group_by=["User"], condition="a and not b")


@pytest.mark.parametrize(
    ("happened", "alerts"),
    [
        ([("a", 1000.0)], [(1000.0, 1600.0)]),
        ([("b", 390.0), ("a", 1000.0)], [(1000.0, 1600.0)]),
        ([("b", 400.0), ("a", 1000.0)], []),
        ([("a", 1000.0), ("b", 1600.0)], []),
        ([("a", 1000.0), ("b", 1601.0)], [(1000.0, 1600.0)]),
        ([("a", 1000.0), ("a", 1300.0), ("a", 1900.0)], [(1000.0, 1600.0)]),
    ],
)
def test_not_is_certain_when_the_time_for_it_is_over(
    happened: list[tuple[str, float]], alerts: list[tuple[float, float]]
) -> None:
    found = said([EXTENDED], ["a", "b"], [detection(time, rule, user="u") for rule, time in happened])
    assert [(one.start, one.end) for one in found] == alerts


def test_extended_conditions_join_rules() -> None:
    either = correlation(type="temporal", timespan="1m", condition="(a or b) and c")
    assert said([either], ["a", "b", "c"], [detection(1.0, "c"), detection(2.0, "b")])
    assert not said([either], ["a", "b", "c"], [detection(1.0, "a"), detection(2.0, "b")])
    ordered = correlation(type="temporal_ordered", timespan="1m", condition="a and b")
    assert said([ordered], ["a", "b"], [detection(1.0, "a"), detection(2.0, "b")])
    assert not said([ordered], ["a", "b"], [detection(1.0, "b"), detection(2.0, "a")])


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("1s", 1), ("2m", 120), ("1h", 3600), ("1d", 86_400), ("1w", 604_800),
     ("1M", 2_629_746), ("1y", 31_556_952)],
)  # fmt: skip
def test_timespans(span: str, seconds: int) -> None:
    counted = correlation(type="event_count", rules=["r"], timespan=span, condition={"gte": 2})
    assert said([counted], ["r"], [detection(0.0, "r", 1), detection(float(seconds), "r")])
    assert not said([counted], ["r"], [detection(0.0, "r", 1), detection(seconds + 0.5, "r")])


def test_what_is_certain_late_does_not_make_news_of_what_is_known() -> None:
    either = correlation(type="temporal", timespan="10s", condition="a and not b or c")
    happened = [detection(1.0, "a"), detection(10.0, "c"), detection(13.0, "c")]
    assert [one.end for one in said([either], ["a", "b", "c"], happened)] == [10.0]


def test_events_of_one_time_are_waited_for() -> None:
    ordered = correlation(type="temporal_ordered", rules=["a", "b"], timespan="1m")
    correlator = Correlator(linked([ordered], ["a", "b"]).correlations, lateness=0)
    assert not correlator.feed([detection(1.0, "b", 8)])
    assert not correlator.feed([detection(1.0, "a", 7)])
    assert len(correlator.advance(1.5)) == 1
    assert not correlator.feed([detection(1.0, "b", 9)])
    assert correlator.dropped.late == 1
