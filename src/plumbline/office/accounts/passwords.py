"""One-time passwords: made by the machine, read out by a person, replaced at the first sign-in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which are mistaken for one another on paper."""


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """What is handed to a person, once; only its hash is kept."""

    username: str
    password: str


def one_time_password() -> str:
    """Sixteen characters in four groups: about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
