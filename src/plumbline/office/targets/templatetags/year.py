"""How the year's figures are written: progress, delay, traffic lights, warnings. `{% load year %}`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.forms import BoundField, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel.plans.monitoring import Outlook, Warning
from plumbline.kernel.plans.spending import Due, Standing
from plumbline.office.audit.actions import title
from plumbline.office.lib.dates import day_text
from plumbline.office.lib.templatetags.office import icon, money, state
from plumbline.office.targets.models import Indicator, IndicatorValue, Payment
from plumbline.office.targets.queries.values import Cell
from plumbline.office.targets.wording import (
    CONFIDENCES,
    LIGHTS,
    OUTLOOKS,
    WARNINGS,
    number_text,
    outlook_sentence,
    points_text,
    value_text,
    warning_sentence,
)

register = template.Library()

PAYMENT_KINDS = {
    Payment.State.POSTED: "good",
    Payment.State.PENDING: "waiting",
    Payment.State.VOID: "idle",
}


@register.filter
def points(value: Decimal | None) -> str:
    """A percentage that is kept as 100 = all: "97.5%"; "无数据" for None."""
    return points_text(value)


@register.filter
def number(value: Decimal | None) -> str:
    """A number without trailing zeros, thousands separated."""
    return "—" if value is None else number_text(value)


@register.simple_tag
def lag(value: Decimal | None) -> SafeString:
    """How far spending is behind its plan, in percentage points, as state and word."""
    if value is None:
        return state("nodata", _("无数据"))
    if value > 0:
        kind = "bad" if value >= 20 else "warning" if value >= 10 else "info"
        return state(kind, _("慢 %(points)s 个百分点") % {"points": number_text(value)})
    if value < 0:
        return state("good", _("快 %(points)s 个百分点") % {"points": number_text(-value)})
    return state("good", _("与计划一致"))


@register.simple_tag
def due_state(due: Due) -> SafeString:
    """Whether a spend point was met, how late, or how many days are left."""
    if due.state == "met":
        return state("good", _("按期达到"))
    if due.state == "late":
        return state("warning", ngettext("晚 %(n)d 天达到", "晚 %(n)d 天达到", due.days) % {"n": due.days})
    if due.state == "overdue":
        return state("bad", ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", due.days) % {"n": due.days})
    return state("waiting", ngettext("还有 %(n)d 天", "还有 %(n)d 天", due.days) % {"n": due.days})


@register.simple_tag
def next_due(standing: Standing) -> SafeString | str:
    """What is overdue, else what is due next: day, delay, missing amount."""
    due = standing.overdue or standing.next
    if due is None:
        return state("good", _("已全部达到")) if standing.dues else "—"
    return format_html(
        '{} <div class="sub">{} {} {}</div>', due_state(due), day_text(due.day), _("还差"), money(due.missing)
    )


@register.simple_tag
def light(value: str) -> SafeString:
    """A traffic light: symbol and word."""
    kind, label = LIGHTS[value]
    return state(kind, str(label))


@register.simple_tag
def payment_state(payment: Payment) -> SafeString:
    """Posted, waiting or void."""
    return state(PAYMENT_KINDS[Payment.State(payment.state)], payment.get_state_display())


@register.simple_tag
def warning_text(warning: Warning) -> str:
    """What a rule says, with the figures put in."""
    return warning_sentence(warning)


@register.simple_tag
def act_title(key: str) -> str:
    """The title of a recorded act."""
    return title(key)


@register.simple_tag
def target_text(indicator: Indicator) -> SafeString | str:
    """The target as the document has it, and an approved reading of it beside."""
    if indicator.reading_approved_at and indicator.reading_raw:
        return format_html(
            '{} <div class="sub">{} {}</div>', indicator.target_raw, _("按"), indicator.reading_raw
        )
    return indicator.target_raw or "—"


@register.simple_tag
def value_cell(cell: Cell) -> SafeString:
    """A cell of the matrix: the value, or what stands in its place; then how many files back it."""
    if cell.state == "missing":
        return state("warning", _("未填"))
    if cell.value is None:
        return format_html('<span class="sub">{}</span>', _("未到"))
    if cell.state == "unmeasured":
        return state("nodata", _("未能测量"))
    text = value_text(cell.value)
    count = cell.value.evidence_count
    if cell.value.metric:
        counted = cell.value.record_count or 0
        words = ngettext("计入 %(n)d 条记录", "计入 %(n)d 条记录", counted) % {"n": counted}
        return format_html(
            '<span class="value" title="{}">{} {}</span> <span class="sub">{}</span>',
            _("自动取值"), icon("gauge"), text, words,
        )  # fmt: skip
    words = ngettext("%(n)d 份佐证", "%(n)d 份佐证", count) % {"n": count}
    return format_html(
        '<span class="value" title="{}">{}</span> <span class="sub{}">{}</span>',
        cell.value.text, text, "" if count else " lacking", words if count else _("无佐证"),
    )  # fmt: skip


@register.simple_tag
def restore_name(value: IndicatorValue) -> str:
    """Name of the dialog that restores a value."""
    return f"restore-{value.pk}"


@register.simple_tag
def outlook_state(view: Outlook) -> SafeString:
    """Whether the target will be reached: symbol and word."""
    kind, label = OUTLOOKS[view.state]
    return state(kind, str(label))


@register.simple_tag
def outlook_text(view: Outlook) -> str:
    """How the forecast came about."""
    return outlook_sentence(view)


@register.simple_tag
def warning_name(warning: Warning) -> SafeString:
    """A warning in few words."""
    return state("bad" if warning.rule.level == "red" else "warning", str(WARNINGS[warning.rule.key]))


@register.simple_tag
def warning_counts(warnings: Iterable[Warning]) -> list[tuple[SafeString, int]]:
    """Warnings in few words, each kind once with its number, the worst first."""
    found = Counter(w.rule.key for w in warnings)
    first = {w.rule.key: w for w in warnings}
    order = sorted(found, key=lambda key: (first[key].rule.level != "red", key))
    return [(warning_name(first[key]), found[key]) for key in order]


@register.simple_tag
def confidence(value: str) -> SafeString:
    """How sure a rule's source is."""
    kind, label = CONFIDENCES[value]
    return state(kind, str(label))


@register.simple_tag
def styled(bound: BoundField) -> SafeString:
    """An input in a table cell, where the label is the column's head."""
    widget = bound.field.widget
    css = "form-select" if isinstance(widget, Select) else "form-control"
    return bound.as_widget(attrs={"class": f"{css}{' is-invalid' if bound.errors else ''}"})
