"""Pages under load: a county's plans, two web processes, twenty people at once."""

from __future__ import annotations

import time

from plumbline.office.bench.county import INDICATORS, PLANS, PROJECTS, County, build
from plumbline.office.bench.crowd import cookie_of, empty_office, free_port, server, visit
from plumbline.office.bench.harness import Run, benchmark, percentile

PEOPLE, ROUNDS, PROCESSES = 20, 4, 2
#: seconds that a person looks at a page before the next click, on average
THINK = 2.0
MEDIAN, P95 = 0.1, 0.4


@benchmark("web", "网页：50 份目标、2,000 个项目、40,000 个指标，20 人同时使用")
def web(run: Run) -> None:
    """Every list page and the main pages of one plan; each person opens each page in turn.

    First twenty people who look at a page for two seconds on average before they click on; then, for
    the most that the two processes can do, twenty who never pause.
    """
    county, cookie = _prepare(run)
    pages = _pages(county)
    port = free_port()
    with server(port, processes=PROCESSES):
        visit(port, cookie, pages, people=2, rounds=1, think=0)
        taken = visit(port, cookie, pages, people=PEOPLE, rounds=ROUNDS, think=THINK)
        start = time.perf_counter()
        rushed = visit(port, cookie, pages, people=PEOPLE, rounds=1, think=0)
        took = time.perf_counter() - start
    for title, _path in pages:
        run.times(title, taken[title])
    everything = [seconds for times in taken.values() for seconds in times]
    run.times(f"全部页面（{PEOPLE} 人）：中位数", everything, limit=MEDIAN)
    clicks = sum(len(times) for times in rushed.values())
    run.figure(f"{PEOPLE} 人不停点击", clicks / took, unit="页/秒")
    run.figure(
        f"全部页面（{PEOPLE} 人）：95 分位", percentile(everything, 95) * 1000, unit="毫秒", limit=P95 * 1000
    )


def _prepare(run: Run) -> tuple[County, str]:
    empty_office()
    start = time.perf_counter()
    county = build()
    run.figure(
        f"写入 {PLANS * PROJECTS:,} 个项目、{PLANS * PROJECTS * INDICATORS:,} 个指标",
        time.perf_counter() - start,
        unit="秒",
    )
    return county, cookie_of(county.administrator_id)


def _pages(county: County) -> list[tuple[str, str]]:
    from django.urls import reverse

    plan = {"plan_id": county.plan_id}
    return [
        ("总览", reverse("targets:overview")),
        ("目标列表", reverse("targets:plans")),
        ("目标与项目", reverse("targets:plan", kwargs=plan)),
        ("校核问题", reverse("targets:findings", kwargs=plan)),
        ("资金台账", reverse("targets:ledger", kwargs=plan)),
        ("支付记录", reverse("targets:ledger_payments", kwargs=plan)),
        ("指标实测", reverse("targets:values", kwargs=plan)),
        (
            "运行监控",
            reverse("targets:monitoring_checkpoint", kwargs=plan | {"checkpoint_id": county.checkpoint_id}),
        ),
        ("自评总表", reverse("targets:evaluation", kwargs=plan)),
        ("版本", reverse("targets:versions", kwargs=plan)),
        ("表格导出", reverse("reports:forms", kwargs=plan)),
        ("报表", reverse("reports:index")),
        ("操作记录", reverse("audit:list")),
    ]
