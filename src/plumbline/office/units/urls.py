"""Addresses of the room."""

from django.urls import path

from plumbline.office.units import people_views, views

app_name = "units"

urlpatterns = [
    path("system/units/", views.unit_list, name="list"),
    path("system/units/new/", views.unit_create, name="create"),
    path("system/units/<int:pk>/", views.unit_edit, name="edit"),
    path("system/people/", people_views.person_list, name="people"),
    path("system/people/new/", people_views.person_create, name="person_create"),
    path("system/people/<int:pk>/", people_views.person_edit, name="person"),
    path("system/people/<int:pk>/password/", people_views.password_reset, name="person_password"),
    path("system/people/<int:pk>/second-factor/", people_views.factor_reset, name="person_factor"),
    path("system/people/<int:pk>/deactivate/", people_views.person_deactivate, name="person_deactivate"),
    path("system/people/<int:pk>/activate/", people_views.person_activate, name="person_activate"),
]
