"""What a check says: a finding, and the rule that says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from plumbline.kernel.errors import RegistryError
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.registry import Registry

Severity = Literal["error", "warning", "note", "confirmed"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found, or confirmed as right.

    Attributes:
        rule: id of the rule.
        severity: "error" (contradicts itself or cannot be scored), "warning" (should be mended),
            "note" (worth knowing), "confirmed" (checked and right).
        lines: the lines it is about (numbers of Source.lines), ascending, without repeats.
        message: what is so, with the values quoted.
        advice: how to mend it; "" for confirmed.
        where: the places in the user's words, one per line, for formats without line numbers.
    """

    rule: str
    severity: Severity
    lines: tuple[int, ...]
    message: str
    advice: str = ""
    where: tuple[str, ...] = ()


Check = Callable[[PlanDocument], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it looks for, why that matters, how to mend it.

    Attributes:
        id: short, stable, kebab-case.
        severity: the severity its findings have unless it says otherwise.
        title, why, mend: Chinese, for the rules page and for findings.
        check: the function.
    """

    id: str
    severity: Severity
    title: str
    why: str
    mend: str
    check: Check


#: every rule by "module/id": several rules may share an id with another severity
RULES: Registry[Rule] = Registry("校核规则")


def rule(*, id: str, severity: Severity, title: str, why: str, mend: str) -> Callable[[Check], Check]:
    """Register the decorated function as a rule.

    Raises:
        RegistryError: a text is missing, or the id is taken with the same severity.
    """
    if not all((id, title, why, mend)):
        raise RegistryError(f"规则“{id}”缺少标题、理由或整改建议")

    def register(check: Check) -> Check:
        RULES.add(f"{id}:{severity}", Rule(id, severity, title, why, mend, check))
        return check

    return register
