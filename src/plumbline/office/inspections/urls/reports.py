"""Addresses of reports on inspections."""

from __future__ import annotations

from django.urls import URLPattern, path

from plumbline.office.inspections.views import reports

urlpatterns: list[URLPattern] = [
    path("inspections/reports/", reports.report_list, name="reports"),
    path("inspections/reports/new/", reports.report_new, name="report_new"),
    path("inspections/reports/<int:pk>/", reports.report, name="report"),
    path("inspections/reports/<int:pk>/progress/", reports.report_progress, name="report_progress"),
    path("inspections/reports/<int:pk>/again/", reports.report_again, name="report_again"),
    path("inspections/reports/<int:pk>/delete/", reports.report_delete, name="report_delete"),
    path("inspections/reports/<int:pk>/file/", reports.report_file, name="report_file"),
]
