"""Drafting notices, and changing drafts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.findings.forms.notices import DraftForm, NoticeForm
from plumbline.office.findings.models import Finding, Notice
from plumbline.office.findings.notice_access import visible_notice
from plumbline.office.findings.queries import notices as queries
from plumbline.office.findings.services import drafting
from plumbline.office.findings.services.notice_steps import STEPS, StepRefused, refusal
from plumbline.office.lib.addresses import whole_number
from plumbline.office.lib.paging import page_of
from plumbline.office.lib.revisions import Outdated
from plumbline.office.units.models import Unit

#: findings that one address can name; a longer choice comes as a form
_MOST_IN_ADDRESS = 500


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def notice_new(request: HttpRequest) -> HttpResponse:
    """Choose findings and the kind; one draft for each unit comes of it."""
    form = DraftForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        values = form.cleaned_data
        try:
            drafted = drafting.draft_notices(
                findings=values["findings"], kind=values["kind"], due_on=values["due_on"],
                actor=request.user, now=timezone.now(),
            )  # fmt: skip
        except drafting.DraftRefused as problem:
            form.add_error(None, problem.sentence)
        else:
            return _after(request, drafted)
    return render(
        request,
        "findings/notices/new.html",
        _choice(request, form),
        status=422 if form is not None and form.errors else 200,
    )


def _after(request: HttpRequest, drafted: drafting.Drafted) -> HttpResponse:
    count = len(drafted.notices)
    units = "、".join(str(one.unit) for one in drafted.notices[:10])
    said = ngettext("已为%(units)s起草通知书。", "已为%(units)s等起草 %(count)d 份通知书。", count)
    messages.success(request, said % {"units": units, "count": count})
    for skip in drafted.skipped[:5]:
        said = _("%(number)s 没有列入：%(why)s") % {"number": skip.finding.number, "why": skip.reason}
        messages.warning(request, said)
    if len(drafted.skipped) > 5:
        messages.warning(request, _("另有 %(count)d 个问题没有列入。") % {"count": len(drafted.skipped) - 5})
    if count == 1:
        return redirect("findings:notice", pk=drafted.notices[0].pk)
    return redirect(f"{reverse('findings:notices')}?state=draft")


def _choice(request: HttpRequest, form: DraftForm | None) -> dict[str, Any]:
    """The findings to choose from: those that the address names, else all that fit, a page at a time."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "")
    if kind not in Notice.Kind.values:
        kind = Notice.Kind.RECTIFY
    typed = [whole_number(part.strip()) for text in asked.getlist("findings") for part in text.split(",")]
    ids = [one for one in typed if one is not None][:_MOST_IN_ADDRESS]
    is_named = bool(ids) and bool(request.GET.get("findings"))
    rows = queries.findings_for(kind, ids=ids if is_named else None)
    unit = request.GET.get("unit", "")
    units = Unit.objects.filter(pk__in=queries.findings_for(kind).values("unit")).order_by("name")
    if unit.isdecimal() and len(unit) < 10:
        rows = rows.filter(unit=int(unit))
    severity = request.GET.get("severity", "")
    if severity in Finding.Severity.values:
        rows = rows.filter(severity=severity)
    page = page_of(rows, request, per_page=max(100, len(ids)))
    shown = list(page.object_list)
    return {
        "form": form or DraftForm(initial={"kind": kind}),
        "kind": kind,
        "kinds": Notice.Kind.choices,
        "page": page,
        "hindrances": drafting.hindrances(shown, kind=kind),
        "chosen": set(ids),
        "named": ",".join(map(str, ids)) if is_named else "",
        "units": units,
        "severities": Finding.Severity.choices,
        "reasoning": queries.due_reasoning(shown),
    }


@require_http_methods(["GET", "POST"])
@capability_required("notices.edit")
def notice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    notice = visible_notice(request.user, pk)
    why_not = refusal(notice, STEPS["edit"], actor=request.user)
    if why_not:
        raise StepRefused(why_not, where=str(notice))
    form = NoticeForm(request.POST or None, instance=notice)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, pk, form)
        except Outdated as problem:
            form.beside(NoticeForm(instance=visible_notice(request.user, pk)), problem)
            status = 409
        except PlumblineError as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, _("已保存。"))
            return redirect("findings:notice", pk=pk)
    held = [item.finding for item in notice.items.select_related("finding")]
    context = {
        "form": form,
        "notice": visible_notice(request.user, pk),
        "reasoning": queries.due_reasoning(held),
        "usual": drafting.usual_due(held, today=timezone.localdate()),
        "due_words": queries.day_words(notice.due_on, today=timezone.localdate()) if notice.due_on else "",
    }
    if form.errors and status == 200:
        status = 422
    return render(request, "findings/notices/edit.html", context, status=status)


def _save(request: HttpRequest, pk: int, form: NoticeForm) -> None:
    values = form.cleaned_data
    drafting.edit_notice(
        notice=visible_notice(request.user, pk),
        title=values["title"],
        body=values["body"],
        due_on=values["due_on"],
        findings=form.chosen(),
        actor=request.user,
        now=timezone.now(),
        revision=form.opened_on,
    )


@require_GET
@capability_required("notices.edit")
def notice_due(request: HttpRequest) -> HttpResponse:
    """What kind of day a deadline is; asked for as it is chosen."""
    try:
        day = date.fromisoformat(request.GET.get("due_on", ""))
    except ValueError:
        return HttpResponse("")
    today = timezone.localdate()
    # at the ends of the calendar neither weekday nor holiday means anything
    words = queries.day_words(day, today=today) if 1900 <= day.year < 2200 else ""
    return render(request, "findings/notices/_due.html", {"due_words": words})
