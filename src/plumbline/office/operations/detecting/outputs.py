"""Where results go: the terminal, or a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from plumbline.kernel.errors import PlumblineError


class OutputError(PlumblineError):
    """Results could not be written."""


class Output(Protocol):
    """Takes bytes; raises OutputError where they cannot be written."""

    def write(self, content: bytes, /) -> int:
        """Write all of `content`."""


@contextmanager
def destination(path: Path | None) -> Iterator[Output]:
    """Where bytes go: stdout, or `path`, which takes its name only when all is written.

    A pipe or a device is written to as it is, and of a link what it points to: else it would be replaced.

    Raises:
        OutputError: it cannot be written.
    """
    if path is None:
        with _told(_no_stdout):
            sys.stdout.flush()
        yield _Told(sys.stdout.buffer, _no_stdout)
        with _told(_no_stdout):
            sys.stdout.buffer.flush()
        return

    def failed(error: OSError) -> OutputError:
        return OutputError("结果写不进文件", where=str(path), advice=_advice(error))

    if path.exists() and not path.is_file():
        with _told(failed), path.open("wb") as stream:
            yield _Told(stream, failed)
        return
    final = Path(os.path.realpath(path))
    partial = final.with_name(f"{final.name}.{os.getpid()}.part")
    try:
        with _told(failed):
            with partial.open("wb") as stream:
                yield _Told(stream, failed)
            partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at one stroke.

    Raises:
        OutputError: it cannot be written.
    """
    with destination(path) as stream:
        stream.write(content)


def demand_writable(output: Path | None, report: Path | None, read: Sequence[Path]) -> None:
    """Refuse before the work what would fail after it, and what would destroy what is to be read.

    Raises:
        OutputError: a file cannot be written, or is one of `read`, or both are one.
    """
    given = [path for path in (output, report) if path is not None]
    for path in given:
        if path.is_dir():
            raise OutputError("这是一个目录，不是文件", where=str(path), advice="请写上文件名")
        if not path.absolute().parent.is_dir():
            raise OutputError("目录不存在，无法写入", where=str(path), advice="请先建立目录")
        if not os.access(path.absolute().parent, os.W_OK):
            raise OutputError("没有写入这个目录的权限", where=str(path), advice="请换一个目录")
    sources = {os.path.realpath(path) for path in read}
    for path in given:
        if os.path.realpath(path) in sources:
            raise OutputError("这是要检测的日志，不能覆盖", where=str(path), advice="请换一个文件名")
    if output is not None and report is not None and os.path.realpath(output) == os.path.realpath(report):
        raise OutputError("结果和报告不能写到同一个文件", where=str(report), advice="请换一个文件名")
    if report is not None and report.suffix.lower() in (".pdf", ".doc", ".docx", ".csv", ".json", ".txt"):
        raise OutputError(
            "报告是网页文件", where=str(report), advice="请用 .html 结尾；要 PDF 请在浏览器中打开后打印"
        )


class _Told:
    """A stream whose failures are told as what they are."""

    def __init__(self, stream: BinaryIO, failed: Callable[[OSError], OutputError]) -> None:
        self._stream = stream
        self._failed = failed

    def write(self, content: bytes, /) -> int:
        # flushed at once: a process that is forked meanwhile would flush what is left too, or fail over it
        with _told(self._failed):
            written = self._stream.write(content)
            self._stream.flush()
        return written


@contextmanager
def _told(failed: Callable[[OSError], OutputError]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failed(error) from error


def _no_stdout(error: OSError) -> OutputError:
    # what is still buffered would fail again at the very end, with words and an exit code of Python's own
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return OutputError(
            "接收结果的程序没有读完就退出了",
            where="标准输出",
            advice="后面的结果没有写出；请用 --output 写到文件",
        )
    return OutputError("结果写不出去", where="标准输出", advice=_advice(error))


def _advice(error: OSError) -> str:
    return "磁盘已满，请清理后再试" if error.errno == errno.ENOSPC else error.strerror or ""
