"""What the register refuses."""

from __future__ import annotations

from plumbline.kernel.errors import PlumblineError


class RegisterError(PlumblineError):
    """Something cannot be done to the register; says what, and what to do instead."""
