"""What one process does in one go: a file, or a part of a big file of lines.

How files are split hangs on the files alone, never on the number of processes, so results do not either.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from plumbline.kernel.detection.engine import LONGEST_EVENT

#: bytes of a part; big enough that a process has its caches warm, small enough that all have work to the end
PART: Final = 16_000_000
#: files named by one command
MOST_FILES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, or the bytes from `start` to `end` (at ends of lines) of one.

    Attributes:
        name: the file as results call it.
        end: None for a file that is read whole by its kind.
        last: whether it is the last of its file.
        size: bytes on disk, for progress.
    """

    path: Path
    name: str
    start: int
    end: int | None
    last: bool
    size: int


def units_of(files: Iterable[tuple[str, Path]], *, part: int = PART) -> Iterator[Unit]:
    """The units of files (name, path), in order."""
    for name, path in files:
        try:
            size = path.stat().st_size
            borders = _borders(path, size, part) if size > part * 3 // 2 else [0, size]
        except OSError:  # whoever reads it tells why it cannot be read
            size, borders = 0, [0, 0]
        if len(borders) == 2:
            yield Unit(path, name, 0, None, True, size)
            continue
        for start, end in pairwise(borders):
            yield Unit(path, name, start, end, end == size, end - start)


def _borders(path: Path, size: int, part: int) -> list[int]:
    borders = [0]
    with path.open("rb") as file:
        if is_lines(file):
            for place in range(part, size - part // 2, part):
                border = _line_start(file, place)
                if border is not None and borders[-1] < border < size:
                    borders.append(border)
    return [*borders, size]


def is_lines(file: BinaryIO) -> bool:
    """Whether the file begins with two lines that each hold a whole object."""
    file.seek(0)
    lines = [file.readline(LONGEST_EVENT + 2) for _ in range(2)]
    return all(_is_object(line) for line in lines)


def _line_start(file: BinaryIO, place: int) -> int | None:
    """Where a line begins soon after `place`: one that holds an object, after one that does."""
    file.seek(place)
    file.readline(LONGEST_EVENT + 2)
    before = file.readline(LONGEST_EVENT + 2)
    border = file.tell()
    after = file.readline(LONGEST_EVENT + 2)
    return border if _is_object(before) and _is_object(after) else None


def _is_object(line: bytes) -> bool:
    if not (line.startswith(b"{") and line.endswith(b"\n")):
        return False
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def named_files(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """The files of paths as (name, path): folders with all in them, in order of name; each file once."""
    found: dict[str, tuple[str, Path]] = {}
    for path in paths:
        inner = _walk(path) if path.is_dir() else iter([path])
        for one in inner:
            found.setdefault(os.path.realpath(one), (str(one), one))
            if len(found) > MOST_FILES:
                from plumbline.kernel.detection.errors import EventFileError

                raise EventFileError(f"文件超过 {MOST_FILES:,} 个", where=str(path), advice="请分几次检测")
    return list(found.values())


def _walk(folder: Path) -> Iterator[Path]:
    """Files of a folder; links to folders are not followed, hidden ones are left out.

    A folder that cannot be looked into comes in the place of its files: whoever reads it tells so.
    """
    closed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=closed.append):
        while closed:
            yield Path(closed.pop().filename)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file():
                yield path
    for error in closed:
        yield Path(error.filename)
