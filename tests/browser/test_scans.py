"""A scan from its file to findings and to the report of the year, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.office.inspections.scan_files import CSV, nessus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sent(page: Any, path: Path) -> None:
    """Choose a file and send it."""
    page.set_input_files("input[type=file]", path)
    page.click("main button.btn-primary")
    page.wait_for_selector(".progress-poll")


def test_from_the_file_to_findings_and_the_report(
    cast: Cast,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    work_off: Callable[[], None],
    tmp_path: Path,
) -> None:
    from plumbline.office.units.models import Asset
    from plumbline.office.units.services.assets import save_asset

    save_asset(Asset(unit=cast.school, kind="ip", value="10.8.1.0/24"), actor=cast.staff)
    report = tmp_path / "spring.nessus"
    report.write_bytes(nessus({"10.8.1.20": [("10001", 4, 443)], "10.8.9.9": [("10002", 3, 80)]}))
    page = open_page("/inspections/scans/", user=cast.staff)
    page.wait_for_selector("text=还没有导入过扫描报告")
    look(page)
    page.goto(page.url + "new/")
    look(page)
    sent(page, report)
    work_off()
    page.wait_for_selector("button:has-text('确认导入')")
    look(page)
    page.click("button:has-text('确认导入')")
    page.wait_for_selector(".progress-poll")
    work_off()
    page.wait_for_selector("text=导入结果")
    page.click("text=查看并登记主机")
    look(page)
    page.check("input[data-tick-all=hosts]")
    page.select_option("[name=unit]", str(cast.town.pk))
    page.click("text=登记所选主机")
    page.wait_for_selector(".progress-poll")
    work_off()
    page.wait_for_selector("text=导入结果")
    page.click("text=查看这些问题")
    page.wait_for_selector("text=Weakness 10002")
    look(page)

    table = tmp_path / "rsas.csv"
    table.write_bytes(CSV)
    page.click("nav.tabs >> text=扫描报告")
    page.click("text=导入扫描报告")
    sent(page, table)
    work_off()
    page.click("a:has-text('指定各列')")
    page.fill("[name=name]", "RSAS")
    page.select_option("[name=word_0]", "medium")
    look(page)
    page.fill("[name=name]", "RSAS")
    page.select_option("[name=word_0]", "medium")
    page.click("text=保存并读取")
    page.wait_for_selector(".progress-poll")
    work_off()
    page.wait_for_selector("button:has-text('确认导入')")

    page.click("nav.tabs >> text=检查报告")
    look(page)
    page.click("main >> text=生成报告 >> nth=0")
    look(page)
    page.check("input[name=kind][value=county]")
    page.check("input[name=file_format][value=docx]")
    page.click("main button.btn-primary")
    page.wait_for_selector(".progress-poll")
    work_off()
    page.wait_for_selector("text=SM3")
    look(page)
    with page.expect_download() as waiting:
        page.click("main .form-acts >> text=下载")
    assert waiting.value.suggested_filename.startswith("关于")
