"""The plan beside its document, in a browser: findings, values and lines lead to each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from documents import plan_text

from plumbline.office.accounts.models import User
from plumbline.office.targets.models import ImportJob, Indicator, PlanVersion
from plumbline.office.targets.services.approval import approve, open_errors
from plumbline.office.targets.services.findings import accept
from plumbline.office.targets.services.mending import mend
from plumbline.office.targets.services.versions import adjust
from tests.office.targets.plans.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Any]


def overflow(page: Any) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def wide_things(page: Any) -> str:
    """Whether anything is wider than the page."""
    return f"{page.url}: {overflow(page)} px too wide" if overflow(page) > 0 else ""


def test_a_finding_lights_the_line_and_the_value(draft: PlanVersion, staff: User, open_page: Open) -> None:
    page = open_page(reverse("targets:plan", args=[draft.plan_id]), user=staff)
    finding = draft.findings.get(rule="vague-value")
    page.locator(f"#L68 [data-findings*='{finding.pk}']").click()
    page.get_by_text(finding.message).wait_for()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.locator("#finding-panel").get_by_text(finding.message).wait_for()
    page.locator("#L68.lit").wait_for()
    page.locator(".pane-plan [data-line='68'].lit").first.wait_for()


def test_a_value_leads_to_its_line_and_a_line_to_its_value(
    draft: PlanVersion, staff: User, open_page: Open
) -> None:
    page = open_page(reverse("targets:plan", args=[draft.plan_id]), user=staff)
    page.locator(".pane-plan a[data-line='68']").click()
    page.locator("#L68.lit").wait_for()
    page.locator("[data-to-value='59']").press("Enter")
    page.locator(".pane-plan [data-line='59'].lit").wait_for()
    assert page.evaluate("document.activeElement.dataset.line") == "59"


def test_severities_are_filtered(draft: PlanVersion, staff: User, open_page: Open) -> None:
    page = open_page(reverse("targets:plan", args=[draft.plan_id]), user=staff)
    for severity in ("warning", "note"):
        page.locator(f".chip[data-severity='{severity}']").click()
    errors = open_errors(draft).count()
    assert page.locator("[data-position]").inner_text().endswith(f"共 {errors} 项")


def test_lines_far_down_are_fetched_when_a_value_asks_for_them(
    load: Callable[..., PlanVersion], staff: User, open_page: Open
) -> None:
    version = load(extra_lines=2_000)
    page = open_page(reverse("targets:plan", args=[version.plan_id]), user=staff)
    assert page.locator("#L1500").count() == 0
    page.evaluate("document.querySelector('.pane-plan a[data-line]').setAttribute('data-line', '1500')")
    page.locator(".pane-plan a[data-line='1500']").first.click()
    page.locator("#L1500.lit").wait_for()


def test_a_narrow_screen_shows_one_pane_at_a_time(draft: PlanVersion, staff: User, open_page: Open) -> None:
    page = open_page(reverse("targets:plan", args=[draft.plan_id]), user=staff, size="390")
    assert page.locator("#pane-plan").is_visible() and not page.locator("#pane-source").is_visible()
    page.locator("[data-pane='source']").click()
    assert page.locator("#pane-source").is_visible() and not page.locator("#pane-plan").is_visible()
    assert overflow(page) <= 0


def test_a_file_is_chosen_and_uploaded(staff: User, open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "示例县2024.txt"
    path.write_bytes(plan_text())
    page = open_page(reverse("targets:import_new"), user=staff)
    page.set_input_files("input[type=file]", str(path))
    assert page.locator("[data-drop-words]").inner_text() == path.name
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_text("排队中 0%").wait_for()
    assert ImportJob.objects.get().file.name == path.name


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible_and_fit(
    draft: PlanVersion,
    administrator: User,
    open_page: Open,
    axe: Callable[[Any], list[str]],
    screenshot: Callable[..., Path],
    dark: bool,
) -> None:
    accept(
        version=draft, findings=[f.pk for f in open_errors(draft)], reason="x", actor=administrator, now=NOW
    )
    approve(version=draft, revision=1, actor=administrator, now=NOW)
    copy = adjust(plan=draft.plan, reason="财政追减", actor=administrator)
    project = copy.projects.get(name="网络安全检查")
    mend(
        subject=project,
        values={"budget_yuan": "18万元"},
        reason="批复",
        revision=1,
        actor=administrator,
        now=NOW,
    )
    row = Indicator.objects.get(project=project, level3="问题整改率", origin="table")
    plan = draft.plan_id
    pages = {
        "list": reverse("targets:plans"),
        "import": reverse("targets:import_new"),
        "imports": reverse("targets:imports"),
        "rules": reverse("targets:rules"),
        "review": reverse("targets:plan", args=[plan]) + "?v=2",
        "findings": reverse("targets:findings", args=[plan]),
        "mend": reverse("targets:mend_indicator", args=[plan, row.pk]),
        "spend-plan": reverse("targets:project_spend_plan", args=[plan, project.pk]),
        "reading": reverse("targets:reading", args=[plan, row.pk]),
        "corrections": reverse("targets:corrections", args=[plan, 2]),
        "versions": reverse("targets:versions", args=[plan]),
        "difference": reverse("targets:version_difference", args=[plan]),
        "approve": reverse("targets:version_approve", args=[plan, 2]),
        "checkpoints": reverse("targets:checkpoints", args=[plan]),
    }
    faults = []
    page = open_page(pages["list"], user=administrator, dark=dark, size="390" if dark else "1440")
    for name, url in pages.items():
        page.goto(page.url.split("/plans/")[0] + url)
        faults += [f"{name}: {fault}" for fault in axe(page)]
        faults += [wide_things(page)] if wide_things(page) else []
        screenshot(page, f"plans-{name}-{'dark-390' if dark else '1440'}")
    assert not faults, "\n".join(faults)
