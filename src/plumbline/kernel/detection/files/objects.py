"""JSON objects one after another: over several lines each, on one line, in an array, with whatever between.

Where objects begin and end is told by brackets and strings alone; whether one is JSON, the engine tells.
After one that cannot be, reading goes on at the next line that begins an object like it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from plumbline.kernel.detection.engine import LONGEST_EVENT
from plumbline.kernel.detection.files.batches import Batch, Form, Place, Source

#: what holds no bracket: whole strings, and everything that is neither string nor bracket
# without possessive quantifiers, which early releases of Python 3.11 get wrong: each text matches in one way
_PLAIN: Final = re.compile(rb'(?:[^"{}\[\]]+|"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*")*')
_IN_STRING: Final = re.compile(rb'[^"\\\n]*(?:\\[^\n][^"\\\n]*)*')
#: white space, commas and brackets of arrays; the record separator of JSON text sequences
_BETWEEN: Final = re.compile(rb"[\s,\[\]\x00\x1e]*")
_INDENT: Final = re.compile(rb"\n([ \t]*)\Z")
#: bytes before an object that are kept to tell its indentation
_BEFORE: Final = 64
#: nothing that the engine takes is nested deeper
_DEEPEST: Final = 64
#: bytes that may be looked at in vain before that is told from the size of the file
_MUCH: Final = 8_000_000
#: bytes of events in a batch
_MOST_BYTES: Final = 4_000_000
_CLOSED_BY: Final = {ord("{"): ord("}"), ord("["): ord("]")}


def objects(stream: Source, ahead: bytes, place: Place, most: int, form: Form) -> Iterator[Batch]:
    """Batches of objects. `ahead` was read from the stream before, from `place` on.

    "wrapped" says that what stands around the objects is no loss.
    """
    reader = _Objects(stream, ahead, place.offset)
    number = place.number
    batch = Batch([], [], place)
    numbers: list[int] = []
    size = 0
    for piece in reader.pieces():
        if isinstance(piece, bytes):
            batch.lines.append(piece)
            numbers.append(number)
            size += len(piece)
        elif form == "wrapped" and piece == "not an object":
            continue
        else:
            batch.faults.append((number, piece))
        number += 1
        if len(numbers) + len(batch.faults) >= most or size > _MOST_BYTES:
            batch.numbers, batch.done = numbers, stream.done
            batch.place = Place(reader.offset, number, form)
            yield batch
            batch, numbers, size = Batch([], [], batch.place), [], 0
    if numbers or batch.faults:
        batch.numbers, batch.done = numbers, stream.done
        batch.place = Place(reader.offset, number, form)
        yield batch


class _Objects:
    """A buffer over a stream, from which objects are cut.

    Memory stays bounded: an object is given up when it is too long or too deep. Work does too: what was
    looked at in vain is looked at again for what begins in it, but once that is much, it is left out.
    """

    def __init__(self, stream: Source, ahead: bytes, offset: int) -> None:
        self._stream = stream
        self._buffer = ahead
        self._at = 0
        self._base = offset  # of the buffer in the content
        self._start = offset
        self._vain = 0  # bytes of objects that were given up

    @property
    def offset(self) -> int:
        """How far the content is done: before the indentation of what comes, which tells where to recover."""
        found = self._indent()
        return self._base + self._at - (len(found[0]) if found else 0)

    def _indent(self) -> re.Match[bytes] | None:
        return _INDENT.search(self._buffer[max(0, self._at - _BEFORE) : self._at])

    def pieces(self) -> Iterator[bytes | str]:
        """Objects as bytes; as text, why something was skipped."""
        while True:
            self._at = self._past(_BETWEEN)
            if self._at == len(self._buffer):
                if not self._more():
                    return
            elif self._buffer[self._at] == ord("{"):
                yield self._object()
            else:
                self._find(b"{", self._at)
                yield "not an object"

    def _object(self) -> bytes | str:
        """The object that begins here, or why it is skipped; moves behind it."""
        found = self._indent()
        mark = b"\n" + (found[1] if found else b"") + b"{"
        stack: list[int] = []
        done = 0  # bytes of the object that were looked at
        while True:
            # no further than an object may be long, however much is there: that hangs on where reading began
            end = min(len(self._buffer), self._at + LONGEST_EVENT + 1)
            here = self._past(_PLAIN, done, end)
            done = here - self._at
            byte = self._buffer[here] if here < end else None
            if byte is None or (byte == ord('"') and self._buffer.find(b"\n", here, end) < 0):
                if end - self._at > LONGEST_EVENT:
                    if self._buffer.find(mark, self._at, end) >= 0:
                        self._recover(mark, done)
                    else:
                        self._pass_by(stack, done, mark)
                    return "too long"
                if not self._more():
                    self._recover(mark, done)
                    return "not JSON"
                continue
            if not self._fits(stack, here):
                self._recover(mark, done)
                return "too deep" if len(stack) > _DEEPEST else "not JSON"
            done += 1
            if not stack:
                one = self._buffer[self._at : self._at + done]
                self._at += done
                return one

    def _fits(self, stack: list[int], here: int) -> bool:
        """Whether the bracket here can stand where it does; keeps the brackets that are open."""
        byte = self._buffer[here]
        if byte == ord('"'):  # a string that no quotation mark ends on its line
            return False
        if byte in _CLOSED_BY:
            if byte == ord("{") and stack and stack[-1] == ord("}"):
                before = here - 1
                while self._buffer[before] in b" \t\r\n":
                    before -= 1
                if self._buffer[before] != ord(":"):
                    return False
            stack.append(_CLOSED_BY[byte])
            return len(stack) <= _DEEPEST
        return bool(stack) and stack.pop() == byte

    def _pass_by(self, stack: list[int], done: int, mark: bytes) -> None:
        """Move behind an object of which nothing is kept."""
        self._at += done
        in_string = False
        while stack:
            self._at = self._past(_IN_STRING if in_string else _PLAIN)
            here = self._buffer[self._at : self._at + 1]
            if here == b'"':
                if not in_string and self._buffer.find(b"\n", self._at) >= 0:
                    return self._recover(mark)
                in_string = not in_string
                self._at += 1
            elif not here or (in_string and self._at + 1 == len(self._buffer) and here == b"\\"):
                if not self._more():
                    self._at = len(self._buffer)
                    return None
            elif in_string:
                self._at -= 1  # a line feed that ends a string may begin a mark
                return self._recover(mark)
            elif not self._fits(stack, self._at):
                return self._recover(mark)
            else:
                self._at += 1
        return None

    def _recover(self, mark: bytes, done: int = 0) -> None:
        """Move to the next line that begins an object like the one that was given up after `done` bytes."""
        self._vain += done
        much = self._vain > _MUCH + 4 * (self.offset - self._start)
        self._find(mark, self._at + (max(1, done) if much else 1))

    def _find(self, mark: bytes, begin: int) -> None:
        """Move to the brace at the end of a mark, or to the end."""
        while (found := self._buffer.find(mark, begin)) < 0:
            self._at = max(begin, len(self._buffer) - len(mark))
            if not self._more():
                self._at = len(self._buffer)
                return
            begin = self._at
        self._at = found + len(mark) - 1

    def _past(self, pattern: re.Pattern[bytes], done: int = 0, end: int = sys.maxsize) -> int:
        match = pattern.match(self._buffer, self._at + done, end)
        return match.end() if match else self._at + done

    def _more(self) -> bool:
        """Read on; forgets what is done. False at the end."""
        block = self._stream.read()
        drop = max(0, self._at - _BEFORE)
        self._buffer = self._buffer[drop:] + block
        self._base += drop
        self._at -= drop
        return bool(block)
