"""A finding from its discovery to its close, through the office's own pages; and how these pages look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from plumbline.office.findings.models import Finding
from plumbline.office.findings.services import accepting, escalating, extending

S = Finding.State


@pytest.fixture
def photo_file(tmp_path):
    from PIL import Image

    path = tmp_path / "整改后截图.png"
    Image.new("RGB", (40, 30), "white").save(path)
    return path


@pytest.mark.django_db(transaction=True)
def test_a_finding_goes_from_discovery_to_close(cast, open_page, look, screenshot, photo_file):
    from plumbline.office.units.models import System

    System.objects.create(unit=cast.school, name="学籍管理系统")
    staff = open_page("/findings/new/", user=cast.staff)
    with staff.expect_response(lambda answer: "/findings/new/places/" in answer.url):
        staff.select_option("#id_unit", label="示例县第一中学")
    staff.select_option("#id_system", label="学籍管理系统")
    staff.fill("#id_title", "学籍管理系统后台使用弱口令")
    staff.select_option("#id_severity", "high")
    staff.fill("#id_place", "https://xj.example/admin")
    staff.fill("#id_advice", "更换为 12 位以上的复杂口令，并启用两步验证。")
    staff.set_input_files("#id_uploads", str(photo_file))
    look(staff)
    staff.click("text=登记 >> nth=-1")
    staff.wait_for_url("**/findings/*/")
    finding = Finding.objects.get()
    assert staff.locator("h1").inner_text() == finding.title
    staff.click("a.btn-primary:has-text('确认问题')")
    staff.click("button:has-text('确认问题')")
    staff.click("a.btn:has-text('直接交办')")
    look(staff)
    staff.click("button:has-text('直接交办')")

    unit = open_page(f"/findings/{finding.pk}/", user=cast.liaison, size="390")
    unit.click("a.btn-primary:has-text('报送整改情况')")
    unit.fill("#id_note", "已更换口令并启用两步验证。")
    unit.set_input_files("#id_uploads", str(photo_file))
    unit.click("button:has-text('报送整改情况')")
    unit.wait_for_url("**/findings/*/")
    screenshot(unit, "finding-390")
    look(unit)

    staff.reload()
    staff.click("a.btn-primary:has-text('复查通过')")
    staff.fill("#id_note", "3 月 10 日远程复测，原口令已不能登录。")
    staff.click("button:has-text('复查通过')")
    staff.wait_for_url("**/findings/*/")
    assert Finding.objects.get().state == S.CLOSED
    look(staff)
    screenshot(staff, "finding-1440")


@pytest.mark.django_db(transaction=True)
def test_the_list_and_its_decisions(cast, open_page, look, screenshot):
    from tests.office.findings.conftest import finding_in as fixture

    make = fixture.__wrapped__(cast) if hasattr(fixture, "__wrapped__") else fixture(cast)
    now = timezone.now()
    for state in S:
        make(state, now=now - timedelta(days=2), title=f"门户网站 SSL 证书即将过期（{S(state).label}）")
    late = make("notified", now=now - timedelta(days=60), unit=cast.town, severity="critical")
    escalating.escalate(now)
    risk = make("notified", now=now, title="老旧考务系统不再更新", severity="medium")
    extending.ask_extension(
        finding=risk, until=risk.due_on + timedelta(days=10), reason="厂商排期", actor=cast.liaison, now=now
    )
    accepting.ask_acceptance(
        finding=risk, reason="年底下线", safeguards="仅内网访问", actor=cast.staff, now=now,
        expires_on=timezone.localdate(now) + timedelta(days=60),
    )  # fmt: skip
    page = open_page("/findings/", user=cast.staff)
    screenshot(page, "findings-1440")
    look(page)
    page.set_viewport_size({"width": 390, "height": 844})
    screenshot(page, "findings-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.select_option("#due", "overdue")
    page.wait_for_url("**due=overdue**")
    assert page.locator("tbody tr").count() == 2
    page.check("input[data-tick-all=findings]")
    page.click("button:has-text('认定不成立')")
    page.fill("#bulk_reason", "重复登记")
    page.click("dialog[open] button.btn-danger")
    page.wait_for_url("**/findings/bulk/")
    screenshot(page, "findings-bulk")
    look(page)
    assert Finding.objects.get(pk=late.pk).state == S.DISMISSED
    page.goto(page.url.replace("bulk/", f"{risk.pk}/"))
    screenshot(page, "finding-waiting")
    look(page)
    page.click("text=去审批")
    screenshot(page, "finding-extension")
    look(page)
    unit = open_page(f"/units/{cast.school.pk}/findings/", user=cast.leader)
    screenshot(unit, "findings-of-unit")
    look(unit)
