"""Addresses of the room."""

from django.urls import path, re_path

from plumbline.office.audit import views

app_name = "audit"

urlpatterns = [
    path("system/audit/", views.record_list, name="list"),
    re_path(r"^system/audit/export\.(?P<kind>xlsx|csv)$", views.export, name="export"),
    path("system/audit/verify/", views.verification, name="verify"),
]
