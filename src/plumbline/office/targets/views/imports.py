"""Importing a document: the upload, its progress, what has to be decided, what went wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.files.services import keep_unchecked
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.forms.imports import DecisionForm, ImportForm
from plumbline.office.targets.models import ImportJob
from plumbline.office.targets.queries.imports import import_jobs as jobs
from plumbline.office.targets.services import import_jobs


@require_http_methods(["GET", "POST"])
@capability_required("plans.edit")
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose a file and begin."""
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            # Whatever is in it is kept for the record; the reader says what is wrong with it.
            kept = keep_unchecked(form.cleaned_data["file"], user=request.user)
        except PlumblineError as error:
            form.add_error("file", str(error))
        else:
            job = import_jobs.start(file=kept, unit=form.cleaned_data["unit"], actor=request.user)
            return redirect("targets:import_job", job_id=job.pk)
    return render(request, "targets/plans/import.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@capability_required("plans.edit")
def import_list(request: HttpRequest) -> HttpResponse:
    """What was uploaded, and what became of it."""
    rows = jobs(request.user, state=request.GET.get("state", ""), search=request.GET.get("q", "").strip())
    context = {"page": page_of(rows, request), "states": ImportJob.State.choices, "now": timezone.now()}
    context["filtered"] = bool(request.GET.get("state") or request.GET.get("q"))
    return render(request, "targets/plans/imports.html", context)


@require_GET
@capability_required("plans.edit")
def import_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One import, in whatever state it is."""
    job = _job(request, job_id)
    if job.state == ImportJob.State.DONE and job.version and "stay" not in request.GET:
        _tell_once(request, _("已导入“%(name)s”，请核对。") % {"name": job.file.name})
        return _to_plan(job)
    return render(request, "targets/plans/import_job.html", _context(request, job))


@require_GET
@capability_required("plans.edit")
def import_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The bar, asked for every second; once the job is over the whole page is loaded again."""
    job = _job(request, job_id)
    over = job.state not in (ImportJob.State.QUEUED, ImportJob.State.RUNNING)
    if over or import_jobs.interrupted(job, now=timezone.now()):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "targets/plans/_import_progress.html", {"job": job})


@require_POST
@capability_required("plans.edit")
def import_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Begin again, with what was decided where something was asked."""
    job = _job(request, job_id)
    answers = {}
    if job.state == ImportJob.State.WAITING:
        form = DecisionForm(request.POST, user=request.user, questions=job.questions)
        if not form.is_valid():
            return render(
                request, "targets/plans/import_job.html", _context(request, job) | {"form": form}, status=422
            )
        answers = form.answers()
    import_jobs.again(job=job, actor=request.user, now=timezone.now(), answers=answers)
    return redirect("targets:import_job", job_id=job.pk)


@require_POST
@capability_required("plans.edit")
def import_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give up an import that waits for a decision."""
    import_jobs.cancel(job=_job(request, job_id), actor=request.user)
    messages.info(request, _("已取消导入，上传的文件仍保留备查。"))
    return redirect("targets:imports")


@require_GET
@capability_required("plans.edit")
def import_file(request: HttpRequest, job_id: int) -> HttpResponse:
    """The upload as it came."""
    return download_response(_job(request, job_id).file)


def _job(request: HttpRequest, job_id: int) -> ImportJob:
    return get_object_or_404(jobs(request.user), pk=job_id)


def _tell_once(request: HttpRequest, text: str) -> None:
    """A bar that is asked for again while its page already loads anew opens this page twice."""
    waiting = messages.get_messages(request)
    said = [str(message) for message in waiting]
    waiting.used = False  # they were looked at, not shown
    if text not in said:
        messages.success(request, text)


def _to_plan(job: ImportJob) -> HttpResponse:
    response = redirect("targets:plan", plan_id=job.version.plan_id)
    response["Location"] += f"?v={job.version.number}"
    return response


def _context(request: HttpRequest, job: ImportJob) -> dict[str, object]:
    waiting = job.state == ImportJob.State.WAITING
    form = DecisionForm(user=request.user, questions=job.questions) if waiting else None
    return {"job": job, "form": form, "interrupted": import_jobs.interrupted(job, now=timezone.now())}
