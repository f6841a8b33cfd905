"""Windows event logs, chunk by chunk: each stands for itself, so a damaged one takes no other with it.

Source: [MS-EVEN6] and the description of the format by Joachim Metz (libevtx): a header of 4,096 bytes, then
chunks of 65,536 bytes, each with its own strings and templates.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import Final

import evtx
import orjson

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files.batches import Batch, Place
from plumbline.kernel.detection.files.streams import Stream

SIGNATURE: Final = b"ElfFile\0"
_HEADER: Final = 4096
_CHUNK: Final = 65_536
_CHUNK_SIGNATURE: Final = b"ElfChnk\0"
#: faults of one chunk after which the rest of it is left alone
_MOST_FAULTS: Final = 1_000
#: more than a chunk can hold
_MOST_RECORDS: Final = _CHUNK // 24
#: bytes of events in a batch
_MOST_BYTES: Final = 4_000_000

_BAD_CHUNK: Final = "事件日志的一个数据块已损坏，其中的事件无法读出"
_BAD_RECORD: Final = "一条事件记录已损坏，已跳过"


def event_log(stream: Stream, ahead: bytes, place: Place, most: int) -> Iterator[Batch]:
    """Batches of events as JSON; a damaged record is told under the number of the event after it.

    `ahead` was read from the stream before, from its beginning on; after `place` is gone on.

    Raises:
        EventFileError: the file ends within its header.
    """
    reader = _Exact(stream, ahead)
    header = bytearray(reader.take(_HEADER))
    if len(header) < _HEADER:
        raise EventFileError(
            "Windows 事件日志不完整，没有可读的内容", where=stream.name, advice="请重新导出这个日志"
        )
    # to the parser, every chunk comes as a file that has just one and is not in use
    struct.pack_into("<H", header, 42, 1)
    struct.pack_into("<I", header, 120, 0)
    parser = _Parser(bytes(header))
    offset = _HEADER
    while offset < place.offset and (chunk := reader.take(_CHUNK)):
        offset += len(chunk)
    batch = Batch([], [], place)
    size = 0
    number = place.number
    while chunk := reader.take(_CHUNK):
        offset += len(chunk)
        for one in parser.records(chunk):
            if isinstance(one, bytes):
                batch.lines.append(one)
                size += len(one)
            else:
                batch.faults.append((number + len(batch.lines), one))
        if len(batch.lines) + len(batch.faults) >= most or size > _MOST_BYTES:
            yield _whole(batch, number, offset, stream)
            number = batch.place.number
            batch, size = Batch([], [], batch.place), 0
    if batch.lines or batch.faults:
        yield _whole(batch, number, offset, stream)


def _whole(batch: Batch, number: int, offset: int, stream: Stream) -> Batch:
    batch.place = Place(offset, number + len(batch.lines), "evtx")
    batch.numbers = range(number, batch.place.number)
    batch.done = stream.done
    return batch


class _Parser:
    """Events of chunks as JSON; as text, what is damaged.

    The parser may loop for ever, or end its process, over damaged bytes. So what a chunk's checksums do not
    vouch for is parsed in a process of its own, for a while.
    """

    def __init__(self, header: bytes) -> None:
        self._header = header
        self._patience = _MOST_LOST

    def records(self, chunk: bytes) -> list[bytes | str]:
        if not chunk.startswith(_CHUNK_SIGNATURE):
            return [_BAD_CHUNK] if chunk.strip(b"\0") else []  # one that was never used is all zeros
        whole = self._header + chunk.ljust(_CHUNK, b"\0")
        if _vouched(whole[_HEADER:]):
            return list(parsed(whole))
        return self._apart(whole) if self._patience else [_BAD_CHUNK]

    def _apart(self, whole: bytes) -> list[bytes | str]:
        try:
            done = subprocess.run(
                [sys.executable, "-c", _APART],
                input=whole,
                capture_output=True,
                timeout=_PATIENCE,
                check=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            found = orjson.loads(done.stdout)
        except (subprocess.SubprocessError, orjson.JSONDecodeError):
            self._patience -= 1
            return [_BAD_CHUNK]
        return [text.encode() if is_event else text for is_event, text in found]


_APART: Final = (
    "import orjson, sys\n"
    "from plumbline.kernel.detection.files.event_logs import parsed\n"
    "found = [(type(one) is bytes, one.decode() if type(one) is bytes else one)\n"
    "         for one in parsed(sys.stdin.buffer.read())]\n"
    "sys.stdout.buffer.write(orjson.dumps(found))\n"
)
#: seconds that a damaged chunk may take, and how many chunks may take longer until such are left out
_PATIENCE: Final = 5
_MOST_LOST: Final = 3


def _vouched(chunk: bytes) -> bool:
    """Whether both checksums of a chunk are right: of its records, and of its header without the flags."""
    free, told = struct.unpack_from("<II", chunk, 48)
    if not 512 <= free <= _CHUNK or zlib.crc32(chunk[512:free]) != told:
        return False
    (of_header,) = struct.unpack_from("<I", chunk, 124)
    return bool(zlib.crc32(chunk[:120] + chunk[128:512]) == of_header)


def parsed(whole: bytes) -> Iterator[bytes | str]:
    """Events of a header and one chunk."""
    try:
        records = evtx.PyEvtxParser(io.BytesIO(whole), 1).records_json()
    except BaseException as error:
        _demand_damage(error)
        yield _BAD_CHUNK
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
    first, last = struct.unpack_from("<QQ", whole, _HEADER + 8)
    missing = last - first + 1 - found
    if 0 < missing < _MOST_RECORDS and not faults:
        yield f"事件日志在此处不完整，有 {missing} 条事件无法读出"


_PANIC: Final = "PanicException"


def _demand_damage(error: BaseException) -> None:
    """Let through what does not come from damaged bytes; the parser's panics are no Exceptions."""
    if not isinstance(error, (RuntimeError, OSError, ValueError)) and type(error).__name__ != _PANIC:
        raise error


class _Exact:
    """Cuts a stream into pieces of a given length."""

    def __init__(self, stream: Stream, ahead: bytes) -> None:
        self._stream = stream
        self._buffer = ahead

    def take(self, size: int) -> bytes:
        """So many bytes; less only at the end."""
        while len(self._buffer) < size and (block := self._stream.read()):
            self._buffer += block
        piece, self._buffer = self._buffer[:size], self._buffer[size:]
        return piece
