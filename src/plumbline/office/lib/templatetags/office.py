"""The parts that pages are made of. `{% load office %}`; each tag draws one file of templates/components."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    SelectMultiple,
)
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.office.lib.dates import day_text, moment_text
from plumbline.office.lib.money import wan_text, yuan_text
from plumbline.office.lib.navigation import Link

register = template.Library()

STATES = {
    "good": ("circle-check", "green"),
    "warning": ("alert-triangle", "yellow"),
    "bad": ("circle-x", "red"),
    "info": ("info-circle", "blue"),
    "waiting": ("clock", "azure"),
    "idle": ("circle-dashed", "secondary"),
    "nodata": ("circle-off", "secondary"),
}
"""Kind of state: symbol and colour. The word beside them says which it is without either."""


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A symbol of the sprite, hidden from screen readers: the word beside it speaks."""
    return _drawn(name, extra)


@lru_cache(maxsize=512)
def _drawn(name: str, extra: str) -> SafeString:
    """Kept, because a page has hundreds; the sprite's address does not change while the server runs."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("plumbline/icons.svg"),
        name,
    )


@register.simple_tag
def state(kind: str, label: str) -> SafeString:
    """A state: symbol and word. Kinds: good, warning, bad, info, waiting, idle, nodata."""
    symbol, colour = STATES[kind]
    return format_html('<span class="state state-{} text-{}">{} {}</span>', kind, colour, icon(symbol), label)


@register.filter
def money(amount: Decimal | None) -> SafeString | str:
    """An amount in 元 and in 万元; the switch in the head of the page shows one of them."""
    if amount is None:
        return format_html('<span class="text-secondary">{}</span>', _("无数据"))
    amount = Decimal(amount)
    return format_html(
        '<span class="money"><span class="money-yuan">{} {}</span>'
        '<span class="money-wan">{} {}</span></span>',
        yuan_text(amount), _("元"), wan_text(amount), _("万元"),
    )  # fmt: skip


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月5日."""
    return day_text(value) if value else "—"


@register.filter
def moment(value: datetime | None) -> str:
    """2026年3月5日 14:05."""
    return moment_text(value) if value else "—"


@register.filter
def percent(ratio: Decimal | None, places: int = 1) -> str:
    """A ratio as 85.3%; "无数据" for None, because no data is not zero."""
    return _("无数据") if ratio is None else f"{Decimal(ratio) * 100:.{places}f}%"


@register.filter
def file_size(size: int) -> str:
    """Bytes as B, KB or MB."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


@register.filter
def share(part: Decimal | None) -> str:
    """A ratio between 0 and 1 as the value of a <progress> element."""
    return "0" if part is None else f"{min(max(Decimal(part), Decimal(0)), Decimal(1)):.4f}"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, suffix: str = "") -> dict[str, Any]:
    """One field of a form: label, input, help, and its errors beside it."""
    widget = bound.field.widget
    kind = "input"
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    css = {"input": "form-control", "check": "form-check-input", "choices": "form-check-input"}[kind]
    if isinstance(widget, Select) and not isinstance(widget, SelectMultiple | RadioSelect):
        css = "form-select"
    described = [f"{bound.id_for_label}_error"] if bound.errors else []
    described += [f"{bound.id_for_label}_helptext"] if bound.help_text else []
    attrs = {"class": f"{widget.attrs.get('class', '')} {css}{' is-invalid' if bound.errors else ''}".strip()}
    if described and kind != "choices":
        attrs["aria-describedby"] = " ".join(described)
    if kind == "choices":
        attrs.pop("class")
    return {"field": bound, "widget": bound.as_widget(attrs=attrs), "kind": kind, "suffix": suffix}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole, above its fields."""
    return {"form": form}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str, url: str = "", label: str = "", symbol: str = "inbox") -> dict[str, Any]:
    """A list without entries: what it is for, and how the first entry comes to be."""
    return {"title": title, "text": text, "url": url, "label": label, "symbol": symbol}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> dict[str, Any]:
    """How many there are, and the way to the other pages; the filters stay as they are."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "numbers": list(numbers),
        "request": context["request"],
        "gap": page.paginator.ELLIPSIS,
    }


@register.inclusion_tag("components/sortable.html", takes_context=True)
def sortable(context: RequestContext, column: str, title: str, align: str = "") -> dict[str, Any]:
    """The head of a column that sorts by it. The page's context has `sorting`, a `lib.tables.Sorting`."""
    sorting = context["sorting"]
    current = sorting.column == column
    following = f"-{column}" if current and not sorting.is_descending else column
    query = context["request"].GET.copy()
    query["sort"] = following
    query.pop("page", None)
    order = "none" if not current else "descending" if sorting.is_descending else "ascending"
    return {"title": title, "query": query.urlencode(), "order": order, "align": align}


@register.inclusion_tag("components/search.html", takes_context=True)
def search(context: RequestContext, placeholder: str, name: str = "q") -> dict[str, Any]:
    """The search field of a list."""
    value = context["request"].GET.get(name, "")
    return {"placeholder": placeholder, "name": name, "value": value}


@register.inclusion_tag("components/confirm.html", takes_context=True)
def confirm(
    context: RequestContext,
    name: str,
    url: str,
    title: str,
    text: str,
    label: str,
    reason: bool = True,
    danger: bool = True,
) -> dict[str, Any]:
    """A dialog before an act that is not easily undone; opened by a button with data-dialog="name".

    The form posts `reason` to the address; with `reason=False` it only asks.
    """
    return {
        "name": name, "url": url, "title": title, "text": text, "label": label, "reason": reason,
        "danger": danger, "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("components/progress.html")
def progress(url: str, label: str, done: Decimal | None = None) -> dict[str, Any]:
    """A bar that asks the address every second for its successor, until the answer polls no more."""
    return {"url": url, "label": label, "done": done}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: RequestContext, items: Iterable[Link]) -> dict[str, Any]:
    """A row of tabs, without those that the person may not open."""
    user = context["request"].user
    return {"items": [item for item in items if not item.capability or user.may(item.capability)]}
