"""What the pages of plans need beside the office's own parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.office.lib.templatetags.office import icon, money
from plumbline.office.targets.models import Correction, ImportJob
from plumbline.office.targets.queries.review_shapes import Mark, Value
from plumbline.office.targets.services.fields import label_of
from plumbline.office.targets.services.import_jobs import interrupted

register = template.Library()
SYMBOLS = {
    "error": "circle-x",
    "warning": "alert-triangle",
    "note": "info-circle",
    "confirmed": "circle-check",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an import: its title, and whether it is behind, or now."""

    title: str
    done: bool
    current: bool


@register.filter
def import_steps(job: ImportJob) -> list[Step]:
    """The steps of an import and where it is."""
    steps = (
        (_("读取文件"), 5),
        (_("识别表式"), 30),
        (_("提取项目与指标"), 50),
        (_("校核"), 60),
        (_("保存"), 80),
    )
    ends = (*(start for _title, start in steps[1:]), 100)
    running = job.state == ImportJob.State.RUNNING
    return [
        Step(title, job.percent >= end, running and start <= job.percent < end)
        for (title, start), end in zip(steps, ends, strict=True)
    ]


@register.simple_tag
def is_interrupted(job: ImportJob, now: datetime) -> bool:
    """Whether the worker of an import was stopped."""
    return interrupted(job, now=now)


@register.simple_tag
def mark(found: Mark | None) -> SafeString:
    """The findings at a place: a button with the worst severity's symbol and their number."""
    if found is None:
        return SafeString("")
    words = {"error": _("错误"), "warning": _("警告"), "note": _("提示"), "confirmed": _("核对无误")}
    label = _("%(severity)s，共 %(count)d 项") % {"severity": words[found.severity], "count": found.count}
    number = found.count if found.count > 1 else ""
    return format_html(
        '<button type="button" class="mark mark-{}" data-findings="{}" title="{}" aria-label="{}">{}{}'
        "</button>",
        *(found.severity, found.joined, label, label, icon(SYMBOLS[found.severity]), number),
    )


@register.simple_tag
def value(shown: Value, empty: str = "—") -> SafeString:
    """A value of the plan: leads to its line of the document; marks, and a sign when it was mended."""
    text = shown.text or empty
    body = format_html('<a class="value" href="#L{}" data-line="{}">{}</a>', shown.line, shown.line, text)
    if not shown.line:
        body = format_html('<span class="value">{}</span>', text)
    return format_html("{}{}{}", body, _pen(shown.mended), mark(shown.mark))


def _pen(mended: bool) -> SafeString:
    if not mended:
        return SafeString("")
    return format_html('<span class="mended" title="{}">{}</span>', _("已更正"), icon("pencil"))


@register.simple_tag
def mended_sign(mended: Any, name: str) -> SafeString:
    """The sign of a field that was mended by hand."""
    return _pen(name in mended)


@register.filter
def field_label(name: str) -> str:
    """What the office calls a field."""
    return label_of(name)


@register.filter
def correction_field(change: Correction) -> str:
    """What the office calls the field that a correction changed."""
    return label_of(change.field, indicator=change.indicator_line_id is not None)


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    """The entry of a key; "" where there is none."""
    return mapping.get(key, "")


@register.filter
def signed(amount: Decimal | None) -> SafeString | str:
    """A difference of amounts with its sign, in 元 and in 万元."""
    if amount is None:
        return ""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    shown = money(abs(Decimal(amount)))
    return format_html('<span class="nowrap">{}{}</span>', sign, shown)


@register.filter
def line_numbers(lines: list[int]) -> str:
    """Lines as “10、20–24”; long lists are cut."""
    spans: list[list[int]] = []
    for line in sorted(lines):
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    texts = [str(a) if a == b else f"{a}–{b}" for a, b in spans]
    return _("、").join(texts[:12]) + ("…" if len(texts) > 12 else "")
