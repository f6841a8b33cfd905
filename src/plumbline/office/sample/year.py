"""The work of one year on one plan of the sample county: payments, values, notes, evaluations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from plumbline.kernel.plans.actual import read_actual
from plumbline.kernel.plans.rulesets import ruleset
from plumbline.office.accounts.models import User
from plumbline.office.files.services import store
from plumbline.office.sample.description import Description
from plumbline.office.sample.papers import paper
from plumbline.office.targets.models import (
    Checkpoint,
    Evaluation,
    EvaluationRow,
    Indicator,
    PlanVersion,
    Project,
)
from plumbline.office.targets.queries.evaluation import evaluation_for
from plumbline.office.targets.services import evaluation as evaluations
from plumbline.office.targets.services.evaluation_entries import RowEntry
from plumbline.office.targets.services.evaluation_freezing import freeze, inputs_digest
from plumbline.office.targets.services.ledger import PaymentEntry, post_payment
from plumbline.office.targets.services.monitoring import NoteEntry, save_notes
from plumbline.office.targets.services.readings import effective_target
from plumbline.office.targets.services.values import Proof, record_value

#: how a description writes that a value could not be measured; the reason stands in place of the proof
UNMEASURED = "不可测"


@dataclass(frozen=True, slots=True)
class Year:
    """An approved plan of the sample, and who works on it.

    Attributes:
        now: aware; what would lie after it is left out.
    """

    version: PlanVersion
    actor: User
    now: datetime

    @property
    def checkpoints(self) -> dict[date, Checkpoint]:
        return {point.day: point for point in self.version.plan.checkpoints.all()}

    def reached(self, day: date) -> bool:
        return day <= timezone.localdate(self.now)


def spend_and_measure(year: Year, described: Description) -> None:
    """Post the payments, and enter the values that people read off elsewhere."""
    for project, row in _projects(year, described):
        for payment in row.get("payments", ()):
            _pay(year, project, payment)
        for name, values in row.get("values", {}).items():
            _measure(year, _indicator(project, name), values)


def judge(year: Year, described: Description) -> None:
    """Write the notes on how things go, and the evaluations, once all values are there."""
    for project, row in _projects(year, described):
        if "note" in row:
            _note(year, project, row)
        if "evaluation" in row:
            _evaluate(year, project, row)


def _projects(year: Year, described: Description) -> list[tuple[Project, dict[str, Any]]]:
    projects = {p.code: p for p in year.version.projects.select_related("line", "version__plan")}
    return [(projects[row["code"]], row) for row in described.projects]


def _indicator(project: Project, name: str) -> Indicator:
    return project.indicators.select_related("line").get(level3=name, use=Indicator.Use.TRACKED)


def _pay(year: Year, project: Project, payment: list[str]) -> None:
    day, amount, fund, voucher, purpose, payee = payment
    if not year.reached(date.fromisoformat(day)):
        return
    entry = PaymentEntry(
        paid_on=date.fromisoformat(day),
        amount_yuan=Decimal(amount),
        fund=fund,
        voucher_no=voucher,
        purpose=purpose,
        payee=payee,
    )
    post_payment(actor=year.actor, line=project.line, entry=entry, now=year.now)


def _measure(year: Year, indicator: Indicator, values: list[list[str]]) -> None:
    for day, text, backing in values:
        checkpoint = year.checkpoints[date.fromisoformat(day)]
        if not year.reached(checkpoint.day):
            continue
        unmeasured = text == UNMEASURED
        written = f"未能测量：{backing}" if unmeasured else text
        proofs = [] if unmeasured else [_proof(year, indicator, checkpoint, text, title=backing)]
        record_value(
            actor=year.actor,
            line=indicator.line,
            checkpoint=checkpoint,
            measure=read_actual(written, effective_target(indicator)),
            now=year.now,
            seen=None,
            proofs=proofs,
        )


def _proof(year: Year, indicator: Indicator, checkpoint: Checkpoint, value: str, *, title: str) -> Proof:
    """A one-page document that says what it would show."""
    upload = paper(title, f"{indicator}，{checkpoint.label}：{value}", name=f"{title}（{checkpoint.label}）")
    return Proof(store(upload, user=year.actor), title)


def _note(year: Year, project: Project, row: dict[str, Any]) -> None:
    checkpoint = year.checkpoints[date.fromisoformat(row["note"]["day"])]
    if not year.reached(checkpoint.day):
        return
    entries = [NoteEntry(None, "", row["note"]["cause"], row["note"]["measure"], 0)]
    entries += [
        NoteEntry(_indicator(project, name).line, likelihood, cause, measure, 0)
        for name, (likelihood, cause, measure) in row.get("likelihoods", {}).items()
    ]
    save_notes(actor=year.actor, checkpoint=checkpoint, line=project.line, entries=entries)


def _evaluate(year: Year, project: Project, row: dict[str, Any]) -> None:
    """Begin the evaluation; final where the year is over and the description is, too."""
    last = max(year.checkpoints)
    evaluation = evaluations.start(
        actor=year.actor,
        project_line=project.line,
        checkpoint=year.checkpoints[last],
        rules=ruleset("national-2020", 1),
        now=year.now,
    )
    reasons = row.get("reasons", {})
    rows = {r.pk: _entry(r, project, reasons) for r in evaluation.rows.select_related("indicator_line")}
    evaluation = evaluations.save(
        evaluation=evaluation,
        rows=rows,
        goal_result=row["evaluation"]["goal_result"],
        revision=evaluation.revision,
        actor=year.actor,
        now=year.now,
    )
    sheet = evaluation_for(project.line)
    is_described = row["evaluation"].get("final", True)  # else its last values wait for a person
    if is_described and year.reached(last) and sheet is not None:
        freeze(
            evaluation=evaluation,
            revision=Evaluation.objects.get(pk=evaluation.pk).revision,
            seen=inputs_digest(sheet),
            actor=year.actor,
            now=year.now,
        )


def _entry(row: EvaluationRow, project: Project, reasons: dict[str, list[str]]) -> RowEntry:
    name = "execution"
    if row.indicator_line_id:
        name = project.indicators.get(line=row.indicator_line_id).level3
    cause, improvement = reasons.get(name, ("", ""))
    return RowEntry(weight=row.weight, deduction_reason=cause, improvement=improvement)
