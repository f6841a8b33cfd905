"""A network that neither answers nor breaks: the tablet must not wait for it when the page is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser]
WORKER = Path(__file__).resolve().parents[2] / "src/plumbline/office/static/plumbline/inspections/worker.js"
KEEP = """async () => {
    await navigator.serviceWorker.register("/inspections/worker.js", { scope: "/inspections/" });
    const ready = await navigator.serviceWorker.ready;
    ready.active.postMessage({ keep: location.pathname, assets: [], user: 1 });
}"""


@pytest.fixture
def line() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """Address of a server, the event that makes it dead slow, and the one that lets it go."""
    slow, released = threading.Event(), threading.Event()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if slow.is_set():
                released.wait(30)
            is_script = self.path.endswith(".js")
            body = WORKER.read_bytes() if is_script else b"<p id=kept>kept</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Not into the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", slow, released
    released.set()
    server.shutdown()


def test_on_a_dead_slow_network_the_kept_page_opens_after_some_seconds(
    browser: Any, line: tuple[str, threading.Event, threading.Event]
) -> None:
    address, slow, released = line
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/inspections/1/answers/")
    page.evaluate(KEEP)
    page.wait_for_function("async () => Boolean(await caches.match(location.pathname))")
    slow.set()
    began = time.monotonic()
    page.reload(timeout=20_000, wait_until="commit")
    page.wait_for_selector("#kept")
    assert 7 < time.monotonic() - began < 14
    released.set()
    context.close()
