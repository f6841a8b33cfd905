"""The tabs on a plan's pages, in the order of the year's work."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `url` is a URL name that takes `plan_id`; `capability`: what a person must hold to see it."""

    key: str
    title: str | Promise
    url: str
    capability: str = "plans.view"


#: order as the office works through the year
PLAN_TABS: tuple[Tab, ...] = (
    Tab("plan", _("目标与项目"), "targets:plan"),
    Tab("findings", _("校核问题"), "targets:findings"),
    Tab("ledger", _("资金台账"), "targets:ledger"),
    Tab("values", _("指标实测"), "targets:values"),
    Tab("bindings", _("指标取值"), "targets:bindings", "metrics.view"),
    Tab("monitoring", _("运行监控"), "targets:monitoring"),
    Tab("evaluation", _("绩效自评"), "targets:evaluation"),
    Tab("forms", _("表格导出"), "reports:forms", "reports.view"),
    Tab("versions", pgettext_lazy("list", "版本"), "targets:versions"),
)
