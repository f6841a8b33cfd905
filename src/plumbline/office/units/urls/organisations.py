"""Addresses of the organisations."""

from django.urls import path

from plumbline.office.units.views import organisations

urlpatterns = [
    path("system/units/", organisations.unit_list, name="list"),
    path("system/units/new/", organisations.unit_create, name="create"),
    path("system/units/<int:pk>/", organisations.unit_edit, name="edit"),
]
