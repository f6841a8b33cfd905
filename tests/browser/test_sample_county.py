"""The sample county as each role sees it; the pictures of the documents are taken here."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.findings.models import Notice
from plumbline.office.inspections.models import ChecklistVersion, Draw, Inspection, ScanImport
from plumbline.office.sample.loading import load_sample
from plumbline.office.targets.models import Binding, Plan
from plumbline.office.units.models import Unit
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: late in the sample's year: payments and values up to then
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ACTS = ("导入绩效目标", "批准", "新增项目", "登记支付", "开始自评", "确认完成")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the county lies between two tests; empty before the first."""
    return tmp_path_factory.mktemp("county")


@pytest.fixture
def county(db: None, shelf: Path) -> dict[str, User]:
    """The people of the sample county by user name, past their first sign-in."""
    if (shelf / "county.sqlite3").exists():
        take_down(shelf)
    else:
        administrator = User.objects.create_user("admin", PASSWORD, full_name="王敏", role=Role.ADMINISTRATOR)
        load_sample(actor=administrator, now=NOW)
        User.objects.update(password_state=User.PasswordState.OWN)
        if connection.vendor == "sqlite":  # elsewhere every test loads its own
            put_up(shelf)
    return {user.username: user for user in User.objects.all()}


def put_up(shelf: Path) -> None:
    """Keep the database and its files: a year's work takes half a minute to load, a copy of it none."""
    connection.ensure_connection()
    with closing(sqlite3.connect(shelf / "county.sqlite3")) as copy:
        connection.connection.backup(copy)
    shutil.copytree(settings.MEDIA_ROOT, shelf / "media")


