"""Chunks of Windows event logs to events, in a process of its own.

The parser may loop for ever over damaged bytes, or end its process, whatever their checksums say: those may
be right for bytes that were made to harm. So it runs apart, one process for all files that this one reads.
Run as a script this file is that process; it imports little, for it is to start quickly.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import IO, Final

import evtx

#: bytes of a file's header and of a chunk
HEADER: Final = 4096
CHUNK: Final = 65_536
BAD_CHUNK: Final = "事件日志的一个数据块已损坏，其中的事件无法读出"
_BAD_RECORD: Final = "一条事件记录已损坏，已跳过"
#: faults of one chunk after which the rest of it is left alone
_MOST_FAULTS: Final = 1_000
#: more than a chunk can hold
_MOST_RECORDS: Final = CHUNK // 24
_PANIC: Final = "PanicException"
_SIZE: Final = struct.Struct("<I")
_SCRIPT = __file__
#: how events begin, and what is in none of them
_EVENT: Final = b"{"
_BETWEEN: Final = b"\0"


class _Apart:
    """The process that parses; started when it is needed, ended with this one or when it takes too long."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def parsed(self, whole: bytes, patience: float) -> list[bytes | str] | None:
        process, sink, source = self._running()
        watch = threading.Timer(patience, process.kill)
        watch.daemon = True
        watch.start()
        try:
            sink.write(whole)
            sink.flush()
            content = _answer(source)
        except OSError:  # it has ended
            content = None
        finally:
            watch.cancel()
        if content is None:
            self._end()
            return None
        return [one if one.startswith(_EVENT) else one.decode() for one in content.split(_BETWEEN) if one]

    def _running(self) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        if self._owner != os.getpid():  # another, of which this is a copy, has that one
            self._process = None
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-P", _SCRIPT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                # an interruption at the keyboard is for this process to deal with
                start_new_session=True,
            )
        process = self._process
        if process.stdin is None or process.stdout is None:  # both are asked for
            raise RuntimeError
        return process, process.stdin, process.stdout

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError):  # what it did not take
                process.communicate()


def _answer(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    content = stream.read(size)
    return content if len(content) == size else None


_apart: Final = _Apart()


def parsed_apart(whole: bytes, patience: float) -> list[bytes | str] | None:
    """Events of a header and one chunk; as text, what is damaged. None if it takes longer, in seconds."""
    return _apart.parsed(whole, patience)


def parsed(whole: bytes) -> Iterator[bytes | str]:
    """The same in this process: it may never end."""
    try:
        records = evtx.PyEvtxParser(io.BytesIO(whole), 1).records_json()
    except BaseException as error:
        _demand_damage(error)
        yield BAD_CHUNK
        return
    found = faults = 0
    while faults < _MOST_FAULTS:
        try:
            record = next(records)
        except StopIteration:
            break
        except BaseException as error:
            _demand_damage(error)
            faults += 1
            yield _BAD_RECORD
            if type(error).__name__ == _PANIC:
                break
        else:
            found += 1
            if record is not None:
                yield record["data"].encode()
    # the parser takes zeros for the end of a chunk; the chunk's header tells how many there should be
    first, last = struct.unpack_from("<QQ", whole, HEADER + 8)
    missing = last - first + 1 - found
    if 0 < missing < _MOST_RECORDS and not faults:
        yield f"事件日志在此处不完整，有 {missing} 条事件无法读出"


def _demand_damage(error: BaseException) -> None:
    """Let through what does not come from damaged bytes; the parser's panics are no Exceptions."""
    if not isinstance(error, (RuntimeError, OSError, ValueError)) and type(error).__name__ != _PANIC:
        raise error


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer every chunk with its events, until there are no more."""
    while len(whole := source.read(HEADER + CHUNK)) == HEADER + CHUNK:
        content = _BETWEEN.join(one if isinstance(one, bytes) else one.encode() for one in parsed(whole))
        sink.write(_SIZE.pack(len(content)) + content)
        sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
