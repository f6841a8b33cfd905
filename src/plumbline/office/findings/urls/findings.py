"""Addresses of findings."""

from django.urls import URLPattern, path

from plumbline.office.findings.views import acts, decisions, finding, listing

urlpatterns: list[URLPattern] = [
    path("findings/", listing.finding_list, name="list"),
    path("findings/export/", listing.finding_export, name="export"),
    path("findings/bulk/", listing.finding_bulk, name="bulk"),
    path("findings/new/", finding.finding_new, name="new"),
    path("findings/new/places/", finding.finding_places, name="places"),
    path("findings/files/<int:pk>/", finding.finding_file, name="file"),
    path("findings/extensions/<int:pk>/", decisions.extension, name="extension"),
    path("findings/extensions/<int:pk>/withdraw/", decisions.extension_withdraw, name="extension_withdraw"),
    path("findings/acceptances/<int:pk>/", decisions.acceptance, name="acceptance"),
    path("findings/steps/<int:pk>/", decisions.escalation, name="escalation"),
    path("findings/<int:pk>/", finding.finding_page, name="finding"),
    path("findings/<int:pk>/edit/", finding.finding_edit, name="edit"),
    path("units/<int:pk>/findings/", listing.unit_findings, name="of_unit"),
    *acts.patterns(),
]
