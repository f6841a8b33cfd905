"""The register, the inspection loop and the metrics at the size of a county, with thirty people at once."""

from __future__ import annotations

import statistics
import time
from datetime import date
from functools import partial

from plumbline.office.bench.crowd import cookie_of, empty_office, free_port, server, visit
from plumbline.office.bench.harness import Run, benchmark, percentile
from plumbline.office.bench.register_county import (
    ASSETS,
    FINDINGS,
    NOW,
    SYSTEMS,
    UNITS,
    Register,
    build,
)

PEOPLE, ROUNDS, PROCESSES = 30, 3, 2
#: seconds that a person looks at a page before the next click, on average
THINK = 2.0
LIST_MEDIAN, LIST_P95, DASHBOARD, METRICS_OF_PLAN = 0.15, 0.5, 0.3, 2.0


@benchmark(
    "register",
    f"名录、整改与指标：{UNITS} 个单位、{SYSTEMS:,} 个系统、{ASSETS:,} 项资产、{FINDINGS:,} 个问题",
)
def register(run: Run) -> None:
    """Every list page for the office, the dashboard of office and liaison, and all metrics of one plan."""
    empty_office()
    start = time.perf_counter()
    county = build()
    run.figure("写入全县数据", time.perf_counter() - start, unit="秒")
    _metrics(run, county)
    _queries(run, county)
    office, liaison = cookie_of(county.administrator_id), cookie_of(county.liaison_id)
    lists, own = _lists(county), _own(county)
    port = free_port()
    with server(port, processes=PROCESSES):
        for cookie, pages in ((office, lists), (liaison, own)):
            visit(port, cookie, pages, people=2, rounds=1, think=0)
        taken = visit(port, office, lists, people=PEOPLE, rounds=ROUNDS, think=THINK)
        taken_own = visit(port, liaison, own, people=PEOPLE, rounds=ROUNDS, think=THINK)
    for title, _path in lists:
        run.times(title, taken[title], limit=DASHBOARD if title == "总览" else None)
    for title, _path in own:
        run.times(title, taken_own[title], limit=DASHBOARD)
    everything = [seconds for title, times in taken.items() if title != "总览" for seconds in times]
    run.times(f"全部列表页（{PEOPLE} 人）：中位数", everything, limit=LIST_MEDIAN)
    run.figure(
        f"全部列表页（{PEOPLE} 人）：95 分位",
        percentile(everything, 95) * 1000,
        unit="毫秒",
        limit=LIST_P95 * 1000,
    )


def _lists(county: Register) -> list[tuple[str, str]]:
    from django.urls import reverse

    unit, plan = {"pk": county.unit_id}, {"plan_id": county.plan_id}
    findings = reverse("findings:list")
    return [
        ("总览", reverse("targets:overview")),
        ("单位名录", reverse("units:list")),
        ("单位树", reverse("units:tree")),
        ("单位", reverse("units:unit", kwargs=unit)),
        ("单位的信息系统", reverse("units:unit_systems", kwargs=unit)),
        ("单位的问题", reverse("findings:of_unit", kwargs=unit)),
        ("信息系统", reverse("units:systems")),
        ("测评到期", reverse("units:assessments")),
        ("资产", reverse("units:assets")),
        ("资料不完整的单位", reverse("units:reminders")),
        ("问题", findings),
        ("问题：整改中", f"{findings}?state=notified"),
        ("问题：已逾期", f"{findings}?due=overdue"),
        ("问题：查找", f"{findings}?q=10.0.15"),
        ("问题：第 100 页", f"{findings}?page=100"),
        ("一个问题", reverse("findings:finding", kwargs={"pk": county.finding_id})),
        ("通知书", reverse("findings:notices")),
        ("检查", reverse("inspections:list")),
        ("一次检查", reverse("inspections:inspection", kwargs={"pk": county.inspection_id})),
        ("扫描报告", reverse("inspections:scans")),
        ("指标取值", reverse("targets:bindings", kwargs=plan)),
        ("指标口径", reverse("targets:metrics")),
    ]


def _own(county: Register) -> list[tuple[str, str]]:
    from django.urls import reverse

    return [
        ("联络员：我的任务", reverse("findings:my")),
        ("联络员：本单位问题", reverse("findings:list")),
        ("联络员：本单位", reverse("units:unit", kwargs={"pk": county.unit_id})),
    ]


def _metrics(run: Run, county: Register) -> None:
    """Every metric once over the whole county, as the page of one plan needs them."""
    from plumbline.kernel.metrics.metric import METRICS
    from plumbline.office.targets.measuring.compute import Computer, Way
    from plumbline.office.targets.models import Binding, Plan

    plan = Plan.objects.get(pk=county.plan_id)
    version = plan.versions.get(state="approved")
    project = version.projects.get()
    ways = [Way.of(binding) for binding in Binding.objects.filter(indicator_line__project_line=project.line)]
    days = [point.day for point in plan.checkpoints.all()]

    def all_of_them(day: date) -> None:
        computer = Computer(plan, version, days, NOW.date())
        for way in ways:
            computer.compute(way, project=project, day=day)

    title = f"一份目标的全部 {len(METRICS.latest())} 个口径"
    # the last checkpoint that is over: states of that day are read from events
    past = max(day for day in days if day < NOW.date())
    for name, day in ((title, NOW.date()), (f"{title}（过去的节点）", past)):
        run.measure(name, partial(all_of_them, day), rounds=5, limit=METRICS_OF_PLAN)


def _queries(run: Run, county: Register) -> None:
    """Queries of each list: the same for fifty rows as for a few."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from plumbline.office.accounts.models import User

    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(
        User.objects.get(pk=county.administrator_id), backend=settings.AUTHENTICATION_BACKENDS[1]
    )

    def count(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    pages = _lists(county)
    counts = {title: count(path) for title, path in pages}
    run.figure("列表页查询数：最多", max(counts.values()), unit="次")
    run.figure("列表页查询数：中位数", statistics.median(counts.values()), unit="次")
