"""Addresses of the metrics, the bindings, the pages of indicators, and their evidence."""

from django.urls import URLPattern, path

from plumbline.office.targets.views import bindings, evidence, indicators, metrics

PLAN = "plans/<int:plan_id>/"
LINE = f"{PLAN}bindings/<int:line_id>/"
RUN = f"{PLAN}evidence/runs/<int:run_id>/"

urlpatterns: list[URLPattern] = [
    path("metrics/", metrics.metric_list, name="metrics"),
    path("metrics/<slug:key>/", metrics.metric_page, name="metric"),
    path(f"{PLAN}bindings/", bindings.binding_list, name="bindings"),
    path(f"{PLAN}bindings/confirm/", bindings.binding_confirm, name="bindings_confirm"),
    path(LINE, bindings.binding_edit, name="binding"),
    path(f"{LINE}check/", bindings.binding_check, name="binding_check"),
    path(f"{LINE}withdraw/<int:binding_id>/", bindings.binding_withdraw, name="binding_withdraw"),
    path(f"{LINE}restore/<int:binding_id>/", bindings.binding_restore, name="binding_restore"),
    path(f"{PLAN}indicators/<int:line_id>/", indicators.indicator, name="indicator"),
    path(f"{PLAN}indicators/<int:line_id>/records/", indicators.indicator_records, name="indicator_records"),
    path(f"{PLAN}evidence/", evidence.evidence_page, name="evidence"),
    path(f"{PLAN}evidence/verify/", evidence.evidence_verify, name="evidence_verify"),
    path(f"{PLAN}evidence/freeze/<int:checkpoint_id>/", evidence.evidence_freeze, name="evidence_freeze"),
    path(f"{PLAN}evidence/sets/<int:set_id>/", evidence.evidence_manifest, name="evidence_manifest"),
    path(RUN, evidence.evidence_run, name="evidence_run"),
    path(f"{RUN}progress/", evidence.evidence_run_progress, name="evidence_run_progress"),
    path(f"{RUN}again/", evidence.evidence_run_again, name="evidence_run_again"),
]
