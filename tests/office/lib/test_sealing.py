"""Text that is encrypted at rest."""

from __future__ import annotations

import base64

import pytest

from plumbline.office.lib.sealing import PREFIX, SealBroken, seal, unseal

KEY, OTHER = bytes(range(16)), bytes(range(1, 17))


def test_what_was_sealed_opens_with_its_key() -> None:
    assert unseal(seal("13800001234", key=KEY), key=KEY) == "13800001234"
    assert seal("", key=KEY) == "" == unseal("", key=KEY)


def test_equal_texts_look_different() -> None:
    assert seal("13800001234", key=KEY) != seal("13800001234", key=KEY)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken, match="无法解开"):
        unseal(seal("13800001234", key=KEY), key=OTHER)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_an_altered_byte_is_found(place: int) -> None:
    raw = bytearray(base64.b64decode(seal("13800001234", key=KEY).removeprefix(PREFIX)))
    raw[place] ^= 1
    with pytest.raises(SealBroken):
        unseal(PREFIX + base64.b64encode(bytes(raw)).decode(), key=KEY)


@pytest.mark.parametrize("text", ["13800001234", "sm4:", "sm4:AAAA", "sm4:不是编码"])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealBroken):
        unseal(text, key=KEY)
