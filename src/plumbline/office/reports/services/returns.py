"""A filled form comes back: checked cell by cell, then taken over as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel.errors import FormError, PlumblineError, TargetError, UnreadableFile
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.actual import read_actual
from plumbline.kernel.plans.forms.answers import Answer, Filled, read_answers
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.kinds import SHEETS, ContentRefused
from plumbline.office.files.services import keep_unchecked, open_file, store
from plumbline.office.reports.models import FormKind, FormReturn
from plumbline.office.reports.services.standing import Standing, standing_of
from plumbline.office.reports.services.takeover import (
    likelihoods,
    take_evaluations,
    take_notes,
    take_values,
)
from plumbline.office.targets.models import Plan, PlanVersion
from plumbline.office.targets.services.readings import effective_target
from plumbline.office.targets.services.values import check_measure


def field_title(field: str) -> str:
    """What the form calls an answer."""
    return {
        "actual": _("实际完成值"),
        "likelihood": _("完成目标可能性"),
        "cause": _("偏差原因"),
        "measure": _("整改措施"),
        "goal_actual": _("年度总体目标完成情况"),
    }[field]


@dataclass(frozen=True, slots=True)
class Checked:
    """One changed cell, with what is wrong with it ("" for nothing) or the measure it holds."""

    answer: Answer
    project: str
    indicator: str
    field: str
    problem: str
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """All changed cells of a workbook."""

    cells: tuple[Checked, ...]
    unchanged: int

    @property
    def good(self) -> tuple[Checked, ...]:
        return tuple(cell for cell in self.cells if not cell.problem)

    @property
    def bad(self) -> tuple[Checked, ...]:
        return tuple(cell for cell in self.cells if cell.problem)


def receive(*, plan: Plan, upload: File, actor: User, now: datetime) -> FormReturn:
    """Keep a filled workbook and recognise what it belongs to.

    One that is no form of ours, of another plan, or of a checkpoint that is gone is kept as well: its
    state is REFUSED, and it says why.

    Raises:
        ContentRefused: empty or over the limit of size; nothing is kept then.
    """
    with transaction.atomic():
        returned = FormReturn(made_by=actor, made_at=now)
        try:
            returned.file = store(upload, user=actor, allowed=SHEETS)
            _recognise(returned, plan)
        except (ContentRefused, UnreadableFile, FormError) as error:
            if returned.file_id is None:
                returned.file = keep_unchecked(upload, user=actor)
            return _refuse(returned, error, plan=plan)
        returned.save()
        record(
            actor=actor, action="reports.return_upload", target=returned, detail={"file": returned.file.name}
        )
    return returned


def _recognise(returned: FormReturn, plan: Plan) -> None:
    """Fill in what the workbook belongs to, without saving.

    Raises:
        UnreadableFile, FormError: why it cannot be taken over.
    """
    name = returned.file.name
    stamp = _read(returned.file).stamp
    if stamp.get("plan") != str(plan.pk):
        raise FormError(
            _("这份填报表属于另一份绩效目标"), where=name, advice=_("请到它所属的绩效目标下上传。")
        )
    version = PlanVersion.objects.filter(plan=plan, state=PlanVersion.State.APPROVED).first()
    if version is None:
        raise FormError(_("绩效目标尚未批准，不能导入实测值"), advice=_("请先批准绩效目标。"))
    wanted, kind = stamp.get("checkpoint", ""), stamp.get("kind", "")
    checkpoint = next((point for point in plan.checkpoints.all() if str(point.pk) == wanted), None)
    if checkpoint is None or kind not in (FormKind.MONITORING, FormKind.EVALUATION):
        raise FormError(_("填报表所属的监控节点已被取消"), where=name, advice=_("请重新导出填报表。"))
    returned.version, returned.checkpoint, returned.kind = version, checkpoint, kind


def _refuse(returned: FormReturn, error: PlumblineError, *, plan: Plan) -> FormReturn:
    returned.version = plan.versions.order_by("-number")[0]
    returned.state, returned.closed_at = FormReturn.State.REFUSED, returned.made_at
    returned.error_what, returned.error_advice = error.what, error.advice
    returned.save()
    detail = {"file": returned.file.name}
    record(actor=returned.made_by, action="reports.return_refuse", target=returned, detail=detail)
    return returned


def review(returned: FormReturn) -> Review:
    """What the workbook would change now. Values that somebody changed since the export are problems."""
    filled = _read(returned.file)
    standing = standing_of(returned)
    changed = [answer for answer in filled.answers if answer.changed]
    cells = tuple(_check(answer, standing) for answer in changed)
    return Review(cells, unchanged=len(filled.answers) - len(changed))


def apply(returned: FormReturn, *, actor: User, now: datetime, partial: bool = False) -> FormReturn:
    """Take over the cells that are in order, in one transaction.

    Args:
        partial: leave out the cells with a problem instead of refusing all.

    Raises:
        FormError: some cell has a problem and `partial` is not set, nothing changed, or it was done before.
    """
    with transaction.atomic():
        returned = FormReturn.objects.select_for_update().get(pk=returned.pk)
        if returned.state != FormReturn.State.CHECKED:
            raise FormError(_("这份填报表已经处理过"))
        found = review(returned)
        if found.bad and not partial:
            raise FormError(
                _("有 %(count)d 个单元格有问题，没有导入任何内容") % {"count": len(found.bad)},
                where=found.bad[0].answer.where,
                advice=_("请改正后重新上传，或只导入无误的单元格。"),
            )
        if not found.good:
            raise FormError(_("没有可以导入的单元格"))
        standing = standing_of(returned)
        take_values(found.good, returned, standing, actor=actor, now=now)
        if returned.kind == FormKind.MONITORING:
            take_notes(found.good, returned, standing, actor=actor)
        else:
            take_evaluations(found.good, standing, actor=actor, now=now)
        return _close(
            returned,
            FormReturn.State.APPLIED,
            "reports.return_apply",
            actor=actor,
            now=now,
            applied=len(found.good),
            left_out=len(found.bad),
        )


def drop(returned: FormReturn, *, actor: User, now: datetime) -> FormReturn:
    """Give up a workbook that was not taken over."""
    with transaction.atomic():
        returned = FormReturn.objects.select_for_update().get(pk=returned.pk)
        if returned.state != FormReturn.State.CHECKED:
            return returned
        return _close(returned, FormReturn.State.DROPPED, "reports.return_drop", actor=actor, now=now)


def _close(
    returned: FormReturn,
    state: str,
    action: str,
    *,
    actor: User,
    now: datetime,
    applied: int = 0,
    left_out: int = 0,
) -> FormReturn:
    returned.state, returned.closed_at = state, now
    returned.applied, returned.left_out = applied, left_out
    returned.save(update_fields=["state", "closed_at", "applied", "left_out"])
    detail = {"file": returned.file.name, "applied": applied, "left_out": left_out}
    record(actor=actor, action=action, target=returned, detail=detail)
    return returned


def _read(stored: object) -> Filled:
    with open_file(stored) as content:  # type: ignore[arg-type]
        return read_answers(stored.name, content.read())  # type: ignore[attr-defined]


def _check(answer: Answer, standing: Standing) -> Checked:
    project = standing.projects.get(answer.project)
    indicator = standing.indicators.get(answer.subject)
    names = (project.name if project else "", str(indicator) if indicator else "")
    measure, problem = None, answer.problem
    if not problem:
        try:
            measure = _content(answer, standing)
        except PlumblineError as error:
            problem = error.sentence
    return Checked(answer, *names, field_title(answer.field), problem, measure)


def _content(answer: Answer, standing: Standing) -> Measure | None:
    """The measure of an actual value; None for texts.

    Raises:
        FormError, TargetError, ValueRefused: what is wrong with the cell.
    """
    if answer.project not in standing.projects or (
        answer.subject != answer.project and answer.subject not in standing.indicators
    ):
        raise FormError(_("该项目或指标已不在现行的绩效目标中"), advice=_("请重新导出填报表。"))
    now = standing.text(answer)
    if now != answer.old:
        raise FormError(
            _("导出之后已由他人改为“%(now)s”") % {"now": now or _("空")}, advice=_("请核对后在页面上填报。")
        )
    if answer.field == "likelihood" and answer.new and answer.new not in likelihoods():
        choices = "、".join(likelihoods())
        raise FormError(
            _("“%(new)s”不是可选的内容") % {"new": answer.new},
            advice=_("请填：%(choices)s。") % {"choices": choices},
        )
    if answer.kind == FormKind.EVALUATION and answer.field != "actual" and not standing.draft(answer.project):
        raise FormError(_("该项目没有正在评分的自评"), advice=_("请先开始自评，或在页面上填写。"))
    if answer.field != "actual":
        return None
    if not answer.new:
        raise TargetError(_("实测值不能清空"), advice=_("如需撤回，请在“指标实测”页操作并说明理由。"))
    indicator = standing.indicators[answer.subject]
    measure = read_actual(answer.new, effective_target(indicator))
    check_measure(measure)
    return measure
