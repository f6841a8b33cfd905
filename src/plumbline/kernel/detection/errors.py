"""What can go wrong with rules and packs."""

from __future__ import annotations

from typing import Final

from plumbline.kernel.errors import PlumblineError

#: what pySigma and YAML raise, beside their own errors, over values of kinds that they do not expect
ODD: Final = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
)


class RuleError(PlumblineError):
    """A Sigma rule could not be read or cannot be applied; the others go on."""


class PlaceholderError(RuleError):
    """A rule asks for a value that the office has to give first."""


class PackError(PlumblineError):
    """A pack of rules could not be read, written or updated."""


class EventFileError(PlumblineError):
    """A file of events could not be read."""
