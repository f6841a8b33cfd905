"""Pictures without what they tell besides the picture: where, with what and by whom they were taken.

A telephone writes the coordinates into every photo. Where a unit's machine room lies is nobody's business
once the photo is passed on. So of what is written beside the picture only how it is turned and when it was
taken stay; the picture itself is not touched. BMP holds nothing beside the picture; HEIC is not accepted.
A damaged picture is cleaned as far as it can be read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile, File
from PIL import Image

_EXIF = b"Exif\x00\x00"
_TURNED, _CHANGED, _BLOCK, _TAKEN = 0x0112, 0x0132, 0x8769, 0x9003
#: chunks of a PNG that say something besides the picture
_PNG_WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_GIF_NEEDED = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
#: of a TIFF: XMP, IPTC, Photoshop, maker's note; blocks of tags within; coordinates
_TIFF_WORDS, _TIFF_BLOCKS, _TIFF_PLACE = frozenset({700, 33723, 34377, 37500}), frozenset({34665, 330}), 34853
_MOST_TAGS, _MOST_DIRECTORIES = 512, 500
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def without_words(upload: File[Any], *, kind: str, limit: int) -> File[Any]:
    """The upload; a picture comes back without what it tells besides the picture, under the same name.

    Args:
        kind: key of `kinds.KINDS`.
        limit: bytes; what is larger is left for `store` to refuse.
    """
    if kind not in _BARE or (upload.size or 0) > limit:
        return upload
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    stripped = _BARE[kind](content)
    return upload if stripped == content else ContentFile(stripped, name=upload.name)


def bare_jpeg(content: bytes) -> bytes:
    """Without Exif but turn and time, XMP, IPTC, comments, and what hangs behind the picture."""
    if content[:2] != b"\xff\xd8":
        return content
    parts, position = [content[:2]], 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        kind = content[position + 1]
        if kind == 0xD9:
            return b"".join([*parts, content[position : position + 2]])
        end = position + 2 + int.from_bytes(content[position + 2 : position + 4], "big")
        body = content[position + 4 : end]
        if kind == 0xE1 and body.startswith(_EXIF):
            short = _short_exif(body)
            parts.append(b"\xff\xe1" + struct.pack(">H", len(short) + 2) + short if short else b"")
        elif kind == 0xDA:
            end = _end_of_scan(content, end)
            parts.append(content[position:end])
        elif _is_of_the_picture(kind, body):
            parts.append(content[position:end])
        position = end
    return b"".join([*parts, content[position:]])


def _is_of_the_picture(kind: int, body: bytes) -> bool:
    """Whether a segment of a JPEG is needed to show it: of applications' own only Adobe's and colours."""
    if 0xE1 <= kind <= 0xEF or kind == 0xFE:
        return kind == 0xEE or (kind == 0xE2 and body.startswith(b"ICC_PROFILE\x00"))
    return True


def _end_of_scan(content: bytes, start: int) -> int:
    """Where the next marker stands behind the coded picture."""
    while (start := content.find(b"\xff", start)) != -1 and start + 1 < len(content):
        if content[start + 1] not in (0x00, 0xFF) and not 0xD0 <= content[start + 1] <= 0xD7:
            return start
        start += 1 if content[start + 1] == 0xFF else 2
    return len(content)


def _short_exif(body: bytes) -> bytes:
    """A block that holds turn and time only; b"" where neither is there or it cannot be read."""
    exif, short = Image.Exif(), Image.Exif()
    try:
        exif.load(body)
        taken = exif.get_ifd(_BLOCK).get(_TAKEN)
        for tag in (_TURNED, _CHANGED):
            if tag in exif:
                short[tag] = exif[tag]
        if taken:
            short[_BLOCK] = {_TAKEN: taken}
        return short.tobytes() if len(short) else b""
    except (ValueError, KeyError, TypeError, AttributeError, OSError, SyntaxError, struct.error):
        return b""


def bare_png(content: bytes) -> bytes:
    """Without texts; of Exif the turn and the time stay; nothing behind the end."""
    parts, position = [content[:8]], 8
    while position + 12 <= len(content):
        (length,) = struct.unpack(">I", content[position : position + 4])
        kind = content[position + 4 : position + 8]
        end = position + 12 + length
        if kind == b"eXIf":
            short = _short_exif(_EXIF + content[position + 8 : end - 4])[len(_EXIF) :]
            chunk = kind + short
            if short:
                parts.append(struct.pack(">I", len(short)) + chunk + struct.pack(">I", zlib.crc32(chunk)))
        elif kind not in _PNG_WORDS:
            parts.append(content[position:end])
        position = end
        if kind == b"IEND":
            return b"".join(parts)
    return b"".join([*parts, content[position:]])


def bare_webp(content: bytes) -> bytes:
    """Without XMP; of Exif the turn and the time stay."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return content
    parts, position, flags = [], 12, 0
    while position + 8 <= len(content):
        kind = content[position : position + 4]
        (length,) = struct.unpack("<I", content[position + 4 : position + 8])
        body = content[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
        if kind == b"EXIF":
            body = _short_exif(body if body.startswith(_EXIF) else _EXIF + body)[len(_EXIF) :]
            flags |= 0x08 if body else 0
        if kind != b"XMP " and (kind != b"EXIF" or body):
            parts.append((kind, body))
    packed = b"WEBP"
    for kind, body in parts:
        said = bytes([body[0] & ~0x0C | flags]) + body[1:] if kind == b"VP8X" and body else body
        packed += kind + struct.pack("<I", len(said)) + said + b"\x00" * (len(said) % 2)
    return b"RIFF" + struct.pack("<I", len(packed)) + packed if parts else content


def bare_gif(content: bytes) -> bytes:
    """Without comments and XMP; how often it repeats stays."""
    if len(content) < 13:
        return content
    position = 13 + (3 << (content[10] & 7) + 1 if content[10] & 0x80 else 0)
    parts = [content[:position]]
    while position + 2 <= len(content) and content[position] in (0x21, 0x2C):
        start, is_kept = position, True
        if content[position] == 0x21:
            label = content[position + 1]
            is_kept = label != 0xFE and (
                label != 0xFF or content[position + 3 : position + 14] in _GIF_NEEDED
            )
            position += 2
        elif position + 10 <= len(content):
            packed = content[position + 9]
            position += 11 + (3 << (packed & 7) + 1 if packed & 0x80 else 0)
        while position < len(content) and content[position]:
            position += content[position] + 1
        position += 1
        parts.append(content[start:position] if is_kept else b"")
    return b"".join([*parts, content[position : position + 1]])


def bare_tiff(content: bytes) -> bytes:
    """Coordinates, XMP, IPTC and makers' notes overwritten with zeros, all else where it was."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return content
    tiff = _Tiff(content, order)
    try:
        tiff.blank(struct.unpack_from(f"{order}I", content, 4)[0])
    except (struct.error, RecursionError):
        return bytes(tiff.held)
    return bytes(tiff.held)


class _Tiff:
    """The directories of a TIFF, with bounds on how many are followed and how much is overwritten."""

    def __init__(self, content: bytes, order: str) -> None:
        self.held, self._order = bytearray(content), order
        self._seen: set[int] = set()
        self._left = 2 * len(content)

    def blank(self, start: int, *, is_place: bool = False) -> None:
        """Blank what is told from the directory at `start` on; all of it where it is coordinates.

        Raises:
            struct.error: it is built otherwise than a picture is.
        """
        while start and start not in self._seen:
            self._seen.add(start)
            (count,) = struct.unpack_from(f"{self._order}H", self.held, start)
            if count > _MOST_TAGS or len(self._seen) > _MOST_DIRECTORIES:
                raise struct.error("more directories or tags than a picture has")
            for entry in range(start + 2, start + 2 + 12 * count, 12):
                self._blank_tag(entry, is_place=is_place)
            (start,) = struct.unpack_from(f"{self._order}I", self.held, start + 2 + 12 * count)

    def _blank_tag(self, entry: int, *, is_place: bool) -> None:
        tag, kind, number, value = struct.unpack_from(f"{self._order}HHII", self.held, entry)
        size = number * _TIFF_SIZES.get(kind, 1)
        if tag == _TIFF_PLACE or (tag in _TIFF_BLOCKS and size <= 4):
            self.blank(value, is_place=tag == _TIFF_PLACE)
        elif is_place or tag in _TIFF_WORDS:
            place = entry + 8 if size <= 4 else value
            long = max(min(place + size, len(self.held)) - place, 0)
            self._left -= long
            if self._left < 0:
                raise struct.error("tags lie over each other")
            self.held[place : place + long] = bytes(long)


_BARE: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": bare_jpeg, "png": bare_png, "webp": bare_webp, "gif": bare_gif, "tiff": bare_tiff,
}  # fmt: skip
