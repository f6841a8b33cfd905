"""The unified social credit code (GB 32100-2015) and the organisation code inside it (GB 11714-1997).

A credit code has 18 characters: department (1), class (1), division (6 digits), organisation code (9) and
a check character after ISO/IEC 7064 MOD 31-3. The letters I, O, S, V and Z are not used.
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError

LENGTH, ORGANISATION_LENGTH = 18, 9
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
#: what is easily taken for the letters that the code does not use
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}


class CreditCodeError(PlumblineError):
    """What was typed is no credit code; the message says which place is wrong."""


def normalised(text: str) -> str:
    """The code as it is stored: half-width capitals without blanks and hyphens; "" stays ""."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in plain if not character.isspace() and character != "-")


def checked(text: str) -> str:
    """The normalised code, after every check; "" stays "".

    Raises:
        CreditCodeError: length, characters or one of the two check characters are wrong.
    """
    code = normalised(text)
    if not code:
        return ""
    if len(code) != LENGTH:
        raise CreditCodeError(
            _("统一社会信用代码应为 18 位，现有 %(length)d 位。") % {"length": len(code)},
            advice=_advice(),
        )
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            raise CreditCodeError(_wrong_character(place, character), advice=_advice())
    if not code[2:8].isdecimal():
        raise CreditCodeError(_("第 3 至 8 位是登记管理机关的行政区划码，应全为数字。"), advice=_advice())
    if code[16] != organisation_check(code[8:16]):
        raise CreditCodeError(
            _("第 9 至 17 位（组织机构代码）的校验码不符，可能有一位写错。"), advice=_advice()
        )
    if code[17] != check_character(code[:17]):
        raise CreditCodeError(_("最后一位校验码不符，可能有一位写错或两位颠倒。"), advice=_advice())
    return code


def check_character(first: str) -> str:
    """The 18th character that belongs to the first 17 (GB 32100-2015, appendix B)."""
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first: str) -> str:
    """The check character of an organisation code's first eight (GB 11714-1997): 0–9 or X."""
    total = sum(int(c, 36) * weight for c, weight in zip(first, _ORGANISATION_WEIGHTS, strict=True))
    rest = -total % 11
    return "X" if rest == 10 else str(rest)


def grouped(code: str) -> str:
    """The code with thin gaps as certificates print it: department, division, organisation, check."""
    return f"{code[:2]} {code[2:8]} {code[8:17]} {code[17:]}" if len(code) == LENGTH else code


def _advice() -> str:
    return _("请对照法人证书或营业执照，逐位核对。")


def _wrong_character(place: int, character: str) -> str:
    if character in _LOOKALIKES:
        return _("第 %(place)d 位“%(character)s”不会出现在代码中，可能应为“%(meant)s”。") % {
            "place": place,
            "character": character,
            "meant": _LOOKALIKES[character],
        }
    return _("第 %(place)d 位“%(character)s”不是数字或大写字母。") % {"place": place, "character": character}
