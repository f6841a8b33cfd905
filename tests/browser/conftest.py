"""What the walks through the office share: accounts that work, a worker that runs once, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: colours of a committed picture; enough for flat pages, and far smaller than the browser's own file
COLOURS = 128
NARROW = {"width": 390, "height": 844}
#: colours that still fade into each other have the contrast of neither; ended at once rather than waited
#: for, because a page that lies behind others draws no frames and would fade for ever
SETTLED = """() => document.getAnimations()
    .filter((one) => one instanceof CSSTransition)
    .forEach((one) => one.finish())"""


@pytest.fixture
def work_off() -> Callable[[], None]:
    """`work_off()`: what the background worker does with everything that waits, and no more."""
    from django_tasks_db.management.commands.db_worker import Worker

    def once() -> None:
        Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="browser-test",
        ).run()

    return once


@pytest.fixture
def picture() -> Callable[..., None]:
    """`picture(page, "name")`: for the documents, only where PLUMBLINE_SCREENSHOTS names a folder.

    PLUMBLINE_SCREENSHOTS=docs/images pytest tests/browser
    """
    folder = os.environ.get("PLUMBLINE_SCREENSHOTS", "")

    def take(page: Any, name: str, *, whole: bool = False) -> None:
        if not folder:
            return
        from PIL import Image

        path = ROOT / folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=path, full_page=whole, animations="disabled")
        with Image.open(path) as image:
            small = image.convert("RGB").quantize(COLOURS)
        small.save(path, optimize=True)

    return take


def beside(page: Any) -> int:
    """How many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def look(axe: Callable[[Any], list[str]]) -> Iterator[Callable[[Any], None]]:
    """`look(page)`: light and dark, wide and narrow; what is wrong is told when the test ends."""
    faults: list[str] = []

    def at(page: Any) -> None:
        # a page behind another one draws no frames, and what waits for one would wait for ever
        page.bring_to_front()
        page.wait_for_load_state("networkidle")
        wide = page.viewport_size
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.setAttribute('data-bs-theme', theme)", theme)
            page.evaluate(SETTLED)
            faults.extend(f"{page.url} ({theme}) {found}" for found in axe(page))
        page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'light')")
        page.set_viewport_size(NARROW)
        page.evaluate(SETTLED)
        if beside(page) > 0:
            faults.append(f"{page.url}: {beside(page)} px wider than a telephone")
        faults.extend(f"{page.url} (narrow) {found}" for found in axe(page))
        page.set_viewport_size(wide)

    yield at
    assert not faults, "\n".join(faults)
