"""One office at a time on one data folder: a lock that the system lifts when its holder ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from plumbline.kernel.errors import PlumblineError


@contextmanager
def running(data: Path) -> Iterator[None]:
    """Hold the data folder while the office runs, or while it is being restored.

    Raises:
        PlumblineError: another process holds it.
    """
    with (data / ".running").open("a+") as file:
        if not _take(file):
            raise PlumblineError(
                "准绳正在这个数据目录上运行",
                where=str(data),
                advice="请先停止它（在它的窗口按 Ctrl+C），再重试。",
            )
        yield


if os.name == "nt":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
