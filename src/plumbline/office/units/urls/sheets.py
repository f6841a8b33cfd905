"""Addresses of the register sheets."""

from django.urls import path

from plumbline.office.units.views import sheets as views

urlpatterns = [
    path("units/sheets/", views.sheet_list, name="sheets"),
    path("units/sheets/new/", views.sheet_new, name="sheet_new"),
    path("units/sheets/template/<str:kind>/", views.sheet_template, name="sheet_template"),
    path("units/sheets/export/<str:kind>/", views.sheet_export, name="sheet_export"),
    path("units/sheets/<int:job_id>/", views.sheet_page, name="sheet"),
    path("units/sheets/<int:job_id>/progress/", views.sheet_progress, name="sheet_progress"),
    path("units/sheets/<int:job_id>/confirm/", views.sheet_confirm, name="sheet_confirm"),
    path("units/sheets/<int:job_id>/again/", views.sheet_again, name="sheet_again"),
    path("units/sheets/<int:job_id>/cancel/", views.sheet_cancel, name="sheet_cancel"),
    path("units/sheets/<int:job_id>/file/", views.sheet_file, name="sheet_file"),
    path("units/sheets/<int:job_id>/errors/", views.sheet_errors, name="sheet_errors"),
]
