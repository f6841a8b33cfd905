"""Addresses of number series and templates."""

from django.urls import URLPattern, path

from plumbline.office.findings.views import documents

BASE = "system/documents/"

urlpatterns: list[URLPattern] = [
    path(BASE, documents.documents, name="documents"),
    path(f"{BASE}letterhead/", documents.letterhead_edit, name="letterhead"),
    path(f"{BASE}series/sample/", documents.series_sample, name="series_sample"),
    path(f"{BASE}series/<slug:key>/", documents.series_edit, name="series"),
    path(f"{BASE}templates/<slug:kind>/upload/", documents.template_upload, name="template_upload"),
    path(f"{BASE}templates/<slug:kind>/restore/", documents.template_restore, name="template_restore"),
    path(f"{BASE}templates/<slug:kind>/<slug:which>/", documents.template_file, name="template_file"),
]
