from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.reading import read_plan
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.sample.description import describe
from plumbline.office.sample.loading import load_sample
from plumbline.office.targets.models import (
    Evaluation,
    IndicatorValue,
    MonitoringNote,
    Payment,
    PlanFinding,
    PlanVersion,
)
from plumbline.office.targets.services.evaluation_freezing import replay


@pytest.mark.parametrize("name", ["office-2025", "office-2026"])
def test_the_offices_own_plans_are_without_flaws(name: str) -> None:
    described = describe(name)
    found = check(read_plan(described.file_name(), described.document()))
    assert [f for f in found if f.severity in ("error", "warning")] == []


def test_the_draft_shows_what_checks_find() -> None:
    described = describe("education-2026")
    rules = {f.rule for f in check(read_plan(described.file_name(), described.document()))}
    assert {"placeholder", "vague-value", "negative-event", "breakdown-sum", "unit-misfit"} <= rules


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_user("admin", "x", full_name="管理员", role=Role.ADMINISTRATOR)


def test_the_sample_shows_a_year_in_progress_and_a_finished_one(administrator) -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    loaded = load_sample(actor=administrator, now=now)
    assert loaded.plans == PlanVersion.objects.count() == 3
    states = PlanVersion.objects.values_list("plan__year", "plan__unit__short_name", "state").order_by("plan")
    assert sorted(states) == [
        (2025, "示例县委网信办", "approved"),
        (2026, "县教育局", "draft"),
        (2026, "示例县委网信办", "approved"),
    ]
    assert Payment.objects.filter(paid_on__gt=now.date()).count() == 0
    assert Payment.objects.filter(paid_on__year=2026).exists()
    assert IndicatorValue.objects.exclude(unmeasured="").exists()
    assert MonitoringNote.objects.filter(indicator_line=None).exists()
    assert PlanFinding.objects.filter(state="open", severity="error").exists()
    frozen = Evaluation.objects.filter(state="frozen")
    assert frozen.count() == 3
    assert all(Decimal(90) <= e.total <= 100 for e in frozen)
    assert all(replay(e).same for e in frozen)
    assert Evaluation.objects.filter(state="draft").count() == 1


def test_what_lies_ahead_is_left_out(administrator) -> None:
    load_sample(actor=administrator, now=datetime(2026, 4, 1, tzinfo=UTC))
    assert not Payment.objects.filter(paid_on__gte="2026-04-02").exists()
    assert not IndicatorValue.objects.filter(checkpoint__day__gte="2026-06-30").exists()
