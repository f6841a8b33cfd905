"""Where an indicator's value comes from: decided by a person, replaced, taken back, restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.metric import METRICS, Metric
from plumbline.kernel.metrics.period import Window
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.targets.measuring.compute import checked
from plumbline.office.targets.measuring.scope import Width
from plumbline.office.targets.measuring.suggesting import boundary, refusal, unit_refusal
from plumbline.office.targets.models import Binding, Indicator, PlanVersion
from plumbline.office.targets.services.readings import effective_target

KIND, STATE = Binding.Kind, Binding.State


class BindingRefused(PlumblineError):
    """An indicator cannot be filled that way."""


class BindingChanged(BindingRefused):
    """Somebody else decided since the page was opened.

    Attributes:
        current: what counts now; None where it was taken back.
    """

    def __init__(self, current: Binding | None) -> None:
        self.current = current
        by = current.decided_by if current else None
        super().__init__(
            _("您打开此页后，%(name)s 已更改这个指标的取值方式，您的选择尚未保存。")
            % {"name": by or _("其他人")},
            advice=_("请对照现行的取值方式，确认以您的为准后再次保存。"),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided.

    Attributes:
        metric, version: for a metric; version 0 for the latest.
        reason: why; needed for what replaces another decision, and for "not measurable".
    """

    kind: str
    metric: str = ""
    version: int = 0
    expression: str = ""
    window: Window = "cumulative"
    width: Width = "county"
    reason: str = ""


def decide(*, indicator: Indicator, choice: Choice, actor: User, now: datetime, seen: int | None) -> Binding:
    """Confirm how an indicator is filled; the decision before stays as replaced.

    Args:
        seen: id of the binding that counted when the page was opened; None where there was none.

    Raises:
        BindingChanged: another one counts now.
        BindingRefused: unit or direction do not fit, the target cannot be measured, no reason is given.
        ExpressionError: the expression cannot be read.
    """
    with transaction.atomic():
        _locked(indicator)
        before = confirmed(indicator.line_id)
        if (before.pk if before else None) != seen:
            raise BindingChanged(before)
        demand_fitting(indicator, choice)
        if not choice.reason.strip() and (before is not None or choice.kind == KIND.UNMEASURABLE):
            raise BindingRefused(_("没有填写理由"), advice=_("请说明为什么这样取值，将记入历史。"))
        if before is not None:
            before.state = STATE.REPLACED
            before.save(update_fields=["state"])
        binding = _create(indicator, choice, actor, now)
        action = "bindings.change" if before else "bindings.confirm"
        _record(action, indicator, before, binding, actor, reason=choice.reason)
        return binding


def decide_all(
    *, choices: Iterable[tuple[Indicator, Choice]], actor: User, now: datetime
) -> tuple[int, list[PlumblineError]]:
    """Confirm several that nobody decided yet; those that were decided meanwhile are left alone.

    Returns:
        how many were confirmed, and why others were not.
    """
    done, refused = 0, []
    for indicator, choice in choices:
        try:
            decide(indicator=indicator, choice=choice, actor=actor, now=now, seen=None)
            done += 1
        except PlumblineError as error:
            error.where = error.where or str(indicator)
            refused.append(error)
    return done, refused


def withdraw(*, indicator: Indicator, binding: Binding, actor: User, now: datetime, reason: str) -> None:
    """Take the decision back: nothing is decided then.

    Raises:
        BindingChanged: another one counts now.
        BindingRefused: no reason.
    """
    if not reason.strip():
        raise BindingRefused(_("没有填写理由"))
    with transaction.atomic():
        _locked(indicator)
        before = confirmed(indicator.line_id)
        if before is None or before.pk != binding.pk:
            raise BindingChanged(before)
        before.state = STATE.REPLACED
        before.save(update_fields=["state"])
        _record("bindings.undo", indicator, before, None, actor, reason=reason)


def restore(
    *, indicator: Indicator, binding: Binding, actor: User, now: datetime, reason: str, seen: int | None
) -> Binding:
    """Let an earlier decision count again, as a new row.

    Raises:
        BindingChanged: another one counts now than was seen.
        BindingRefused: it counts already, or no longer fits the indicator.
    """
    if binding.state == STATE.CONFIRMED:
        raise BindingRefused(_("这就是现行的取值方式。"))
    choice = Choice(
        binding.kind, binding.metric, binding.metric_version, binding.expression,
        binding.window, binding.scope, reason.strip() or binding.reason,
    )  # fmt: skip
    return decide(indicator=indicator, choice=choice, actor=actor, now=now, seen=seen)


