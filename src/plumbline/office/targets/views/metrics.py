"""The registry of metrics: what each counts, in which version, and where it is used."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.accounts.access import capability_required
from plumbline.office.lib.paging import page_of
from plumbline.office.targets.evidence.kinds import KINDS
from plumbline.office.targets.queries.metrics import metric_rows, users_of

ABOUT = (("units", _("工作记录")), ("money", _("资金")), ("plan", _("绩效目标")))


@require_GET
@capability_required("metrics.view")
def metric_list(request: HttpRequest) -> HttpResponse:
    """All metrics."""
    about = request.GET.get("about", "")
    rows = metric_rows(request.user, text=request.GET.get("q", ""), about=about)
    context = {
        "page": page_of(rows, request),
        "about": ABOUT,
        "filtered": bool(request.GET.get("q") or about),
    }
    return render(request, "targets/metrics/list.html", context)


@require_GET
@capability_required("metrics.view")
def metric_page(request: HttpRequest, key: str) -> HttpResponse:
    """One metric in all its versions, and the indicators that use it.

    Raises:
        Http404: there is none.
    """
    versions = METRICS.versions(key)
    if not versions:
        raise Http404
    kinds = [str(KINDS.get(kind).title) for kind in versions[0].kinds if kind in KINDS]
    context = {
        "metric": versions[0],
        "versions": versions,
        "kinds": gettext("、").join(kinds),
        "about": dict(ABOUT)[versions[0].about],
        "page": page_of(users_of(request.user, key), request),
    }
    return render(request, "targets/metrics/metric.html", context)
