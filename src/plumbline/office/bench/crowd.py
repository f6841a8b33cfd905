"""A crowd before the product's own web server: who opens which page, and how long it takes."""

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


def empty_office() -> None:
    """Migrate an empty database and collect what the pages need."""
    from plumbline.office.operations.boot import start_django

    start_django()
    from plumbline.office.operations.start import collect_static, migrate

    migrate(lambda _text: None)
    collect_static(lambda _text: None)


def cookie_of(user_id: int) -> str:
    """A session of a person, as the browser would send it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from plumbline.office.accounts.models import User

    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session.create()
    connections.close_all()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def server(port: int, *, processes: int) -> Iterator[None]:
    """The product's own web command, stopped however the block ends."""
    from plumbline.office.operations.supervisor import web_command

    command = web_command(host="127.0.0.1", port=port, workers=processes, threads=4)
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


def visit(
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
