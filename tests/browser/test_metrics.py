"""An indicator is bound in the browser, finished work moves it, and its page opens to the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from plumbline.office.targets.models import EvidenceRun
from plumbline.office.targets.services import evidence_runs, freezing
from plumbline.office.targets.services.suggested import confirm_suggested
from tests.office.targets.factories import Built, make_payment, make_plan
from tests.office.targets.metrics.work import make_finding, make_inspection

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def built(cast: Any) -> Built:
    built = make_plan(unit=cast.office, user=cast.staff, year=timezone.localdate().year - 1)
    year = built.plan.year
    for number, month in enumerate((2, 3, 5, 6, 8, 11)):
        unit = cast.school if number % 2 else cast.town
        make_inspection(unit, f"{year}-{month:02}-20", f"{year}-{month:02}-18")
    make_finding(cast.school, f"{year}-03-20", due=f"{year}-04-20", closed=f"{year}-04-10")
    make_finding(cast.town, f"{year}-05-20", due=f"{year}-06-20", severity="critical")
    make_payment(built.lines[0], "50000", day=datetime(year, 3, 1, tzinfo=UTC).date())
    return built


def test_a_person_binds_an_indicator_and_sees_its_records(
    built: Built, cast: Any, open_page: Callable[..., Any], look: Callable[[Any], None], screenshot: Any
) -> None:
    page = open_page(reverse("targets:bindings", args=[built.plan.pk]), user=cast.staff)
    look(page)
    screenshot(page, "metrics-bindings")
    page.get_by_role("link", name="确定", exact=True).first.click()
    page.wait_for_selector("text=计量单位和方向与指标相符")
    look(page)
    page.get_by_label("由公式计算").check()
    page.locator("#id_expression").fill("「完成检查次数」+")
    page.wait_for_selector("text=公式没有写完")
    page.get_by_label("插入口径").select_option(label="现场检查次数 (次)")
    page.wait_for_selector("text=计量单位和方向与指标相符")
    screenshot(page, "metrics-binding")
    page.get_by_label("由工作记录自动计算").check()
    page.get_by_role("button", name="确认", exact=True).click()
    page.wait_for_selector("text=目前的值由这些记录得出")
    assert "6次" in page.inner_text("main") and "JC-" in page.inner_text("#records")
    page.goto(page.url.split("/plans")[0] + reverse("targets:bindings", args=[built.plan.pk]))
    page.get_by_role("button", name="全部按建议确认").click()
    page.get_by_role("button", name="全部确认").click()
    page.wait_for_selector("text=全部已确认")


def test_taken_values_are_drawn_verified_and_read_on_a_telephone(
    built: Built, cast: Any, open_page: Callable[..., Any], look: Callable[[Any], None], screenshot: Any
) -> None:
    confirm_all(built, cast)
    freezing.freeze_due(timezone.now())
    line = built.indicators()[0].line_id
    page = open_page(reverse("targets:indicator", args=[built.plan.pk, line]), user=cast.staff)
    page.wait_for_selector("[data-trend] svg")
    look(page)
    screenshot(page, "metrics-indicator")
    page.goto(page.url.split("/plans")[0] + reverse("targets:evidence", args=[built.plan.pk]))
    look(page)
    screenshot(page, "metrics-evidence")
    page.get_by_role("button", name="验证", exact=True).click()
    page.wait_for_selector(".progress-poll")
    run = EvidenceRun.objects.get()
    evidence_runs.run(run_id=run.pk, attempt=run.attempt)
    page.wait_for_selector("text=全部相符")
    look(page)
    screenshot(page, "metrics-verified")
    for name, arguments in (
        ("indicator", [built.plan.pk, line]), ("bindings", [built.plan.pk]), ("metrics", []),
        ("evidence", [built.plan.pk]), ("values", [built.plan.pk]),
    ):  # fmt: skip
        small = open_page(reverse(f"targets:{name}", args=arguments), user=cast.staff, size="390", dark=True)
        look(small)
        screenshot(small, f"metrics-{name}-390")
    wide = open_page(reverse("targets:metrics"), user=cast.staff)
    look(wide)
    screenshot(wide, "metrics-registry")
    wide.goto(wide.url.replace("/metrics/", reverse("targets:values", args=[built.plan.pk])))
    screenshot(wide, "metrics-values")


def confirm_all(built: Built, cast: Any) -> None:
    confirm_suggested(version=built.version, actor=cast.staff, now=timezone.now())
