"""Two editions beside each other, and which item continues which."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plumbline.office.accounts.access import capability_required
from plumbline.office.inspections.models import ChecklistVersion, ItemMapping
from plumbline.office.inspections.queries.checklist_comparing import (
    comparison,
    mapping_rows,
    others_of,
)
from plumbline.office.inspections.queries.checklists import visible_version
from plumbline.office.inspections.services import checklist_mappings as services
from plumbline.office.inspections.services.checklists import ChecklistRefused
from plumbline.office.lib.paging import page_of

PER_PAGE = 100


@require_GET
@capability_required("checklists.view")
def checklist_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What a newer edition added, changed and left out."""
    after = visible_version(request.user, pk)
    before = _other(request, after)
    context: dict[str, Any] = {"version": after, "before": before, "others": others_of(request.user, after)}
    if before is not None:
        rows = comparison(before, after)
        kind = request.GET.get("kind", "")
        shown = [row for row in rows if (row.change.state == kind if kind else row.change.state != "same")]
        context["counts"] = {
            state: sum(1 for row in rows if row.change.state == state)
            for state in ("added", "changed", "removed", "same")
        }
        context["page"] = page_of(shown, request, per_page=PER_PAGE)
    return render(request, "inspections/checklists/difference.html", context)


@require_GET
@capability_required("checklists.view")
def checklist_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Which item continues which: proposals, decisions, and what has no partner."""
    after = visible_version(request.user, pk)
    before = _other(request, after)
    context: dict[str, Any] = {
        "version": after,
        "before": before,
        "others": others_of(request.user, after),
        "states": ItemMapping.State.choices,
    }
    if before is not None:
        rows = mapping_rows(before, after)
        state = request.GET.get("state", "")
        shown = [row for row in rows if not state or row.state == state]
        context |= {
            "counts": {
                key: sum(1 for row in rows if row.state == key) for key in (*ItemMapping.State.values, "none")
            },
            "sure": sum(1 for row in rows if row.is_sure),
            "page": page_of(shown, request, per_page=PER_PAGE),
            "candidates": before.items.exclude(answer=""),
        }
    return render(request, "inspections/checklists/mapping.html", context)


@require_POST
@capability_required("checklists.edit")
def checklist_mapping_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for what is likely the same."""
    after = visible_version(request.user, pk)
    before = _posted(request)
    count = services.propose_mapping(before, after)
    if count:
        messages.success(request, _("提出了 %(count)d 条对应建议，请逐条确认。") % {"count": count})
    else:
        messages.info(request, _("没有新的对应建议。"))
    return _back(after, before)


@require_POST
@capability_required("checklists.edit")
def checklist_mapping_sure(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm everything whose title is the same."""
    after = visible_version(request.user, pk)
    before = _posted(request)
    count = services.confirm_sure(before, after, actor=request.user)
    messages.success(request, _("确认了 %(count)d 条内容相同的对应关系。") % {"count": count})
    return _back(after, before)


@require_POST
@capability_required("checklists.edit")
def checklist_mapping_decide(request: HttpRequest, pk: int, mapping_id: int) -> HttpResponse:
    """Confirm or reject one."""
    after = visible_version(request.user, pk)
    mapping = get_object_or_404(
        ItemMapping.objects.select_related("before"), pk=mapping_id, after__version=after
    )
    state = request.POST.get("state", "")
    if state not in ItemMapping.State.values:
        raise Http404
    services.decide(mapping, state=state, actor=request.user)
    before = visible_version(request.user, mapping.before.version_id)
    return _back(after, before, place=f"#item-{mapping.after_id}", query=request.POST.get("query", ""))


@require_POST
@capability_required("checklists.edit")
def checklist_mapping_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Put two items together by hand."""
    after = visible_version(request.user, pk)
    before = _posted(request)
    key = request.POST.get("old", "").strip()
    one = before.items.filter(key=key).exclude(answer="").first()
    if one is None:
        raise ChecklistRefused(
            _("旧版没有编号为“%(key)s”的检查项。") % {"key": key[:40]},
            where=str(before),
            advice=_("请从列表中选择，或填写旧版检查项的编号。"),
        )
    other = get_object_or_404(after.items, pk=_number(request.POST.get("new")))
    services.pair_by_hand(one.pk, other.pk, actor=request.user)
    return _back(after, before, place=f"#item-{other.pk}", query=request.POST.get("query", ""))


def _number(text: str | None) -> int:
    if not text or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def _other(request: HttpRequest, after: ChecklistVersion) -> ChecklistVersion | None:
    """The edition that `?with=` names; the one before where nothing is asked."""
    if request.GET.get("with"):
        return visible_version(request.user, _number(request.GET["with"]))
    earlier = [other for other in others_of(request.user, after) if other.number < after.number]
    return earlier[0] if earlier and earlier[0].checklist_id == after.checklist_id else None


def _posted(request: HttpRequest) -> ChecklistVersion:
    return visible_version(request.user, _number(request.POST.get("with")))


def _back(
    after: ChecklistVersion, before: ChecklistVersion, *, place: str = "", query: str = ""
) -> HttpResponse:
    address = reverse("inspections:checklist_mapping", args=[after.pk])
    kept = "".join(c for c in query if c.isalnum() or c in "=&_-")
    return redirect(f"{address}?{kept or f'with={before.pk}'}{place}")
