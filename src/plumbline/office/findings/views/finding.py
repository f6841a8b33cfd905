"""One finding: its page, its files, entering and correcting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.access import capability_required
from plumbline.office.files.downloads import download_response
from plumbline.office.findings.access import visible_file, visible_finding
from plumbline.office.findings.forms.finding import FindingForm
from plumbline.office.findings.models import Finding
from plumbline.office.findings.origins import origin_of
from plumbline.office.findings.queries.offers import decisions, offers
from plumbline.office.findings.queries.standing import standing_of
from plumbline.office.findings.queries.timeline import loose_files, timeline
from plumbline.office.findings.services.correcting import amend, raise_by_hand
from plumbline.office.lib.revisions import Outdated
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit


@require_GET
@capability_required("findings.view")
def finding_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, what can be done now, and every step so far."""
    finding = visible_finding(request.user, pk)
    possible, refused = offers(finding, user=request.user)
    context = {
        "finding": finding,
        "possible": possible,
        "refused": refused,
        "decisions": decisions(finding, user=request.user),
        "standing": standing_of(finding, user=request.user, today=timezone.localdate()),
        "moments": timeline(finding),
        "loose": loose_files(finding),
        "origin": origin_of(finding, user=request.user),
    }
    return render(request, "findings/finding.html", context)


@require_GET
@capability_required("findings.view")
def finding_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a finding, for whoever may see the finding."""
    return download_response(visible_file(request.user, pk).file)


@require_http_methods(["GET", "POST"])
@capability_required("findings.raise")
def finding_new(request: HttpRequest) -> HttpResponse:
    """Enter a finding."""
    units = visible_units(request.user).filter(state=Unit.State.ACTIVE)
    if request.method != "POST":
        initial = {name: request.GET[name] for name in ("unit", "system", "asset") if name in request.GET}
        # the fields typed so far come along when the unit is chosen, and nothing is lost
        kept = ("title", "severity", "detail", "place", "basis", "advice")
        initial |= {name: request.GET[name] for name in kept if name in request.GET}
        form = FindingForm(initial=initial, units=units)
        return render(request, "findings/edit.html", {"form": form})
    form = FindingForm(request.POST, request.FILES, units=units)
    if form.is_valid():
        try:
            finding = raise_by_hand(
                form.raised(), uploads=form.cleaned_data["uploads"], actor=request.user, now=timezone.now(),
                confirmed=form.cleaned_data["confirmed"],
            )  # fmt: skip
        except PlumblineError as error:
            form.add_error("uploads", str(error))
        else:
            messages.success(request, _("已登记，编号 %(number)s。") % {"number": finding.number})
            return redirect("findings:finding", finding.pk)
    return render(request, "findings/edit.html", {"form": form}, status=422)


@require_GET
@capability_required("findings.raise")
def finding_places(request: HttpRequest) -> HttpResponse:
    """The systems and assets of the unit that was chosen, as a part of the form."""
    units = visible_units(request.user)
    form = FindingForm(initial={"unit": request.GET.get("unit", "")}, units=units)
    return render(request, "findings/_places.html", {"form": form})


@require_http_methods(["GET", "POST"])
@capability_required("findings.handle")
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is said of the problem."""
    finding = visible_finding(request.user, pk)
    units = Unit.objects.filter(pk=finding.unit_id)
    form = FindingForm(request.POST or None, instance=finding, units=units)
    context = {"form": form, "finding": finding}
    if request.method != "POST":
        return render(request, "findings/edit.html", context)
    if form.is_valid():
        try:
            amend(
                finding=Finding.objects.get(pk=finding.pk), values=form.values(), actor=request.user,
                now=timezone.now(), revision=form.opened_on,
            )  # fmt: skip
        except Outdated as problem:
            form.beside(FindingForm(instance=visible_finding(request.user, pk), units=units), problem)
            return render(request, "findings/edit.html", context, status=409)
        messages.success(request, _("已保存。"))
        return redirect("findings:finding", finding.pk)
    return render(request, "findings/edit.html", context, status=422)
