"""Pages under load: a county's plans, two web processes, twenty people at once."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from plumbline.kernel.errors import PlumblineError
from plumbline.office.bench.county import INDICATORS, PLANS, PROJECTS, County, build
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
    port = _free_port()
    with _server(port):
        _fetch(port, cookie, pages, people=2, rounds=1, think=0)
        taken = _fetch(port, cookie, pages, people=PEOPLE, rounds=ROUNDS, think=THINK)
        start = time.perf_counter()
        rushed = _fetch(port, cookie, pages, people=PEOPLE, rounds=1, think=0)
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
    from plumbline.office.operations.boot import start_django

    start_django()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from plumbline.office.accounts.models import User
    from plumbline.office.operations.start import collect_static, migrate

    migrate(lambda _text: None)
    collect_static(lambda _text: None)
    start = time.perf_counter()
    county = build()
    run.figure(
        f"写入 {PLANS * PROJECTS:,} 个项目、{PLANS * PROJECTS * INDICATORS:,} 个指标",
        time.perf_counter() - start,
        unit="秒",
    )
    user = User.objects.get(pk=county.administrator_id)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session.create()
    connections.close_all()
    return county, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


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


@contextmanager
def _server(port: int) -> Iterator[None]:
    """The product's own web command, stopped however the block ends."""
    from plumbline.office.operations.supervisor import web_command

    command = web_command(host="127.0.0.1", port=port, workers=PROCESSES, threads=4)
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy(),
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        if process.poll() is not None:
            raise PlumblineError("网页服务没有启动", advice=f"请单独运行：{sys.argv[0]} up")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise PlumblineError("网页服务一分钟内没有启动")


def _fetch(
    port: int, cookie: str, pages: Sequence[tuple[str, str]], *, people: int, rounds: int, think: float
) -> dict[str, list[float]]:
    """Seconds of every request by page; each person starts at another page."""
    taken: dict[str, list[float]] = defaultdict(list)
    problems: list[str] = []

    def person(first: int) -> None:
        pause = random.Random(first)  # noqa: S311 the same pauses every time
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for step in range(rounds * len(pages)):
            time.sleep(pause.expovariate(1 / think) if think else 0)
            title, path = pages[(first + step) % len(pages)]
            start = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                problems.append(f"{title} {path}：{error}")
                return
            taken[title].append(time.perf_counter() - start)
            if answer.status != 200:
                problems.append(f"{title} {path}：{answer.status}")
                return

    crowd = [threading.Thread(target=person, args=(n,)) for n in range(people)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if problems:
        raise PlumblineError("有页面没有打开", where=problems[0])
    return taken


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
