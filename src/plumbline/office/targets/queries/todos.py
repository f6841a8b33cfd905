"""What is to be done for a plan, by whom, and what comes up in the next days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel.plans.spending import Due
from plumbline.office.lib.money import yuan_text
from plumbline.office.targets.models import (
    Evaluation,
    EvaluationRow,
    Payment,
    Plan,
    PlanFinding,
    PlanVersion,
)
from plumbline.office.targets.queries.ledger import ProjectSpending
from plumbline.office.targets.queries.values import Completeness

#: How far ahead the first page looks.
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `kind` as of the state tag; `capability` is what doing it takes."""

    kind: str
    text: str
    url: str
    capability: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One thing that falls due within `AHEAD`."""

    day: date
    title: str
    detail: str
    url: str
    days: int


def todos_of(
    plan: Plan,
    *,
    draft: PlanVersion | None,
    spendings: Sequence[ProjectSpending],
    filled: Sequence[Completeness],
    completed: Iterable[int],
    today: date,
) -> list[Todo]:
    """What is open now, the most pressing first.

    Args:
        draft: the version under review, if there is one.
        filled: completeness of every checkpoint.
        completed: ids of checkpoints whose monitoring was declared complete.
    """
    return [
        *_of_draft(plan, draft),
        *_of_money(plan, spendings),
        *_of_checkpoints(plan, filled, set(completed)),
        *_of_evaluation(plan, spendings, today=today),
    ]


def upcoming_of(
    plan: Plan, *, spendings: Sequence[ProjectSpending], filled: Sequence[Completeness], today: date
) -> list[Upcoming]:
    """Spend points, checkpoints and the evaluation within the next days, by day."""
    until = today + AHEAD
    found = list(_spend_days(plan, spendings, today=today, until=until))
    for point in filled:
        if today <= point.checkpoint.day <= until:
            missing = point.total - point.filled
            words = ngettext("%(n)d 项实测值待填", "%(n)d 项实测值待填", missing) % {"n": missing}
            url = reverse("targets:monitoring_checkpoint", args=[plan.pk, point.checkpoint.pk])
            title = _("监控节点：%(label)s") % {"label": point.checkpoint.title}
            day = point.checkpoint.day
            found.append(
                Upcoming(day, title, words if missing else _("实测值已填齐"), url, (day - today).days)
            )
    last = date(plan.year, 12, 31)
    if spendings and today <= last <= until:
        url = reverse("targets:ledger", args=[plan.pk])
        found.append(Upcoming(last, _("年度结束，开展绩效自评"), "", url, (last - today).days))
    return sorted(found, key=lambda item: item.day)


def _of_draft(plan: Plan, draft: PlanVersion | None) -> Iterable[Todo]:
    if draft is None:
        return
    sums = draft.findings.filter(state=PlanFinding.State.OPEN).aggregate(
        open=Count("pk", filter=~Q(severity=PlanFinding.Severity.CONFIRMED)),
        errors=Count("pk", filter=Q(severity=PlanFinding.Severity.ERROR)),
    )
    url = reverse("targets:plan", args=[plan.pk])
    if sums["open"]:
        words = _("%(open)d 个校核问题待处理，其中错误 %(errors)d 个") % sums
        yield Todo("bad" if sums["errors"] else "warning", words, url, "plans.edit")
    if not sums["errors"]:
        yield Todo("waiting", _("第 %(n)d 版核对完毕，等待批准") % {"n": draft.number}, url, "plans.approve")


def _of_money(plan: Plan, spendings: Sequence[ProjectSpending]) -> Iterable[Todo]:
    waiting = Payment.objects.filter(project_line__plan=plan, state=Payment.State.PENDING).count()
    if waiting:
        words = ngettext("%(n)d 笔超预算支付待批准", "%(n)d 笔超预算支付待批准", waiting) % {"n": waiting}
        url = reverse("targets:ledger_payments", args=[plan.pk]) + "?state=pending"
        yield Todo("waiting", words, url, "ledger.override")
    late = [s.standing for s in spendings if s.standing.overdue]
    if late:
        words = _("%(n)d 个项目支出逾期，共差 %(amount)s 元，最长 %(days)d 天") % {
            "n": len(late),
            "amount": yuan_text(sum((standing.behind for standing in late), Decimal(0))),
            "days": max(standing.overdue.days for standing in late if standing.overdue),
        }
        yield Todo("bad", words, reverse("targets:ledger", args=[plan.pk]) + "?sort=-late", "ledger.edit")


def _of_checkpoints(plan: Plan, filled: Sequence[Completeness], completed: set[int]) -> Iterable[Todo]:
    """One thing a checkpoint: first its values, then the confirmation that rests on them."""
    for point in filled:
        values = {"label": point.checkpoint.title, "n": point.missing}
        if point.missing:
            url = reverse("targets:values", args=[plan.pk]) + "?state=missing"
            yield Todo("warning", _("%(label)s：%(n)d 项实测值未填") % values, url, "measures.edit")
        elif point.due and point.checkpoint.pk not in completed:
            url = reverse("targets:monitoring_checkpoint", args=[plan.pk, point.checkpoint.pk])
            yield Todo("warning", _("%(label)s：运行监控尚未确认完成") % values, url, "monitor.edit")


def _of_evaluation(plan: Plan, spendings: Sequence[ProjectSpending], *, today: date) -> Iterable[Todo]:
    proposed = EvaluationRow.objects.filter(
        evaluation__project_line__plan=plan,
        evaluation__state=Evaluation.State.DRAFT,
        override=EvaluationRow.Override.PROPOSED,
    )
    waiting = list(proposed.order_by("override_at", "pk").values_list("evaluation_id", "pk"))
    url = reverse("targets:evaluation", args=[plan.pk])
    if waiting:
        n = len(waiting)
        words = ngettext("%(n)d 项得分调整待审定", "%(n)d 项得分调整待审定", n) % {"n": n}
        first = reverse("targets:evaluation_override", args=[plan.pk, *waiting[0]])
        yield Todo("waiting", words, first, "evaluate.approve")
    if today > date(plan.year, 12, 31) and spendings:
        frozen = Evaluation.objects.filter(project_line__plan=plan, state=Evaluation.State.FROZEN).count()
        left = len(spendings) - frozen
        if left > 0:
            words = ngettext("%(n)d 个项目尚未完成自评", "%(n)d 个项目尚未完成自评", left) % {"n": left}
            yield Todo("warning", words, url, "evaluate")


def _spend_days(
    plan: Plan, spendings: Sequence[ProjectSpending], *, today: date, until: date
) -> Iterable[Upcoming]:
    """Spend points that are not met yet, those of one day together."""
    by_day: dict[date, list[Due]] = {}
    for spending in spendings:
        for due in spending.standing.dues:
            if due.state == "upcoming" and today <= due.day <= until:
                by_day.setdefault(due.day, []).append(due)
    for day, dues in by_day.items():
        amount = yuan_text(sum((due.missing for due in dues), Decimal(0)))
        words = _("%(n)d 个项目还差 %(amount)s 元") % {"n": len(dues), "amount": amount}
        yield Upcoming(
            day, _("支出节点"), words, reverse("targets:ledger", args=[plan.pk]), (day - today).days
        )
