"""Addresses of the people who sign in."""

from django.urls import path

from plumbline.office.units.views import people

urlpatterns = [
    path("system/people/", people.person_list, name="people"),
    path("system/people/new/", people.person_create, name="person_create"),
    path("system/people/<int:pk>/", people.person_edit, name="person"),
    path("system/people/<int:pk>/password/", people.password_reset, name="person_password"),
    path("system/people/<int:pk>/second-factor/", people.factor_reset, name="person_factor"),
    path("system/people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("system/people/<int:pk>/activate/", people.person_activate, name="person_activate"),
]
