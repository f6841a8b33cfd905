"""The pages of the year in a real browser: accessible, within the screen, drawn without a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from plumbline.kernel.metrics.measure import Measure
from plumbline.office.files.services import store
from plumbline.office.targets.models import MonitoringNote, Payment
from plumbline.office.targets.services.values import Proof, record_value
from tests.office.targets.factories import NOW, Built, make_payment, make_plan

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PAGES = {
    "overview": "targets:overview",
    "ledger": "targets:ledger",
    "ledger-project": "targets:ledger_project",
    "payments": "targets:ledger_payments",
    "payment": "targets:ledger_payment",
    "payment-form": "targets:ledger_post",
    "ledger-import": "targets:ledger_import",
    "values": "targets:values",
    "value": "targets:values_cell",
    "monitoring": "targets:monitoring_checkpoint",
    "monitoring-project": "targets:monitoring_project",
    "monitoring-rules": "targets:monitoring_rules",
}


@pytest.fixture
def built(cast: Any) -> Built:
    year = timezone.localdate().year
    built = make_plan(unit=cast.office, user=cast.staff, year=year)
    lines = built.lines
    make_payment(
        lines[0], "52500.00", day=date(year, 3, 20), payee="示例网安科技有限公司", purpose="一季度检查服务"
    )
    make_payment(
        lines[0], "61250.50", day=date(year, 5, 30), payee="示例网安科技有限公司", purpose="二季度检查服务"
    )
    make_payment(lines[2], "120000.00", day=date(year, 2, 10), payee="示例设备公司", purpose="设备维护")
    make_payment(
        lines[1], "90000", state=Payment.State.PENDING, over_budget_reason="追加培训", payee="示例培训中心"
    )
    make_payment(lines[1], "800", state=Payment.State.VOID, void_reason="重复登记", payee="示例印务")
    first, second, third = (i.line for i in built.indicators())
    proof = Proof(store(SimpleUploadedFile("统计表.pdf", b"%PDF-1.4 x"), user=cast.staff), "一季度检查统计表")
    points = built.checkpoints
    for line, point, measure in (
        (first, points[0], Measure(Decimal(3), "次")),
        (first, points[1], Measure(Decimal(5), "次")),
        (second, points[0], Measure(Decimal("97.5"), "%", numerator=Decimal(39), denominator=Decimal(40))),
        (second, points[1], Measure(None, unmeasured="平台停机，六月无数据")),
        (third, points[0], Measure(None, text="各单位整改到位，防护水平提升")),
    ):
        record_value(
            actor=cast.staff, line=line, checkpoint=point, measure=measure, now=NOW, seen=None, proofs=[proof]
        )
    value = first.values.get(checkpoint=points[1])
    record_value(
        actor=cast.staff, line=first, checkpoint=points[1], measure=Measure(Decimal(6), "次"), now=NOW,
        seen=value.pk, reason="漏计一次", note="检查台账",
    )  # fmt: skip
    MonitoringNote.objects.create(
        checkpoint=points[1], project_line=lines[0], likelihood="possible", cause="招标推迟一个月",
        measure="七月底前完成招标，九月前补足进度", written_by=cast.staff,
    )  # fmt: skip
    return built


def address(name: str, built: Built) -> str:
    arguments: dict[str, dict[str, int]] = {
        "targets:overview": {},
        "targets:ledger_project": {"line_id": built.lines[0].pk},
        "targets:ledger_payment": {"payment_id": Payment.objects.get(state="pending").pk},
        "targets:values_cell": {
            "line_id": built.indicators()[0].line_id,
            "checkpoint_id": built.checkpoints[1].pk,
        },
        "targets:monitoring_checkpoint": {"checkpoint_id": built.checkpoints[1].pk},
        "targets:monitoring_project": {
            "checkpoint_id": built.checkpoints[1].pk,
            "line_id": built.lines[0].pk,
        },
    }
    plan = {} if name == "targets:overview" else {"plan_id": built.plan.pk}
    return reverse(name, kwargs=plan | arguments.get(name, {}))


@pytest.mark.parametrize(("size", "dark"), [("1440", False), ("390", False), ("1440", True)])
def test_every_page_is_accessible_and_fits_the_screen(
    built: Built, cast: Any, open_page: Callable[..., Any], axe: Any, screenshot: Any, size: str, dark: bool
) -> None:
    page = open_page("/", size=size, user=cast.administrator, dark=dark)
    faults = []
    for label, name in PAGES.items():
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + address(name, built))
        page.wait_for_load_state("networkidle")
        screenshot(page, f"year-{label}-{size}{'-dark' if dark else ''}")
        faults += [f"{label}: {fault}" for fault in axe(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append(f"{label}: {wide} px wider than the screen")
    assert not faults, "\n".join(faults)


def test_the_curve_is_drawn_and_follows_the_unit(
    built: Built, cast: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(address("targets:ledger", built), user=cast.staff)
    page.wait_for_selector("[data-spend-curve] svg")
    assert "1,200,000" in page.inner_text("[data-spend-curve]")
    page.click("[data-switch-money]")
    page.wait_for_function("document.querySelector('[data-spend-curve]').innerText.includes('120')")
    assert "1,200,000" not in page.inner_text("[data-spend-curve]")


def test_the_form_of_a_value_shows_what_the_way_needs(
    built: Built, cast: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(address("targets:values_cell", built), user=cast.staff)
    assert page.is_visible("#id_value") and not page.is_visible("#id_numerator")
    page.check("input[name=way][value=ratio]")
    assert page.is_visible("#id_numerator") and not page.is_visible("#id_value")
