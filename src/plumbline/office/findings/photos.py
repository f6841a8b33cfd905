"""Photos without the place where they were taken.

A telephone writes the coordinates into every photo. Where a unit's machine room lies is nobody's business
once the photo is passed on, so the coordinates are taken out; the picture itself is not touched, and when
it was taken and how it is turned stays.
"""

from __future__ import annotations

import struct
from typing import Any

from django.core.files.base import ContentFile, File
from PIL import Image

_SOI, _SOS, _APP1 = b"\xff\xd8", 0xDA, 0xE1
_EXIF = b"Exif\x00\x00"
_GPS = 0x8825
#: bytes of a segment, with the two of its length
_LONGEST = 0xFFFF
#: a photo is smaller; anything larger is kept as it came, for the limit of uploads to judge
_LARGEST = 40 * 1024 * 1024


def without_place(upload: File[Any]) -> File[Any]:
    """The upload; a JPEG photo with coordinates is given back without them, under the same name."""
    upload.seek(0)
    head = upload.read(2)
    upload.seek(0)
    if head != _SOI or (upload.size or 0) > _LARGEST:
        return upload
    content = upload.read()
    upload.seek(0)
    stripped = strip_place(content)
    return upload if stripped == content else ContentFile(stripped, name=upload.name)


def strip_place(content: bytes) -> bytes:
    """The bytes of a JPEG without coordinates; what does not look like one is given back as it is."""
    parts, position = [content[:2]], 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        kind = content[position + 1]
        if kind == _SOS:
            break
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        body = content[position + 4 : position + 2 + length]
        if kind == _APP1 and body.startswith(_EXIF):
            parts.append(_segment(_cleared(body)))
        else:
            parts.append(content[position : position + 2 + length])
        position += 2 + length
    return b"".join([*parts, content[position:]])


def _cleared(body: bytes) -> bytes:
    """The Exif block without coordinates; b"" where it cannot be read: then all of it goes."""
    exif = Image.Exif()
    try:
        exif.load(body)
        if _GPS not in exif:
            return body
        exif.get_ifd(0x8769)
        del exif[_GPS]
        cleared = exif.tobytes()
    except (ValueError, KeyError, TypeError, OSError, SyntaxError, struct.error):
        return b""
    return cleared if len(cleared) + 2 <= _LONGEST else b""


def _segment(body: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body if body else b""
