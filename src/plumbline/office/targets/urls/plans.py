"""Addresses of plans: list, import, review, mending, findings, versions."""

from __future__ import annotations

from django.urls import URLPattern, path

from plumbline.office.targets.views import findings, imports, mending, parts, plans, versions

PLAN = "plans/<int:plan_id>/"

urlpatterns: list[URLPattern] = [
    path("plans/", plans.plan_list, name="plans"),
    path("plans/rules/", findings.rules, name="rules"),
    path("plans/imports/", imports.import_list, name="imports"),
    path("plans/imports/new/", imports.import_new, name="import_new"),
    path("plans/imports/<int:job_id>/", imports.import_job, name="import_job"),
    path("plans/imports/<int:job_id>/progress/", imports.import_progress, name="import_progress"),
    path("plans/imports/<int:job_id>/again/", imports.import_again, name="import_again"),
    path("plans/imports/<int:job_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("plans/imports/<int:job_id>/file/", imports.import_file, name="import_file"),
    path(PLAN, plans.plan, name="plan"),
    path(f"{PLAN}v<int:number>/lines/<int:first>/", plans.plan_lines, name="plan_lines"),
    path(f"{PLAN}v<int:number>/source/", plans.plan_source, name="plan_source"),
    path(f"{PLAN}projects/<int:project_id>/", plans.plan_project, name="plan_project"),
    path(f"{PLAN}v<int:number>/organisation/", mending.mend_organisation, name="mend_organisation"),
    path(f"{PLAN}totals/<int:pk>/", mending.mend_total, name="mend_total"),
    path(f"{PLAN}v<int:number>/projects/new/", mending.add_project, name="add_project"),
    path(f"{PLAN}projects/<int:pk>/mend/", mending.mend_project, name="mend_project"),
    path(f"{PLAN}projects/<int:pk>/remove/", mending.remove_project, name="remove_project"),
    path(f"{PLAN}projects/<int:pk>/funds/", parts.project_funds, name="project_funds"),
    path(f"{PLAN}projects/<int:pk>/spend-plan/", parts.project_spend_plan, name="project_spend_plan"),
    path(f"{PLAN}projects/<int:pk>/indicators/new/", mending.add_indicator, name="add_indicator"),
    path(f"{PLAN}indicators/<int:pk>/mend/", mending.mend_indicator, name="mend_indicator"),
    path(f"{PLAN}indicators/<int:pk>/remove/", mending.remove_indicator, name="remove_indicator"),
    path(f"{PLAN}indicators/<int:pk>/reading/", versions.reading, name="reading"),
    path(f"{PLAN}indicators/<int:pk>/reading/approve/", versions.reading_approve, name="reading_approve"),
    path(f"{PLAN}indicators/<int:pk>/reading/withdraw/", versions.reading_withdraw, name="reading_withdraw"),
    path(f"{PLAN}v<int:number>/corrections/", parts.correction_list, name="corrections"),
    path(f"{PLAN}corrections/<int:pk>/undo/", parts.correction_undo, name="correction_undo"),
    path(f"{PLAN}findings/", findings.finding_list, name="findings"),
    path(f"{PLAN}v<int:number>/findings/accept/", findings.finding_accept, name="finding_accept"),
    path(f"{PLAN}findings/<int:pk>/", findings.finding_panel, name="finding_panel"),
    path(f"{PLAN}findings/<int:pk>/reopen/", findings.finding_reopen, name="finding_reopen"),
    path(f"{PLAN}versions/", versions.version_list, name="versions"),
    path(f"{PLAN}versions/adjust/", versions.version_adjust, name="version_adjust"),
    path(f"{PLAN}versions/difference/", versions.version_difference, name="version_difference"),
    path(f"{PLAN}v<int:number>/approve/", versions.version_approve, name="version_approve"),
    path(f"{PLAN}v<int:number>/discard/", versions.version_discard, name="version_discard"),
    path(f"{PLAN}checkpoints/", parts.checkpoint_list, name="checkpoints"),
]
