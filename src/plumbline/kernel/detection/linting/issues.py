"""What the linter says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: error: the rule does not run or not as it says; warning: it probably does not; hint: could be better
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing about one rule.

    Attributes:
        code: a short English name of the check, stable.
        what: what is the matter; advice: what to do. Chinese sentences without a full stop.
    """

    file: str
    title: str
    key: str
    severity: Severity
    code: str
    what: str
    advice: str

    @property
    def sentence(self) -> str:
        return f"{self.what}。{self.advice}。" if self.advice else f"{self.what}。"


@dataclass(frozen=True, slots=True)
class Remark:
    """An issue before it is known whose it is."""

    severity: Severity
    code: str
    what: str
    advice: str
