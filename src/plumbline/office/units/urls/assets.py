"""Addresses of the assets."""

from django.urls import path

from plumbline.office.units.views import assets as views

urlpatterns = [
    path("units/assets/", views.asset_list, name="assets"),
    path("units/assets/conflicts/", views.asset_conflict_list, name="asset_conflicts"),
    path("units/assets/export/", views.asset_export, name="assets_export"),
    path("units/assets/fields/", views.asset_fields, name="asset_fields"),
    path("units/assets/new/", views.asset_create, name="asset_create"),
    path("units/assets/<int:asset_id>/", views.asset_page, name="asset"),
    path("units/assets/<int:asset_id>/edit/", views.asset_edit, name="asset_edit"),
    path("units/assets/<int:asset_id>/retire/", views.asset_retire, name="asset_retire"),
    path("units/assets/<int:asset_id>/restore/", views.asset_restore, name="asset_restore"),
    path("units/<int:pk>/assets/", views.unit_assets, name="unit_assets"),
]
