"""The report's file: what was read is hashed, then the page is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from plumbline import __version__
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.packs.caching import Loaded
from plumbline.kernel.detection.reporting.page import Content, Examined, report_html
from plumbline.office.operations.detecting.options import NEVER
from plumbline.office.operations.detecting.outputs import write_whole
from plumbline.office.operations.detecting.running import FileRead, Result

_BLOCK = 1 << 20


def write_report(
    path: Path,
    result: Result,
    loaded: Loaded,
    *,
    declared: LogSource | None,
    hashing: Callable[[int, int], None],
    excepted: Sequence[str] = (),
) -> None:
    """Write the report on a run; `excepted` names exceptions in force, `hashing` is told (done, all bytes).

    Raises:
        OutputError: it cannot be written.
    """
    notes = list(result.problems)
    if result.restarts:
        notes.append(f"检测进程异常退出 {result.restarts} 次，已从中断处继续，结果没有重复。")
    if excepted:
        notes.append(f"有 {len(excepted)} 个例外生效，符合的事件不算检出：{'；'.join(excepted)}。")
    content = Content(
        written=datetime.now(UTC),
        version=__version__,
        pack_digest=loaded.digest,
        rule_count=sum(rule != NEVER for rule in loaded.compiled.pack.rules),
        tally=result.tally,
        files=_hashed(result.files, hashing),
        problems=loaded.compiled.problems,
        correlations=result.correlations,
        notes=notes,
        declared="" if declared is None else str(declared),
    )
    write_whole(path, report_html(content).encode("utf-8", "replace"))


def _hashed(files: list[FileRead], hashing: Callable[[int, int], None]) -> list[Examined]:
    total, done = sum(file.size for file in files), 0
    examined = []
    for file in files:
        state = hashlib.sha256()
        try:
            with file.path.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    state.update(block)
                    done += len(block)
                    hashing(done, total)
            digest = state.hexdigest()
        except OSError:  # the reader has told why
            digest = ""
        examined.append(Examined(file.name, file.size, file.events, digest, file.why))
    return examined
