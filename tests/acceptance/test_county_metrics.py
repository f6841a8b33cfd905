"""The published county document: each indicator of its tables is filled, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.targets.models import Binding, Indicator, PlanVersion
from plumbline.office.targets.queries import bindings as queries
from plumbline.office.targets.queries.values import tracked_indicators
from plumbline.office.targets.services import bindings, freezing, readings
from plumbline.office.targets.services.imports import import_plan
from tests.office.targets.metrics.work import make_finding, make_inspection

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "acceptance" / "plan"
TEXT = FOLDER / "yutian-2023.txt"
NOW = datetime(2024, 1, 5, 2, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TEXT.is_file(), reason="../shared/acceptance is not on this machine"),
]


@pytest.fixture
def version(cast: Any) -> PlanVersion:
    found = import_plan(name=TEXT.name, data=TEXT.read_bytes(), unit=cast.office, actor=cast.staff, now=NOW)
    PlanVersion.objects.filter(pk=found.pk).update(state="approved", approved_at=NOW, approved_by=cast.leader)
    found.refresh_from_db()
    return found


def complete(version: PlanVersion) -> list[Indicator]:
    """The indicators of the document's complete tables."""
    return list(tracked_indicators(version).filter(origin="table").exclude(target_raw=""))


def test_each_of_the_24_table_indicators_is_filled_or_says_why(
    version: PlanVersion, cast: Any, signed_in: Callable[..., Client]
) -> None:
    indicators = complete(version)
    assert len(indicators) == 24
    for indicator in indicators:
        found = queries.suggestion_for(indicator)
        print(
            f"{indicator.project.name[:8]}｜{indicator}｜{indicator.target_raw}｜{found.fill}｜{found.reason}"
        )
        assert found.fill in ("metric", "hand", "unmeasurable") and len(found.reason) > 8
        if found.fill == "metric":
            assert found.metric is not None
    client = signed_in(cast.staff)
    url = reverse("targets:bindings", args=[version.plan_id])
    page = client.get(url, {"q": ""}).content.decode()
    assert all(str(indicator) in page for indicator in indicators)
    client.post(reverse("targets:bindings_confirm", args=[version.plan_id]), {"all": "1"})
    decided = dict(
        Binding.objects.filter(indicator_line__in=[i.line_id for i in indicators]).values_list(
            "indicator_line", "kind"
        )
    )
    assert len(decided) == 24
    page = client.get(url).content.decode()
    assert "待确认" not in page.split("</thead>")[1].split("</table>")[0]


def test_the_office_looks_at_machines_and_not_at_speech(version: PlanVersion) -> None:
    for indicator in complete(version):
        found = queries.suggestion_for(indicator)
        if "舆情" in indicator.project.name or "网评" in indicator.project.name or "舆情" in indicator.level3:
            assert (found.fill, found.metric) == ("hand", None), str(indicator)


def test_what_the_safety_project_measures(version: PlanVersion) -> None:
    fills = {
        indicator.level3: queries.suggestion_for(indicator)
        for indicator in complete(version)
        if "检查" in indicator.project.name
    }
    accepted = fills["网络安全建设验收合格率"]
    assert (accepted.fill, accepted.metric) == ("metric", METRICS.get("first_recheck_accepted"))
    checks = fills["完成网络安全检查工作"]
    assert checks.fill == "unmeasurable" and "可衡量的解释" in checks.reason
    assert checks.metric == METRICS.get("inspections_done")
    assert fills["网络安全事件发生率"].fill == "unmeasurable"
    assert fills["受益群众满意度"].fill == "hand" and "问卷" in fills["受益群众满意度"].reason


def test_a_vague_target_is_filled_once_its_reading_is_approved(version: PlanVersion, cast: Any) -> None:
    indicator = next(i for i in complete(version) if i.level3 == "完成网络安全检查工作")
    readings.propose(
        indicator=indicator, reading="≥2次", reason="市网信办年度工作要点", actor=cast.staff, now=NOW
    )
    readings.approve_reading(indicator=Indicator.objects.get(pk=indicator.pk), actor=cast.leader, now=NOW)
    indicator = tracked_indicators(version).get(pk=indicator.pk)
    found = queries.suggestion_for(indicator)
    assert found.fill == "metric" and found.metric == METRICS.get("inspections_done")
    choice = queries.choice_of(found, version)
    binding = bindings.decide(indicator=indicator, choice=choice, actor=cast.staff, now=NOW, seen=None)
    make_inspection(cast.school, "2023-03-20", "2023-03-18")
    make_inspection(cast.town, "2023-09-20", "2023-09-18")
    make_finding(cast.town, "2023-09-20", closed="2023-10-01")
    assert freezing.freeze_due(NOW) == version.plan.checkpoints.count()
    values = indicator.line.values.order_by("checkpoint__day")
    assert [value.value for value in values] == [Decimal(1), Decimal(1), Decimal(2), Decimal(2)]
    assert binding.scope == "county"
