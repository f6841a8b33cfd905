"""Text that is encrypted at rest with SM4-GCM (GB/T 32907-2016; GCM as in NIST SP 800-38D).

A sealed value is `sm4:` and base64 of 12 bytes nonce, ciphertext, 16 bytes tag. The nonce is random and
never repeated for a value, so equal texts look different in the database and cannot be searched for.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError

PREFIX = "sm4:"
NONCE, TAG = 12, 16


class SealBroken(PlumblineError):
    """A sealed text cannot be opened: the key is another one, or the text was altered."""


def seal(text: str, *, key: bytes | None = None) -> str:
    """Encrypt a text; "" stays ""."""
    if not text:
        return ""
    nonce = secrets.token_bytes(NONCE)
    encryptor = Cipher(algorithms.SM4(key or settings.PLUMBLINE_SEALING_KEY), modes.GCM(nonce)).encryptor()
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return PREFIX + base64.b64encode(nonce + body + encryptor.tag).decode()


def unseal(sealed: str, *, key: bytes | None = None) -> str:
    """Decrypt a sealed text; "" stays "".

    Raises:
        SealBroken: the key is not the one it was sealed with, or it was altered.
    """
    if not sealed:
        return ""
    try:
        raw = base64.b64decode(sealed.removeprefix(PREFIX), validate=True)
        mode = modes.GCM(raw[:NONCE], raw[-TAG:])
        decryptor = Cipher(algorithms.SM4(key or settings.PLUMBLINE_SEALING_KEY), mode).decryptor()
        return (decryptor.update(raw[NONCE:-TAG]) + decryptor.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            _("加密保存的联系方式无法解开。"),
            advice=_("请从备份恢复数据目录中的 sealing.key 文件，或请管理员重新登记联系方式。"),
        ) from error


class SealedTextField(models.TextField):
    """A short text that the database holds encrypted and the program reads in clear."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return unseal(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value) if value else value
