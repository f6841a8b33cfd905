"""The register in a browser: forms that follow what is chosen, a sheet from upload to written, telephones."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from plumbline.office.units.models import Asset, System
from plumbline.office.units.services.assets import save_asset
from tests.office.units.test_sheets import ASSETS, workbook

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_form_follows_the_unit_and_fills_the_suggested_day(cast, open_page):
    System.objects.create(unit=cast.school, name="教务系统")
    page = open_page(reverse("units:asset_create"), user=cast.staff)
    page.fill("#id_value", "www.example.gov.cn")
    page.select_option("#id_unit", str(cast.school.pk))
    page.wait_for_selector("#id_system option:has-text('教务系统')", state="attached")
    page.select_option("#id_kind", "domain")
    page.wait_for_selector("text=不带 http")
    assert page.input_value("#id_value") == "www.example.gov.cn"
    page.select_option("#id_system", label="教务系统")
    page.click("button:text-is('保存')")
    page.wait_for_selector("h1:has-text('www.example.gov.cn')")
    assert Asset.objects.get().system.name == "教务系统"

    page.goto(page.url.split("/units/")[0] + reverse("units:system_edit", args=[System.objects.get().pk]))
    page.select_option("#id_level", "2")
    page.fill("#id_assessed_on", "2026-03-05")
    page.locator("#id_assessed_on").dispatch_event("change")
    page.click("text=填入")
    assert page.input_value("#id_assessment_due_on") == "2028-03-05"


def test_a_sheet_goes_from_upload_to_written(cast, open_page, axe, tmp_path):
    sheet = tmp_path / "资产.xlsx"
    sheet.write_bytes(workbook(ASSETS, ("县一中", "IP", "10.8.1.0/24", "校园网", "刘芳")))
    page = open_page(reverse("units:sheet_new") + "?kind=assets", user=cast.liaison)
    page.set_input_files("#id_sheet", sheet)
    page.click("text=上传并核对")
    page.wait_for_selector("text=确认写入 1 行")
    assert axe(page) == []
    page.click("text=确认写入 1 行")
    page.wait_for_selector("text=全部写入")
    assert Asset.objects.get().title == "校园网"


def test_nothing_is_wider_than_a_telephone_and_all_can_be_read_aloud(cast, open_page, axe):
    system = System.objects.create(
        unit=cast.school, name="教务系统", level=3, assessed_on=date(2025, 1, 1),
        assessment_due_on=date(2026, 1, 1), url="https://a-very-long-name.example.edu.cn/with/a/long/path",
    )  # fmt: skip
    long = f"https://www.example.edu.cn/{'x' * 120}"
    asset = save_asset(Asset(unit=cast.school, kind="site", value=long, system=system), actor=cast.staff)
    page = open_page("/", size="390", user=cast.staff)
    home = page.url.rstrip("/").split("/", 3)
    base = "/".join(home[:3])
    for name, args in (
        ("systems", []),
        ("assessments", []),
        ("system", [system.pk]),
        ("system_edit", [system.pk]),
        ("assets", []),
        ("asset", [asset.pk]),
        ("asset_conflicts", []),
        ("unit_systems", [cast.school.pk]),
        ("unit_assets", [cast.school.pk]),
        ("sheets", []),
    ):
        page.goto(base + reverse(f"units:{name}", args=args))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert axe(page) == [], name
