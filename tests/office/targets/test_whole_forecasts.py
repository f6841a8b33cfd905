"""What is counted is forecast in whole numbers, wherever a forecast is shown; what is measured is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.targets.queries.indicator_page import indicator_page
from plumbline.office.targets.queries.monitoring import project_states
from plumbline.office.targets.services.freezing import computer_of
from plumbline.office.targets.services.values import record_value
from plumbline.office.targets.wording import outlook_sentence
from tests.office.targets.factories import NOW, Built, make_plan

pytestmark = pytest.mark.django_db
JULY = date(2023, 7, 10)


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.school, user=cast.staff)


def entered(built: Built, value: str, unit: str, user: Any, *, target: str = "次") -> None:
    """Half a year's value of the first indicator, whose target is in `target`."""
    one = built.indicators()[0]
    one.target_raw = f"≥12{target}"
    one.save()
    record_value(
        actor=user, line=one.line, checkpoint=built.checkpoints[1], measure=Measure(Decimal(value), unit),
        now=NOW, seen=None,
    )  # fmt: skip


def forecast(built: Built) -> str:
    """The number on the indicator's page."""
    return str(
        indicator_page(built.indicators()[0], computer=computer_of(built.version, today=JULY)).forecast.value
    )


def monitored(built: Built) -> str:
    """The sentence on the page of the checkpoint."""
    state = project_states(built.version, checkpoint=built.checkpoints[1], today=JULY)[0]
    return outlook_sentence(state.indicators[0].outlook)


def test_the_page_of_a_count_shows_no_part_of_an_inspection(built: Built, cast: Any) -> None:
    entered(built, "13", "次", cast.staff)
    assert forecast(built) == "26"  # 13 ÷ 181 × 365 = 26.22


def test_money_keeps_its_decimals_however_round_it_was(built: Built, cast: Any) -> None:
    entered(built, "13", "亿元", cast.staff, target="亿元")
    assert forecast(built) == "26.22"


def test_monitoring_says_the_whole_number_beside_the_quotient(built: Built, cast: Any) -> None:
    entered(built, "5", "次", cast.staff)
    assert monitored(built).endswith("≈ 10.08。四舍五入取整约 10次。")


def test_monitoring_rounds_no_money(built: Built, cast: Any) -> None:
    entered(built, "5", "亿元", cast.staff, target="亿元")
    assert monitored(built).endswith("≈ 10.08。")
