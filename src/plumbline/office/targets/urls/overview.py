"""Address of the first page."""

from django.urls import URLPattern, path

from plumbline.office.targets.views import overview

urlpatterns: list[URLPattern] = [path("", overview.overview, name="overview")]
