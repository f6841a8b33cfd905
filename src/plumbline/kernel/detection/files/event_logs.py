"""Windows event logs, chunk by chunk: each stands for itself, so a damaged one takes no other with it.

Source: [MS-EVEN6] and the description of the format by Joachim Metz (libevtx): a header of 4,096 bytes, then
chunks of 65,536 bytes, each with its own strings and templates.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from plumbline.kernel.detection.errors import EventFileError
from plumbline.kernel.detection.files.batches import Batch, Place
from plumbline.kernel.detection.files.chunks import BAD_CHUNK, CHUNK, HEADER, parsed_apart
from plumbline.kernel.detection.files.streams import Stream

SIGNATURE: Final = b"ElfFile\0"
_CHUNK_SIGNATURE: Final = b"ElfChnk\0"
#: bytes of events in a batch
_MOST_BYTES: Final = 4_000_000


def event_log(stream: Stream, ahead: bytes, place: Place, most: int) -> Iterator[Batch]:
    """Batches of events as JSON; a damaged record is told under the number of the event after it.

    `ahead` was read from the stream before, from its beginning on; after `place` is gone on.

    Raises:
        EventFileError: the file ends within its header.
    """
    reader = _Exact(stream, ahead)
    header = bytearray(reader.take(HEADER))
    if len(header) < HEADER:
        raise EventFileError(
            "Windows 事件日志不完整，没有可读的内容", where=stream.name, advice="请重新导出这个日志"
        )
    # to the parser, every chunk comes as a file that has just one and is not in use
    struct.pack_into("<H", header, 42, 1)
    struct.pack_into("<I", header, 120, 0)
    parser = _Parser(bytes(header))
    offset = HEADER
    while offset < place.offset and (chunk := reader.take(CHUNK)):
        offset += len(chunk)
    batch = Batch([], [], place)
    size = 0
    number = place.number
    while chunk := reader.take(CHUNK):
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

    What a chunk's checksums do not vouch for is given up once others of the file took too long.
    """

    def __init__(self, header: bytes) -> None:
        self._header = header
        self._lost = 0

    def records(self, chunk: bytes) -> list[bytes | str]:
        if not chunk.startswith(_CHUNK_SIGNATURE):
            return [BAD_CHUNK] if chunk.strip(b"\0") else []  # one that was never used is all zeros
        whole = self._header + chunk.ljust(CHUNK, b"\0")
        patient = self._lost < _MOST_LOST
        if not patient and not _vouched(whole[HEADER:]):
            return [BAD_CHUNK]
        found = parsed_apart(whole, _PATIENCE if patient else _LITTLE_PATIENCE)
        if found is None:
            self._lost += 1
            return [BAD_CHUNK]
        return found


#: seconds that a chunk may take (a sound one takes some hundredths), and after so many that took longer
_PATIENCE: Final = 5.0
_LITTLE_PATIENCE: Final = 1.0
_MOST_LOST: Final = 3


def _vouched(chunk: bytes) -> bool:
    """Whether both checksums of a chunk are right: of its records, and of its header without the flags."""
    free, told = struct.unpack_from("<II", chunk, 48)
    if not 512 <= free <= CHUNK or zlib.crc32(chunk[512:free]) != told:
        return False
    (of_header,) = struct.unpack_from("<I", chunk, 124)
    return bool(zlib.crc32(chunk[:120] + chunk[128:512]) == of_header)


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
