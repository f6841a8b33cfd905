"""Values of indicators: entered, replaced, withdrawn, restored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.files.services import store
from plumbline.office.targets.models import Indicator, IndicatorValue, PlanVersion
from plumbline.office.targets.queries import values as queries
from plumbline.office.targets.services.values import (
    Proof,
    ValueChanged,
    ValueRefused,
    ratio,
    record_value,
    restore_value,
    withdraw_value,
)
from tests.office.targets.factories import NOW, Built, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return make_user(Role.STAFF, name="李强")


@pytest.fixture
def built(staff: User) -> Built:
    return make_plan(user=staff)


def enter(built: Built, actor: User | None, measure: Measure, **options: Any) -> IndicatorValue:
    values = {
        "line": built.indicators()[0].line,
        "checkpoint": built.checkpoints[0],
        "seen": None,
        "now": NOW,
    }
    return record_value(actor=actor, measure=measure, **{**values, **options})


def proof(user: User, name: str = "统计表.pdf") -> Proof:
    return Proof(store(SimpleUploadedFile(name, b"%PDF-1.4 x"), user=user), "一季度统计表")


def test_a_value_is_kept_with_evidence_and_recorded(built: Built, staff: User) -> None:
    value = enter(built, staff, Measure(Decimal("3"), "次"), proofs=[proof(staff)], note="检查记录")
    measure = queries.measure_of(value)
    assert (measure.value, measure.unit, len(measure.evidence)) == (Decimal("3"), "次", 1)
    assert measure.evidence[0].digest == value.evidence.get().file.digest
    act = Record.objects.get()
    assert (act.action, act.detail["value"]) == ("values.enter", {"old": "", "new": "3次"})


def test_a_ratio_keeps_its_exact_parts(built: Built, staff: User) -> None:
    measure = ratio(numerator=Decimal(1), denominator=Decimal(3), unit="%")
    assert measure.value == Decimal("33.33333333")
    kept = queries.measure_of(enter(built, staff, measure))
    assert (kept.numerator, kept.denominator) == (1, 3)
    assert ratio(numerator=Decimal(1), denominator=Decimal(4), unit="‰").value == 250
    assert ratio(numerator=Decimal(1), denominator=Decimal(4), unit="").value == Decimal("0.25")


def test_nothing_to_divide_by_is_no_data(staff: User) -> None:
    with pytest.raises(ValueRefused, match="未能测量"):
        ratio(numerator=Decimal(0), denominator=Decimal(0), unit="%")


def test_unmeasured_needs_a_reason_and_is_neither_zero_nor_missing(built: Built, staff: User) -> None:
    with pytest.raises(ValueRefused, match="没有填写实测值"):
        enter(built, staff, Measure(None))
    enter(built, staff, Measure(None, unmeasured="平台停机"))
    row = queries.value_matrix(built.indicators()[:1], checkpoints=built.checkpoints, today=date(2023, 7, 1))[
        0
    ]
    assert [cell.state for cell in row.cells] == ["unmeasured", "missing", "upcoming", "upcoming"]


def test_a_replaced_value_stays_with_who_when_and_why(built: Built, staff: User) -> None:
    first = enter(built, staff, Measure(Decimal("3"), "次"), proofs=[proof(staff)])
    with pytest.raises(ValueRefused, match="更正理由"):
        enter(built, staff, Measure(Decimal("4"), "次"), seen=first.pk)
    kept = [e.pk for e in first.evidence.all()]
    second = enter(built, staff, Measure(Decimal("4"), "次"), seen=first.pk, reason="漏计一次", keep=kept)
    first.refresh_from_db()
    assert (first.state, first.replaced_reason, first.replaced_by, first.replaced_at) == (
        "replaced",
        "漏计一次",
        staff,
        NOW,
    )
    assert second.evidence.get().file_id == first.evidence.get().file_id
    assert Record.objects.latest("sequence").detail["value"] == {"old": "3次", "new": "4次"}


def test_the_second_saver_is_told_and_nothing_is_overwritten(built: Built, staff: User) -> None:
    other = make_user(Role.STAFF, name="王芳")
    first = enter(built, staff, Measure(Decimal("3"), "次"))
    with pytest.raises(ValueChanged) as caught:
        enter(built, other, Measure(Decimal("5"), "次"), seen=None)
    assert caught.value.current == first
    assert "李强" in caught.value.what
    assert IndicatorValue.objects.count() == 1


def test_a_withdrawn_value_leaves_the_checkpoint_empty(built: Built, staff: User) -> None:
    value = enter(built, staff, Measure(Decimal("3"), "次"))
    withdraw_value(actor=staff, value=value, reason="填错指标", now=NOW)
    assert queries.current_value(value.indicator_line, value.checkpoint) is None
    assert queries.history(value.indicator_line, value.checkpoint).count() == 1


def test_an_earlier_value_is_restored_as_a_new_row_with_its_evidence(built: Built, staff: User) -> None:
    first = enter(built, staff, Measure(Decimal("3"), "次"), proofs=[proof(staff)])
    second = enter(built, staff, Measure(Decimal("4"), "次"), seen=first.pk, reason="漏计")
    first.refresh_from_db()
    third = restore_value(actor=staff, value=first, reason="原值无误", seen=second.pk, now=NOW)
    assert (third.value, third.evidence.count()) == (Decimal("3"), 1)
    assert first.evidence.count() == 1
    assert IndicatorValue.objects.filter(state="current").get() == third


def test_a_metric_enters_without_a_person(built: Built) -> None:
    measure = Measure(Decimal("3"), "次", computed_at=NOW, metric="inspections.count@1")
    value = enter(built, None, measure)
    assert (value.entered_by, value.metric, queries.measure_of(value).metric) == (
        None,
        measure.metric,
        measure.metric,
    )


@pytest.mark.parametrize("change", ["reference", "draft"])
def test_only_tracked_indicators_of_an_approved_plan_are_measured(
    built: Built, staff: User, change: str
) -> None:
    if change == "draft":
        PlanVersion.objects.update(state=PlanVersion.State.DRAFT)
    else:
        Indicator.objects.update(use=Indicator.Use.REFERENCE)
    with pytest.raises(ValueRefused, match="已批准"):
        enter(built, staff, Measure(Decimal("3"), "次"))


def test_completeness_counts_reasons_as_filled(built: Built, staff: User) -> None:
    enter(built, staff, Measure(Decimal("3"), "次"))
    enter(built, staff, Measure(None, unmeasured="未到统计期"), line=built.indicators()[1].line)
    found = queries.completeness(built.version, checkpoints=built.checkpoints, today=date(2023, 4, 1))
    assert [(c.filled, c.total, c.due, c.missing) for c in found][:2] == [(2, 9, True, 7), (0, 9, False, 0)]


@pytest.mark.parametrize(("state", "count"), [("missing", 8), ("complete", 1), ("unmeasured", 0), ("", 9)])
def test_indicators_are_narrowed_by_state(built: Built, staff: User, state: str, count: int) -> None:
    first = enter(built, staff, Measure(Decimal("3"), "次"))
    enter(built, staff, Measure(Decimal("4"), "次"), seen=first.pk, reason="漏计")
    rows = queries.tracked_indicators(built.version)
    found = queries.in_state(rows, state, checkpoints=built.checkpoints, today=date(2023, 4, 1))
    assert found.count() == count


def test_a_ratio_beyond_what_can_be_kept_is_refused() -> None:
    with pytest.raises(ValueRefused, match="过大"):
        ratio(numerator=Decimal("99999999999999"), denominator=Decimal("0.000001"), unit="‰")


def test_a_value_is_recorded_in_chinese_whoever_enters_it(built: Built, staff: User) -> None:
    with translation.override("en"):
        record_value(
            actor=staff,
            line=built.indicators()[0].line,
            checkpoint=built.checkpoints[0],
            measure=Measure(None, unmeasured="问卷未发放"),
            now=NOW,
            seen=None,
        )
    assert Record.objects.latest("sequence").detail["value"]["new"] == "未能测量：问卷未发放"
