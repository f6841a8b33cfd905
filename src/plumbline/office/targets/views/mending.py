"""Mending a draft by hand: one page a thing, with the document's own words beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plumbline.office.accounts.access import capability_required
from plumbline.office.targets.forms.mending import MendForm, ReasonForm
from plumbline.office.targets.models import CategoryTotal, Indicator, PlanVersion, Project
from plumbline.office.targets.queries.findings import findings_at
from plumbline.office.targets.queries.plans import plan_or_404
from plumbline.office.targets.services import mending, structure
from plumbline.office.targets.services.fields import Subject, fields_of
from plumbline.office.targets.views.editing import attempt, draft_page, must_be_draft, saved
from plumbline.office.targets.views.plans import version_or_404

ANCHORS = {Project: "project", Indicator: "indicator", CategoryTotal: "total", PlanVersion: "organisation"}


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def mend_project(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """The values of a project."""
    return _mend(request, project_or_404(request, plan_id, pk), title=_("更正项目"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def mend_indicator(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """The values of an indicator."""
    return _mend(request, indicator_or_404(request, plan_id, pk), title=_("更正指标"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def mend_organisation(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """Name and code of the organisation."""
    return _mend(request, version_or_404(request, plan_id, number), title=_("更正单位"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def mend_total(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """An amount by category."""
    mine = plan_or_404(request.user, plan_id)
    total = get_object_or_404(
        CategoryTotal.objects.select_related("version__plan"), version__plan=mine, pk=pk
    )
    return _mend(request, total, title=_("更正分类金额"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def add_project(request: HttpRequest, plan_id: int, number: int) -> HttpResponse:
    """A project that the document lacks."""
    version = version_or_404(request, plan_id, number)

    def act(form: MendForm) -> None:
        structure.add_project(version=version, **_given(request, form))

    return _add(request, version, Project(version=version), act, title=_("新增项目"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def add_indicator(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """An indicator that a project lacks."""
    project = project_or_404(request, plan_id, pk)

    def act(form: MendForm) -> None:
        structure.add_indicator(project=project, **_given(request, form))

    subject = Indicator(project=project, use=Indicator.Use.TRACKED)
    return _add(request, project.version, subject, act, title=_("新增指标"), anchor=f"project-{project.pk}")


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def remove_project(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Take a project out of the draft."""
    return _remove(request, project_or_404(request, plan_id, pk), title=_("删除项目"))


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def remove_indicator(request: HttpRequest, plan_id: int, pk: int) -> HttpResponse:
    """Take an indicator out of the draft."""
    return _remove(request, indicator_or_404(request, plan_id, pk), title=_("删除指标"))


def project_or_404(request: HttpRequest, plan_id: int, pk: int) -> Project:
    """A project of a plan that the person may see."""
    mine = plan_or_404(request.user, plan_id)
    rows = Project.objects.select_related("version__plan__unit")
    return get_object_or_404(rows, version__plan=mine, pk=pk)


def indicator_or_404(request: HttpRequest, plan_id: int, pk: int) -> Indicator:
    """An indicator of a plan that the person may see."""
    mine = plan_or_404(request.user, plan_id)
    rows = Indicator.objects.select_related("project__version__plan__unit", "project__line", "line")
    return get_object_or_404(rows, project__version__plan=mine, pk=pk)


def _mend(request: HttpRequest, subject: Subject, *, title: str) -> HttpResponse:
    version = mending.version_of(subject)
    must_be_draft(version)
    form = MendForm(request.POST or None, subject=subject, initial={"revision": version.revision})
    conflict = None
    if request.method == "POST" and form.is_valid():
        conflict = attempt(
            form,
            lambda: mending.mend(subject=subject, settle=form.settled(), **_given(request, form)),
        )
        if not form.errors:
            return saved(request, version, f"{ANCHORS[type(subject)]}-{subject.pk}")
    return _page(request, version, form, title=title, conflict=conflict, subject=subject)


def _given(request: HttpRequest, form: MendForm) -> dict[str, Any]:
    return {
        "values": form.values(),
        "reason": form.cleaned_data["reason"],
        "revision": form.cleaned_data["revision"],
        "actor": request.user,
        "now": timezone.now(),
    }


def _add(
    request: HttpRequest, version: PlanVersion, subject: Subject, act: Any, *, title: str, anchor: str = ""
) -> HttpResponse:
    must_be_draft(version)
    form = MendForm(request.POST or None, subject=subject, initial={"revision": version.revision})
    conflict = None
    if request.method == "POST" and form.is_valid():
        conflict = attempt(form, lambda: act(form))
        if not form.errors:
            return saved(request, version, anchor)
    return _page(request, version, form, title=title, conflict=conflict)


def _remove(request: HttpRequest, subject: Project | Indicator, *, title: str) -> HttpResponse:
    version = mending.version_of(subject)
    must_be_draft(version)
    form = ReasonForm(request.POST or None, initial={"revision": version.revision})
    conflict = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        conflict = attempt(
            form,
            lambda: structure.remove(
                subject=subject,
                reason=given["reason"],
                revision=given["revision"],
                actor=request.user,
                now=timezone.now(),
            ),
        )
        if not form.errors:
            return saved(request, version, said=_("已删除，可在“更正记录”中撤销。"))
    return _page(request, version, form, title=title, conflict=conflict, subject=subject, removing=True)


def _page(
    request: HttpRequest,
    version: PlanVersion,
    form: ReasonForm,
    *,
    title: str,
    subject: Any = None,
    **more: Any,
) -> HttpResponse:
    """The form, what the document says at that place, and the findings there."""
    lines = _lines(subject)
    context = {
        "form": form,
        "title": title,
        "subject": subject,
        "source": version.source_lines.filter(number__in=lines[:40]),
        "findings": findings_at(version, lines),
        "now_values": _present(form, subject) if more.get("conflict") else {},
        **more,
    }
    return draft_page(request, version, "targets/plans/mend.html", context, wrong=bool(form.errors))


def _lines(subject: Any) -> list[int]:
    if isinstance(subject, Project):
        return sorted({line for s in subject.statements.all() for line in [*s.spans.values(), *s.lines[:1]]})
    return list(getattr(subject, "lines", []) or [])


def _present(form: ReasonForm, subject: Any) -> dict[str, str]:
    """What the fields of the form hold now, where that is not what was typed."""
    if subject is None or not isinstance(form, MendForm):
        return {}
    row = type(subject)._default_manager.get(pk=subject.pk)
    now = {name: field.get(row) for name, field in fields_of(row).items()}
    return {name: text for name, text in now.items() if text != form.cleaned_data.get(name)}
