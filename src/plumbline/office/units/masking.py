"""Telephone numbers and addresses as people see them who need not know them: 138****5678, z***@…"""

from __future__ import annotations

STARS = "****"
_MOBILE_DIGITS = 11


def masked_number(text: str) -> str:
    """A number with its middle hidden: of a mobile the first three and last four stay, else the last two."""
    digits = [place for place, character in enumerate(text) if character.isdecimal()]
    if not digits:
        return STARS if text else ""
    if len(digits) == _MOBILE_DIGITS and len(text) == _MOBILE_DIGITS and text.startswith("1"):
        return f"{text[:3]}{STARS}{text[-4:]}"
    return f"{STARS}{text[-2:]}" if len(digits) > 4 else STARS


def masked_email(text: str) -> str:
    """An address with its name hidden but the first letter: z***@example.cn."""
    if not text:
        return ""
    name, at, domain = text.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else STARS
