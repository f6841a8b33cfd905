"""Addresses of self-evaluation and its rules."""

from django.urls import URLPattern, path

from plumbline.office.targets.views import evaluation as pages
from plumbline.office.targets.views import evaluation_acts as acts

BASE = "plans/<int:plan_id>/evaluation/"
ONE = f"{BASE}sheets/<int:pk>/"
ROW = f"{ONE}rows/<int:row_id>/"

urlpatterns: list[URLPattern] = [
    path("plans/rulesets/", pages.rulesets, name="rulesets"),
    path("plans/rulesets/<slug:key>/<int:version>/", pages.ruleset_page, name="ruleset"),
    path(BASE, pages.evaluation, name="evaluation"),
    path(f"{BASE}start/", pages.evaluation_start_all, name="evaluation_start_all"),
    path(f"{BASE}projects/<int:line_id>/", pages.evaluation_project, name="evaluation_project"),
    path(f"{BASE}projects/<int:line_id>/start/", pages.evaluation_start, name="evaluation_start"),
    path(ONE, pages.evaluation_sheet, name="evaluation_sheet"),
    path(f"{ONE}save/", acts.evaluation_save, name="evaluation_save"),
    path(f"{ONE}settings/", acts.evaluation_settings, name="evaluation_settings"),
    path(f"{ONE}weights/", acts.evaluation_weights, name="evaluation_weights"),
    path(f"{ONE}rebase/", acts.evaluation_rebase, name="evaluation_rebase"),
    path(f"{ONE}discard/", acts.evaluation_discard, name="evaluation_discard"),
    path(f"{ONE}supersede/", acts.evaluation_supersede, name="evaluation_supersede"),
    path(f"{ONE}freeze/", acts.evaluation_freeze, name="evaluation_freeze"),
    path(f"{ONE}replay/", acts.evaluation_replay, name="evaluation_replay"),
    path(ROW, acts.evaluation_override, name="evaluation_override"),
    path(f"{ROW}decide/", acts.evaluation_override_decide, name="evaluation_override_decide"),
    path(f"{ROW}withdraw/", acts.evaluation_override_withdraw, name="evaluation_override_withdraw"),
]
