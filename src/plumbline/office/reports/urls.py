"""Addresses of the forms."""

from django.urls import path

from plumbline.office.reports import views

app_name = "reports"

urlpatterns = [
    path("reports/", views.index, name="index"),
    path("plans/<int:plan_id>/forms/", views.forms, name="forms"),
    path("exports/<int:export_id>/", views.export_state, name="export"),
    path("exports/<int:export_id>/file/", views.export_file, name="export_file"),
    path("plans/<int:plan_id>/forms/return/", views.upload_return, name="return_upload"),
    path("returns/<int:return_id>/", views.show_return, name="return"),
    path("returns/<int:return_id>/apply/", views.apply_return, name="return_apply"),
    path("returns/<int:return_id>/drop/", views.drop_return, name="return_drop"),
    path("returns/<int:return_id>/file/", views.return_file, name="return_file"),
]
