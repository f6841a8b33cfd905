"""The findings of a version, and the rules behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from plumbline.kernel.plans.checking import rules
from plumbline.kernel.plans.finding import Rule
from plumbline.office.targets.models import PlanFinding, PlanVersion

State = PlanFinding.State
RANK = Case(
    When(severity="error", then=Value(0)),
    When(severity="warning", then=Value(1)),
    When(severity="note", then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)
COLUMNS = {
    "severity": ("rank", "id"),
    "rule": ("rule", "rank", "id"),
    "state": ("state", "rank", "id"),
    "place": ("id",),
}


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The open findings of one rule."""

    rule: str
    title: str
    count: int


def findings(
    version: PlanVersion, *, severity: str = "", state: str = "", rule: str = "", search: str = ""
) -> QuerySet[PlanFinding]:
    """The findings that match, with `rank` (errors first); confirmations only where they are asked for."""
    rows = version.findings.select_related("disposed_by").annotate(rank=RANK)
    if severity in PlanFinding.Severity.values:
        rows = rows.filter(severity=severity)
    else:
        rows = rows.exclude(severity=PlanFinding.Severity.CONFIRMED)
    if state in State.values:
        rows = rows.filter(state=state)
    if rule:
        rows = rows.filter(rule=rule)
    if search:
        rows = rows.filter(
            Q(message__icontains=search) | Q(disposition__icontains=search) | Q(rule__icontains=search)
        )
    return rows


def open_groups(version: PlanVersion) -> list[RuleGroup]:
    """The rules with several open findings, most first: what can be accepted in one go."""
    rows = version.findings.filter(state=State.OPEN).exclude(severity=PlanFinding.Severity.CONFIRMED)
    counted = rows.order_by().values("rule").annotate(n=Count("pk")).filter(n__gt=1).order_by("-n", "rule")
    titles = rule_titles()
    return [RuleGroup(row["rule"], titles.get(row["rule"], row["rule"]), row["n"]) for row in counted]


def findings_at(version: PlanVersion, lines: Iterable[int]) -> list[PlanFinding]:
    """Open findings that are about any of these lines."""
    wanted = set(lines)
    rows = version.findings.filter(state=State.OPEN).exclude(severity=PlanFinding.Severity.CONFIRMED)
    return [row for row in rows.annotate(rank=RANK).order_by("rank", "id") if wanted & set(row.lines)]


def rule_titles() -> dict[str, str]:
    """What each rule is called; of those with several severities the gravest."""
    titles: dict[str, str] = {}
    for rule in sorted(rules(), key=lambda rule: PlanFinding.Severity.values.index(rule.severity)):
        titles.setdefault(rule.id, rule.title)
    return titles


def rule_list(*, search: str = "", severity: str = "") -> list[Rule]:
    """The rules that match, confirmations left out unless asked for."""
    found = [r for r in rules() if (r.severity == severity if severity else r.severity != "confirmed")]
    words = search.casefold()
    return [r for r in found if words in f"{r.id}{r.title}{r.why}{r.mend}".casefold()]


def rule_of(finding: PlanFinding) -> Rule | None:
    """The rule that said it; None where a later release no longer has it."""
    same = [r for r in rules() if r.id == finding.rule]
    return next((r for r in same if r.severity == finding.severity), same[0] if same else None)
