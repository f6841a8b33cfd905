"""Addresses of the plan's pages; one module a part of the year."""

from plumbline.office.targets.urls import evaluation, ledger, metrics, overview, plans, values

app_name = "targets"

urlpatterns = [
    *overview.urlpatterns,
    *plans.urlpatterns,
    *ledger.urlpatterns,
    *values.urlpatterns,
    *evaluation.urlpatterns,
    *metrics.urlpatterns,
]
