"""Addresses of the unit's portal."""

from django.urls import URLPattern, path

from plumbline.office.findings.views import portal

urlpatterns: list[URLPattern] = [
    path("my/", portal.my, name="my"),
    path("my/waiting/", portal.my_waiting, name="my_waiting"),
    path("my/findings/<int:pk>/", portal.my_finding, name="my_finding"),
    path("my/notices/", portal.my_notices, name="my_notices"),
    path("my/notices/<int:pk>/", portal.my_notice, name="my_notice"),
    path("my/notices/<int:pk>/receive/", portal.my_receive, name="my_receive"),
]
