"""Addresses of the measured values and of the monitoring."""

from django.urls import URLPattern, path

from plumbline.office.targets.views import monitoring, values

VALUES = "plans/<int:plan_id>/values/"
MONITORING = "plans/<int:plan_id>/monitoring/"
ONE = f"{MONITORING}<int:checkpoint_id>/"

urlpatterns: list[URLPattern] = [
    path(VALUES, values.values, name="values"),
    path(f"{VALUES}<int:line_id>/<int:checkpoint_id>/", values.values_cell, name="values_cell"),
    path(f"{VALUES}entries/<int:value_id>/withdraw/", values.values_withdraw, name="values_withdraw"),
    path(f"{VALUES}entries/<int:value_id>/restore/", values.values_restore, name="values_restore"),
    path(f"{VALUES}evidence/<int:evidence_id>/", values.values_evidence, name="values_evidence"),
    path(MONITORING, monitoring.monitoring, name="monitoring"),
    path(ONE, monitoring.monitoring_checkpoint, name="monitoring_checkpoint"),
    path(f"{ONE}projects/<int:line_id>/", monitoring.monitoring_project, name="monitoring_project"),
    path(f"{ONE}complete/", monitoring.monitoring_complete, name="monitoring_complete"),
    path(f"{MONITORING}rules/", monitoring.monitoring_rules, name="monitoring_rules"),
]