def take_down(shelf: Path) -> None:
    """Put back what was kept; the test before left the database empty."""
    connection.ensure_connection()
    with closing(sqlite3.connect(shelf / "county.sqlite3")) as copy:
        copy.backup(connection.connection)
    shutil.copytree(shelf / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
    ContentType.objects.clear_cache()


def plan_of(short_name: str) -> Plan:
    return Plan.objects.get(unit__short_name=short_name, year=NOW.year)


def test_a_leader_reads_and_changes_nothing(
    county: dict[str, User], open_page: Callable[..., Any], look: Callable[[Any], None]
) -> None:
    plan = plan_of("示例县委网信办")
    page = open_page(f"/?year={plan.year}&unit={plan.unit_id}", user=county["zhaojianguo"])
    page.wait_for_selector("[data-spend-curve] svg")
    assert "2,396,600.00 元" in page.inner_text("main")
    look(page)
    for name in ("plan", "ledger", "values", "monitoring", "evaluation"):
        page.goto(page.url.split("/?")[0].split("/plans")[0] + reverse(f"targets:{name}", args=[plan.pk]))
        assert plan.unit.name in page.inner_text("h1")
        for act in ACTS:
            assert page.locator("main").get_by_text(act, exact=True).count() == 0, f"{name}: {act}"


def test_a_liaison_finds_only_the_plan_of_the_own_unit(
    county: dict[str, User], open_page: Callable[..., Any], look: Callable[[Any], None]
) -> None:
    page = open_page(reverse("targets:plans"), user=county["liufang"])
    rows = page.locator("tbody tr")
    assert rows.count() == 1 and "示例县教育局" in rows.first.inner_text()
    rows.first.get_by_role("link").first.click()
    page.locator("[data-review]").wait_for()
    home = page.url.split("/plans")[0]
    answer = page.goto(home + reverse("targets:plan", args=[plan_of("示例县委网信办").pk]))
    assert answer.status == 404
    assert "示例县委网信办" not in page.inner_text("body") and "2,396,600" not in page.content()
    assert page.get_by_role("heading", level=1).inner_text()
    look(page)


def test_a_wrong_password_is_told_and_the_name_stays(
    county: dict[str, User], open_page: Callable[..., Any], look: Callable[[Any], None]
) -> None:
    page = open_page("/")
    page.keyboard.type("liqiang")
    page.keyboard.press("Tab")
    page.keyboard.type("not-the-password")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.locator("#id_login").input_value() == "liqiang"
    look(page)


def test_the_pages_of_the_year_are_worth_a_picture(
    county: dict[str, User], open_page: Callable[..., Any], picture: Callable[..., None]
) -> None:
    office, education = plan_of("示例县委网信办"), plan_of("县教育局")
    draft = education.versions.get()
    review = reverse("targets:plan", args=[education.pk])
    finding = draft.findings.filter(severity="error").order_by("pk").first()
    pages = {
        "overview": (f"/?year={office.year}&unit={office.unit_id}", "[data-spend-curve] svg"),
        "plans": (reverse("targets:plans"), "tbody tr"),
        "import": (reverse("targets:import_new"), "[data-drop]"),
        "review": (f"{review}?finding={finding.pk}", "#finding-panel article"),
        "findings": (reverse("targets:findings", args=[education.pk]), "tbody tr"),
        "ledger": (reverse("targets:ledger", args=[office.pk]), "[data-spend-curve] svg"),
        "values": (reverse("targets:values", args=[office.pk]), ".table-matrix"),
        "monitoring": (reverse("targets:monitoring", args=[office.pk]), "tbody tr"),
        "evaluation": (reverse("targets:evaluation", args=[office.pk]), "tbody tr"),
        "forms": (reverse("reports:forms", args=[office.pk]), "form"),
        "audit": (reverse("audit:list"), "tbody tr"),
        "people": (reverse("units:people"), "tbody tr"),
    }
    page = open_page("/", user=county["admin"])
    home = page.url.rstrip("/")
    for name, (path, ready) in pages.items():
        page.goto(home + path)
        page.wait_for_selector(ready)
        picture(page, name)
    work_is_worth_a_picture(county, open_page, picture)


def work_is_worth_a_picture(
    county: dict[str, User], open_page: Callable[..., Any], picture: Callable[..., None]
) -> None:
    """The register, the inspections and the findings; no test of its own, the county takes long to load."""
    page = open_page("/", user=county["liqiang"])
    home = page.url.rstrip("/")
    for name, path in places_of_work().items():
        page.goto(home + path)
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").count() == 1, name
        if name == "visit":
            # begun already; the inspector goes on where nothing is answered yet
            blank = "form[data-entry]:has(input[type=radio]):not(:has(input[type=radio]:checked))"
            for item in page.locator(blank).locator("visible=true").all()[:3]:
                item.locator("input[type=radio]").first.check(force=True)
            page.wait_for_timeout(300)
            page.wait_for_selector("[data-net][data-state=saved]")
            page.evaluate("window.scrollTo(0, 0)")
        picture(page, name)
    phone = open_page("/", user=county["liufang"], size="390")
    assert phone.locator("h1").inner_text() == "我的任务"
    picture(phone, "my-tasks")


def places_of_work() -> dict[str, str]:
    """{picture: address} of the register, the inspections, the findings and the indicators."""
    office, unit = plan_of("示例县委网信办"), Unit.objects.get(short_name="县教育局")
    counted = Binding.objects.filter(
        state=Binding.State.CONFIRMED,
        metric="findings_rectified_on_time",
        indicator_line__project_line__plan=office,
    ).get()
    sheet, visit = Inspection.Method.SELF_CHECK, Inspection.Method.ON_SITE
    submitted = Inspection.objects.filter(state=Inspection.State.SUBMITTED, method=sheet).first()
    running = Inspection.objects.filter(state=Inspection.State.RUNNING, method=visit).first()
    notice = Notice.objects.filter(state=Notice.State.RECEIVED, kind=Notice.Kind.RECTIFY).first()
    checklist = ChecklistVersion.objects.get(
        checklist__key="county-yearly", state=ChecklistVersion.State.PUBLISHED
    )
    draw = Draw.objects.filter(plan__year=NOW.year).first()
    assert submitted and running and notice and draw
    of = {
        "unit": ("units:unit", unit.pk),
        "contacts": ("units:contacts", unit.pk),
        "rectification": ("findings:list",),
        "notice": ("findings:notice", notice.pk),
        "checklist": ("inspections:checklist", checklist.pk),
        "inspection-plan": ("inspections:plan", draw.plan_id),
        "draw": ("inspections:draw", draw.plan_id, draw.pk),
        "self-check-review": ("inspections:review", submitted.pk),
        "visit": ("inspections:answers", running.pk),
        "scan": ("inspections:scan", ScanImport.objects.filter(state=ScanImport.State.DONE).latest("pk").pk),
        "bindings": ("targets:bindings", office.pk),
        "indicator": ("targets:indicator", office.pk, counted.indicator_line_id),
        "evidence": ("targets:evidence", office.pk),
    }
    return {name: reverse(route, args=keys) for name, (route, *keys) in of.items()}
