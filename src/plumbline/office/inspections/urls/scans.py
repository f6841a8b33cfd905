"""Addresses of scan imports."""

from __future__ import annotations

from django.urls import URLPattern, path

from plumbline.office.inspections.views import scans

urlpatterns: list[URLPattern] = [
    path("inspections/scans/", scans.scan_list, name="scans"),
    path("inspections/scans/new/", scans.scan_new, name="scan_new"),
    path("inspections/scans/columns/", scans.scan_mappings, name="scan_mappings"),
    path("inspections/scans/columns/<int:pk>/delete/", scans.scan_mapping_delete, name="scan_mapping_delete"),
    path("inspections/scans/<int:pk>/", scans.scan, name="scan"),
    path("inspections/scans/<int:pk>/progress/", scans.scan_progress, name="scan_progress"),
    path("inspections/scans/<int:pk>/columns/", scans.scan_columns, name="scan_columns"),
    path("inspections/scans/<int:pk>/import/", scans.scan_import, name="scan_import"),
    path("inspections/scans/<int:pk>/again/", scans.scan_again, name="scan_again"),
    path("inspections/scans/<int:pk>/cancel/", scans.scan_cancel, name="scan_cancel"),
    path("inspections/scans/<int:pk>/withdraw/", scans.scan_withdraw, name="scan_withdraw"),
    path("inspections/scans/<int:pk>/results/", scans.scan_results, name="scan_results"),
    path("inspections/scans/<int:pk>/hosts/", scans.scan_hosts, name="scan_hosts"),
    path("inspections/scans/<int:pk>/hosts/sheet/", scans.scan_hosts_sheet, name="scan_hosts_sheet"),
    path("inspections/scans/<int:pk>/file/", scans.scan_file, name="scan_file"),
]