def demand_fitting(indicator: Indicator, choice: Choice) -> None:
    """Refuse a metric or an expression that cannot stand for the indicator.

    Raises:
        BindingRefused: it is about speech, its target is unclear, or unit or direction do not fit.
        ExpressionError: the expression cannot be read.
    """
    if choice.kind in (KIND.HAND, KIND.UNMEASURABLE):
        return
    if choice.kind not in KIND.values:
        raise BindingRefused(_("没有选择取值方式"), advice=_("请选择一种取值方式。"))
    metrics, unit = measured_by(choice)
    if _about_speech(indicator):
        raise BindingRefused(
            _("这个指标涉及网上信息内容，只能人工填报"),
            advice=_("本系统只从网络安全工作记录取值，不采集、不统计言论信息。"),
        )
    target = effective_target(indicator)
    if target.kind in ("vague", "empty"):
        raise BindingRefused(
            _("指标值“%(raw)s”没有可以衡量的口径") % {"raw": indicator.target_raw or _("（空）")},
            advice=_("请先提出可衡量的解释并经批准，再绑定口径。"),
        )
    if target.kind != "quantitative":
        raise BindingRefused(
            _("定性或时限指标不能由数字口径取值"), advice=_("请选择人工填报，或先提出可衡量的解释。")
        )
    main = metrics[0]
    # of an expression nobody can say by itself whether more of it is better
    single = choice.kind == KIND.METRIC
    why = refusal(main, target, direction=indicator.direction) if single else unit_refusal(unit, target)
    if why:
        raise BindingRefused(
            _("口径与指标不符：%(why)s") % {"why": why},
            advice=_("请换一个口径，或用公式换算成指标的计量单位。"),
        )


def demand_still_fitting(indicator: Indicator, binding: Binding) -> None:
    """Refuse a decision that no longer fits: the target was adjusted since.

    Raises:
        BindingRefused, ExpressionError: as `demand_fitting`.
    """
    demand_fitting(
        indicator, Choice(binding.kind, binding.metric, binding.metric_version, binding.expression)
    )


def measured_by(choice: Choice) -> tuple[tuple[Metric, ...], str]:
    """The metrics of a choice, and the unit of its value.

    Raises:
        ExpressionError: the expression cannot be read.
        RegistryError: no such metric.
    """
    if choice.kind == KIND.EXPRESSION:
        _node, unit, metrics = checked(choice.expression)
        if not metrics:
            raise BindingRefused(
                _("公式里没有指标口径"), advice=_("只有数字的公式不能取值，请写入至少一个口径。")
            )
        return metrics, unit
    metric = METRICS.get(choice.metric, choice.version)
    return (metric,), metric.unit


def confirmed(line_id: int) -> Binding | None:
    """What counts now."""
    return (
        Binding.objects.filter(indicator_line=line_id, state=STATE.CONFIRMED)
        .select_related("decided_by")
        .first()
    )


def _about_speech(indicator: Indicator) -> bool:
    return boundary(f"{indicator.level3} {indicator.description} {indicator.project.name}")


def _locked(indicator: Indicator) -> None:
    """Lock the line until the transaction ends; only what an approved version tracks is filled."""
    type(indicator.line).objects.select_for_update().get(pk=indicator.line_id)
    approved = Indicator.objects.filter(
        pk=indicator.pk, project__version__state=PlanVersion.State.APPROVED, use=Indicator.Use.TRACKED
    )
    if not approved.exists():
        raise BindingRefused(
            _("该指标不在已批准的绩效目标中"), advice=_("请先批准绩效目标，或核对指标是否已被调整取消。")
        )


def _create(indicator: Indicator, choice: Choice, actor: User, now: datetime) -> Binding:
    version = 0
    if choice.kind == KIND.METRIC:
        version = METRICS.get(choice.metric, choice.version).version
    pinned = {}
    if choice.kind == KIND.EXPRESSION:
        pinned = {metric.key: metric.version for metric in measured_by(choice)[0]}
    return Binding.objects.create(
        indicator_line=indicator.line, kind=choice.kind, state=STATE.CONFIRMED,
        metric=choice.metric if choice.kind == KIND.METRIC else "", metric_version=version,
        expression=choice.expression.strip() if choice.kind == KIND.EXPRESSION else "",
        operands=pinned, window=choice.window, scope=choice.width, reason=choice.reason.strip(),
        decided_by=actor, decided_at=now,
    )  # fmt: skip


def _record(
    action: str,
    indicator: Indicator,
    before: Binding | None,
    after: Binding | None,
    actor: User,
    *,
    reason: str,
) -> None:
    # what is recorded does not depend on the language that the person reads
    with translation.override(settings.LANGUAGE_CODE):
        detail: dict[str, Any] = {
            "indicator": str(indicator),
            "binding": {"old": words_of(before), "new": words_of(after)},
        }
    if reason.strip():
        detail["reason"] = reason.strip()
    target = after or before
    assert target is not None  # noqa: S101 - one of the two is always there
    record(actor=actor, action=action, target=target, detail=detail)


def words_of(binding: Binding | None) -> str:
    """A decision in few words."""
    if binding is None:
        return ""
    if binding.kind == KIND.METRIC:
        entries = METRICS.versions(binding.metric)
        title = str(entries[0].title) if entries else binding.metric
        return (
            f"{binding.get_kind_display()}：{title} v{binding.metric_version}，{binding.get_window_display()}"
        )
    if binding.kind == KIND.EXPRESSION:
        return f"{binding.get_kind_display()}：{binding.expression}，{binding.get_window_display()}"
    return binding.get_kind_display()
