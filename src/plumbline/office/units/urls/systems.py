"""Addresses of the information systems."""

from django.urls import path

from plumbline.office.units.views import systems as views

urlpatterns = [
    path("units/systems/", views.system_list, name="systems"),
    path("units/systems/assessments/", views.assessment_list, name="assessments"),
    path("units/systems/export/", views.system_export, name="systems_export"),
    path("units/systems/term/", views.assessment_term, name="assessment_term"),
    path("units/systems/new/", views.system_create, name="system_create"),
    path("units/systems/<int:system_id>/", views.system_page, name="system"),
    path("units/systems/<int:system_id>/edit/", views.system_edit, name="system_edit"),
    path("units/systems/<int:system_id>/stop/", views.system_stop, name="system_stop"),
    path("units/systems/<int:system_id>/resume/", views.system_resume, name="system_resume"),
    path("units/<int:pk>/systems/", views.unit_systems, name="unit_systems"),
]
