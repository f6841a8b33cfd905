"""What every scanner says in the end: a host, a rule, a severity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.scans.limits import ScanLimits

Severity = Literal["critical", "high", "medium", "low", "info"]
#: stands among the rules tried for every number of that kind
ANY_CVE = "CVE-*"
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


class ScanRefused(PlumblineError):
    """A scanner's report is not read: unknown, damaged, dangerous, or over a limit."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One thing that a scanner found.

    Attributes:
        host: address or name as the scanner wrote it; "" where the report is about files, not machines.
        port: None where none applies.
        protocol: "tcp", "udp"; "" where none applies.
        tool: "nessus", "sarif/Semgrep"; part of what makes it the same thing in the next report.
        rule_id: plugin, template, CVE or rule.
        place: path, parameter or package within the host; part of its identity too.
        seen_at: with a zone; None where the report does not say.
    """

    host: str
    tool: str
    rule_id: str
    title: str
    severity: Severity
    port: int | None = None
    protocol: str = ""
    detail: str = ""
    advice: str = ""
    cve: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    place: str = ""
    seen_at: datetime | None = None


@dataclass(slots=True)
class ScanScope:
    """What a report looked at; complete once the report was read to its end.

    Attributes:
        hosts: those that were really examined, without results too. One that did not answer is not
            among them: nothing is known of it.
        rules: rules that were tried; empty where the report does not say.
        selective: the tool tries only what it is told to: without `rules` nothing is known to be gone.
        unnamed: rules were tried beside `rules`, and the report does not say which.
        ports: ranges of ports that were tried, by protocol; empty where the report does not say.
        tools: as in the results; known without results too.
        tool: name and version as the report gives it, for people.
        scanned_at: latest moment in the report.
        unrated: results without a severity of their own, taken as low.
        left_out: results that the scanner itself marked as false or suppressed.
    """

    hosts: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    selective: bool = False
    unnamed: bool = False
    ports: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    tools: set[str] = field(default_factory=set)
    tool: str = ""
    scanned_at: datetime | None = None
    unrated: int = 0
    left_out: int = 0

    def add_host(self, host: str, limits: ScanLimits) -> None:
        """Note a host.

        Raises:
            ScanRefused: more than a report may have.
        """
        if host:
            self.hosts.add(host)
            if len(self.hosts) > limits.hosts:
                raise ScanRefused(
                    f"报告中的主机超过 {limits.hosts:,} 台", advice="请在扫描器中按网段分成几份导出后再导入。"
                )

    @property
    def is_blind(self) -> bool:
        """Whether the report leaves open which rules were tried, and a guess would be wrong."""
        return self.unnamed or (self.selective and not self.rules)

    def tried(self, rule: str) -> bool:
        """Whether a rule was tried, as far as the report says; a part of one stands for the whole."""
        if not self.rules:
            return not self.selective
        if ANY_CVE in self.rules and rule.startswith("CVE-"):
            return True
        whole = {rule, rule.rpartition("/")[0]} | ({rule.partition(":")[0]} if self.selective else set())
        return not self.rules.isdisjoint(whole)

    def covers(self, port: int, protocol: str) -> bool:
        """Whether a port was tried, as far as the report says."""
        return not self.ports or any(low <= port <= high for low, high in self.ports.get(protocol, ()))

    def add_moment(self, moment: datetime | None) -> None:
        """Note when something was seen."""
        if moment is not None and (self.scanned_at is None or moment > self.scanned_at):
            self.scanned_at = moment


def clean(text: object, most: int) -> str:
    """Text without what a database or XML refuses (control characters, half surrogates), cut to a length."""
    value = text if isinstance(text, str) else "" if text is None else str(text)
    if len(value) > 4 * most:
        value = value[: 4 * most]
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in value if (c >= " " or c in "\n\t") and not "\ud800" <= c <= "\udfff")
    kept = kept.replace("\ufffe", "").replace("\uffff", "").replace("\x7f", "").strip()
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def line(text: object, most: int) -> str:
    """As `clean`, on one line."""
    return " ".join(clean(text, most).split())


def several(values: Iterable[object], limits: ScanLimits) -> tuple[str, ...]:
    """References or CVE numbers: each once, in order, some at most."""
    kept: dict[str, None] = {}
    for value in values:
        text = line(value, 300)
        if text:
            kept.setdefault(text)
        if len(kept) >= limits.references:
            break
    return tuple(kept)


def port_of(value: object) -> int | None:
    """A port between 1 and 65535; None for anything else."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 1 <= number <= 65535 else None


def by_score(score: object) -> Severity | None:
    """The severity of a CVSS score, by the bands of CVSS 3.1; None where it is no score."""
    try:
        number = float(str(score))
    except ValueError:
        return None
    if not 0 <= number <= 10:
        return None
    if number == 0:
        return "info"
    return "critical" if number >= 9 else "high" if number >= 7 else "medium" if number >= 4 else "low"


_WORDS: dict[str, Severity] = {
    "critical": "critical",
    "high": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "info": "info",
    "informational": "info",
    "information": "info",
    "negligible": "info",
    "none": "info",
    "log": "info",
}


def by_word(word: object) -> Severity | None:
    """The severity of a scanner's English word; None where it is none of them."""
    return _WORDS.get(str(word or "").strip().lower())
