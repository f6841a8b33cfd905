"""What a person fills in for one row of an evaluation, and what of it can be scored."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from django.utils.translation import gettext as _

from plumbline.kernel.plans.rulesets import Ruleset
from plumbline.kernel.plans.scoring.engine import tier_takes
from plumbline.office.targets.models import EvaluationRow
from plumbline.office.targets.services.evaluation_errors import EvaluationError

DECISION = EvaluationRow.Decision


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What a person filled in for one row. Texts are stripped."""

    weight: Decimal
    tier: str = ""
    tier_share: Decimal | None = None
    tier_reason: str = ""
    decision: str = DECISION.NONE
    decision_reason: str = ""
    deduction_reason: str = ""
    improvement: str = ""


ROW_FIELDS = tuple(field.name for field in fields(RowEntry))


def check_entry(entry: RowEntry, *, title: str, rules: Ruleset, execution: bool = False) -> None:
    """Refuse what cannot be scored.

    Raises:
        EvaluationError: with the row's title as `where`.
    """
    if entry.weight < 0:
        raise EvaluationError(_("分值不能为负"), where=title)
    if entry.tier:
        tier = rules.tier(entry.tier)
        if execution or tier is None:
            raise EvaluationError(_("所选档次不在评分规则中"), where=title, advice=_("请重新选择完成档次。"))
        if entry.tier_share is None or not tier_takes(rules, tier, entry.tier_share):
            raise EvaluationError(
                _("“%(tier)s”的给分比例应在 %(high)s%% 到 %(low)s%% 之间")
                % {"tier": tier.title, "high": tier.high, "low": tier.low},
                where=title,
            )
        if not entry.tier_reason:
            raise EvaluationError(_("选择了完成档次，还须写明评定理由"), where=title)
    if entry.decision == DECISION.ZERO and not entry.decision_reason:
        raise EvaluationError(_("没有实际值而按 0 分计的，须写明理由"), where=title)
