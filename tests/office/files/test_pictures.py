"""Uploaded pictures tell nothing besides the picture."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, PngImagePlugin, TiffImagePlugin

from plumbline.office.files.pictures import bare_jpeg
from plumbline.office.files.services import open_file, store

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>29,1N</exif:GPSLatitude></x:xmpmeta>'
SECRETS = (b"GPSLatitude", b"SecretPhone", b"29,1N", b"SecretPlace")


def picture(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretPhone"
    exif[0x8825] = {1: "N", 2: (29.0, 1.0, 2.0), 27: b"SecretPlace"}
    exif[0x8769] = {0x9003: "2026:03:02 10:00:00"}
    more: dict[str, Any] = {"exif": exif}
    if kind in ("JPEG", "WEBP"):
        more["xmp"] = XMP
    if kind == "JPEG":
        more["comment"] = b"SecretPlace"
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    if kind == "GIF":
        more = {"comment": b"SecretPlace"}
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[0x0112], tags[700] = 6, XMP
        tags[0x8825] = {1: "N", 2: (29.0, 1.0, 2.0), 29: "SecretPlace"}
        more = {"tiffinfo": tags}
    buffer = io.BytesIO()
    Image.effect_noise((64, 32), 60).convert("P" if kind == "GIF" else "RGB").save(buffer, kind, **more)
    return buffer.getvalue() + (bytes(SECRETS[0]) if kind in ("JPEG", "PNG") else b"")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_kept_picture_tells_neither_place_nor_device(kind: str) -> None:
    original = picture(kind)
    assert any(secret in original for secret in SECRETS)
    stored = store(ContentFile(original, name=f"a.{kind.lower().replace('jpeg', 'jpg')}"), user=None)
    with open_file(stored) as file:
        kept = file.read()
    assert not [secret for secret in SECRETS if secret in kept]
    # the digest is that of what is kept and given out
    assert stored.digest == hashlib.new("sm3", kept).hexdigest() and stored.size == len(kept)
    with Image.open(io.BytesIO(kept)) as after, Image.open(io.BytesIO(original)) as before:
        assert after.tobytes() == before.tobytes()
        assert not any(after.getexif().get_ifd(0x8825).values()) or kind == "TIFF"
        # how a TIFF is turned is applied as it is read
        assert after.size == before.size
        if kind not in ("GIF", "TIFF"):
            assert after.getexif()[0x0112] == 6
        if kind not in ("GIF", "TIFF"):
            assert after.getexif().get_ifd(0x8769)[0x9003] == "2026:03:02 10:00:00"


def test_a_damaged_photo_is_cleaned_as_far_as_it_goes() -> None:
    whole = picture("JPEG")
    for damaged in (
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00",
        whole[:60],
        b"\xff\xd8\xff\xe1\x00\x0aExif\x00\x00xx",
    ):
        assert bare_jpeg(damaged)[:2] == b"\xff\xd8"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_picture_that_ends_early_does_not_break(kind: str) -> None:
    from plumbline.office.files.pictures import _BARE

    whole = picture(kind)
    for length in range(0, len(whole), 37):
        _BARE[kind.lower()](whole[:length])
