"""`plumbline up` from the first start to the last signal."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import environment, plumbline

START_SECONDS = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def office(data: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running office, and its port; ended when the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "plumbline", "up", "--port", str(port), "--workers", "1", *words]
    process = subprocess.Popen(
        command, env=environment(data, **more), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=40)


def ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
    except OSError:
        return None
    finally:
        connection.close()
    return answer


def wait_until_it_answers(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        answer = ask(port, "/health/")
        if answer is not None and answer.status == 200:
            return
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.2)
    process.terminate()
    pytest.fail(f"no answer within {START_SECONDS} s:\n{process.communicate()[0]}")


def test_the_first_start_makes_an_administrator_and_the_signal_ends_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with office(data) as (process, port):
        wait_until_it_answers(process, port)
        home = ask(port, "/")
        assert home.status == 302
        page = ask(port, home.headers["Location"])
        policy = page.headers["Content-Security-Policy"]
        assert page.status == 200
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        for styles in re.findall(r'href="(/static/[^"]+\.css)"', page.body.decode()):
            answer = ask(port, styles, **{"Accept-Encoding": "gzip"})
            assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
            assert "immutable" in answer.headers["Cache-Control"]
        process.send_signal(signal.SIGTERM)
        printed = process.communicate(timeout=40)[0]
    assert process.returncode == 0
    assert len(re.findall(r"一次性密码 +(\S{19})\n", printed)) == 1
    assert f"http://127.0.0.1:{port}/" in printed
    assert "Traceback" not in printed
    assert ask(port, "/health/") is None
    with office(data) as (process, port):
        wait_until_it_answers(process, port)
        process.send_signal(signal.SIGINT)
        again = process.communicate(timeout=40)[0]
    assert "一次性密码" not in again


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = plumbline(tmp_path / "data", "up", "--port", str(port))
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("peer", "scheme"), [("127.0.0.1", "https"), ("10.1.1.1", "http")])
def test_only_the_proxy_says_that_a_connection_is_encrypted(tmp_path: Path, peer: str, scheme: str) -> None:
    code = (
        "import sys\n"
        "from plumbline.office.wsgi import application\n"
        "environ = {'REQUEST_METHOD': 'GET', 'PATH_INFO': '/health/', 'SERVER_NAME': 'localhost',"
        " 'SERVER_PORT': '80', 'wsgi.url_scheme': 'http', 'wsgi.input': sys.stdin.buffer,"
        " 'REMOTE_ADDR': sys.argv[1], 'HTTP_X_FORWARDED_FOR': '10.9.9.9',"
        " 'HTTP_X_FORWARDED_PROTO': 'https'}\n"
        "application(environ, lambda *_: None)\n"
        "print(environ['wsgi.url_scheme'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, peer],
        env=environment(tmp_path / "data", PLUMBLINE_HTTPS="1"),
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == scheme, done.stderr
