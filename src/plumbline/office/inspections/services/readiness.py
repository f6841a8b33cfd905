"""Whether an inspection can begin: plan approved, checklist there, two inspectors, no open conflict."""

from __future__ import annotations

from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.inspections.models import ChecklistVersion, Inspection, InspectionPlan, Inspector
from plumbline.office.inspections.queries.conflicts import conflicts_of

#: a visit is made by at least two people, of whom one leads
FEWEST = 2


class NotReady(PlumblineError):
    """An inspection is not prepared well enough to be approved or begun."""


def lacking(inspection: Inspection, *, conflicts: list[str] | None = None) -> list[tuple[str, str]]:
    """What is missing, as (what, advice); empty when it can begin.

    Args:
        conflicts: sentences of its open conflicts where the caller has looked already.
    """
    found: list[tuple[str, str]] = []
    if inspection.checklist is None and inspection.method != Inspection.Method.EXPERT:
        found.append((_("没有选定检查表。"), _("请在“修改安排”中选定一份在用的检查表。")))
    elif inspection.checklist is not None and inspection.checklist.state == ChecklistVersion.State.DRAFT:
        found.append((_("选定的检查表还是草稿。"), _("请先启用检查表，或另选一份在用的。")))
    if inspection.method == Inspection.Method.SELF_CHECK:
        return found
    inspectors = list(inspection.inspectors.all())
    if len(inspectors) < FEWEST:
        found.append(
            (
                _("检查人员只有 %(n)d 人，现场检查和专家检测至少要有两人。") % {"n": len(inspectors)},
                _("请补充检查人员。"),
            )
        )
    if not any(person.role == Inspector.Role.LEAD for person in inspectors):
        found.append((_("没有指定组长。"), _("请在检查人员中指定一名组长。")))
    for sentence in conflicts_of(inspection) if conflicts is None else conflicts:
        found.append((sentence, _("请更换检查人员，或在其名下写明为何仍可参加。")))
    return found


def demand_ready(inspection: Inspection) -> None:
    """Refuse to begin what is not prepared.

    Raises:
        NotReady: with the first thing that is missing.
    """
    plan = inspection.plan
    if plan is not None and plan.state != InspectionPlan.State.APPROVED:
        raise NotReady(
            _("%(plan)s尚未批准，不能开始其中的检查。") % {"plan": plan},
            where=inspection.number,
            advice=_("请先提交计划并由领导批准。"),
        )
    for what, advice in lacking(inspection):
        raise NotReady(what, where=str(inspection), advice=advice)
