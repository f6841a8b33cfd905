"""What every test may use. The network is blocked by pytest-socket (see pyproject.toml)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ACCEPTANCE = ROOT.parent / "shared" / "acceptance"
ARTIFACTS = ROOT / "test-artifacts"
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
AXE = ROOT / "build" / "axe.min.js"
#: an evaluation in the page knows no time limit of its own
AXE_RUN = """() => Promise.race([
    axe.run(document, {resultTypes: ['violations']}),
    new Promise((_done, fail) => setTimeout(() => fail(new Error('axe-core took over a minute')), 60_000)),
])"""
SIZES = {"1440": (1440, 900), "1024": (1024, 768), "390": (390, 844)}

pytest_plugins = ["tests.cast"] if find_spec("tests.cast") else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever opens a page is a browser test."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def acceptance() -> Path:
    """The folder of real documents beside the repository; skips where a machine lacks it."""
    if not ACCEPTANCE.is_dir():
        pytest.skip("no acceptance documents beside the repository (../shared/acceptance)")
    return ACCEPTANCE


@pytest.fixture(autouse=True)
def _media(request: pytest.FixtureRequest) -> None:
    """Uploads of a database test go to its own folder."""
    uses = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if uses or request.node.get_closest_marker("django_db"):
        settings = request.getfixturevalue("settings")
        settings.MEDIA_ROOT = str(request.getfixturevalue("tmp_path") / "media")


@pytest.fixture(scope="session", autouse=True)
def _flush_lifts_the_audit_triggers() -> Iterator[None]:
    """A test with real transactions empties every table when it ends; the audit chain forbids that.

    The triggers are lifted for the emptying alone, and the chain gets its head row back.
    """
    from django.db.backends.base.operations import BaseDatabaseOperations

    from plumbline.office.audit import triggers
    from plumbline.office.audit.models import Head
    from plumbline.office.inspections import freeze as checklists
    from plumbline.office.targets import freeze

    flush = BaseDatabaseOperations.execute_sql_flush

    def lifted(operations: Any, sql_list: list[str]) -> None:
        triggers.remove(operations.connection)
        freeze.remove(operations.connection)
        checklists.remove(operations.connection)
        flush(operations, sql_list)
        triggers.install(operations.connection)
        freeze.install(operations.connection)
        checklists.install(operations.connection)
        Head.objects.get_or_create(pk=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)
        yield


def chromium() -> str | None:
    """The browser of this machine."""
    return next((path for path in BROWSERS if Path(path).is_file()), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield instance
        instance.close()


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`open_page(path="/", size="1440", user=None, dark=False)`: a page of the running office.

    A `user` is signed in without the sign-in form. Requests to anywhere else, script errors and
    blocked content fail the test when it ends.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def start(path: str = "/", *, size: str = "1440", user: Any = None, dark: bool = False) -> Any:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(message, faults))
        page.on("request", lambda call: _note_foreign(call.url, live_server.url, faults))
        page.goto(live_server.url + path)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _note(message: Any, faults: list[str]) -> None:
    """Scripts that fail or content that the security policy blocks; plain 4xx answers are the test's own."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(message.text)


def _note_foreign(url: str, home: str, faults: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        faults.append(f"asked for {url}")


def _session_cookie(user: Any, url: str) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": url}


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """`axe(page)`: what axe-core finds serious or critical on a page, one line a finding."""
    if not AXE.is_file():
        pytest.skip("no axe-core on this machine (run `make setup`)")
    source = AXE.read_text(encoding="utf-8")

    def examine(page: Any) -> list[str]:
        page.evaluate(source)
        result = page.evaluate(AXE_RUN)
        return [
            f"{found['impact']} {found['id']}: {found['help']} at {node['target']}"
            for found in result["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"]
        ]

    return examine


@pytest.fixture
def screenshot() -> Callable[[Any, str], Path]:
    """`screenshot(page, "name")`: the whole page as test-artifacts/name.png."""

    def take(page: Any, name: str) -> Path:
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take
