"""Where results go: the terminal, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from plumbline.kernel.errors import PlumblineError


class OutputError(PlumblineError):
    """Results could not be written."""


@contextmanager
def destination(path: Path | None) -> Iterator[BinaryIO]:
    """A stream for bytes: stdout, or `path`, which takes its name only when all is written.

    Raises:
        OutputError: it cannot be written.
    """
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        try:
            with partial.open("wb") as stream:
                yield stream
            partial.replace(path)
        except OSError as error:
            raise OutputError("结果写不进文件", where=str(path), advice=error.strerror or "") from error
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at one stroke.

    Raises:
        OutputError: it cannot be written.
    """
    with destination(path) as stream:
        stream.write(content)
