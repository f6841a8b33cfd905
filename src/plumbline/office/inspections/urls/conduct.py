"""Addresses of plans, draws, inspections and their items."""

from django.urls import path

from plumbline.office.inspections.views import (
    answers,
    calendar,
    draws,
    inspections,
    plans,
    reviewing,
    sheets,
    worker,
)

#: beginnings of the addresses of one plan and of one inspection
PLAN = "inspections/plans/<int:plan_id>/"
ONE = "inspections/<int:pk>/"

urlpatterns = [
    path("inspections/", inspections.inspection_list, name="list"),
    path("inspections/start/", inspections.start_selected, name="start_selected"),
    path("inspections/self-checks/new/", inspections.batch, name="batch"),
    path("inspections/interests/", inspections.interest_list, name="interests"),
    path("inspections/interests/<int:pk>/withdraw/", inspections.interest_withdraw, name="interest_withdraw"),
    path("inspections/worker.js", worker.worker, name="worker"),
    path("inspections/sheets/", sheets.sheets, name="sheets"),
    path("inspections/sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("inspections/sheets/<int:pk>/settle/", sheets.sheet_settle, name="sheet_settle"),
    path("inspections/plans/", plans.plan_list, name="plans"),
    path("inspections/plans/new/", plans.plan_create, name="plan_create"),
    path(PLAN, plans.plan_page, name="plan"),
    path(f"{PLAN}edit/", plans.plan_edit, name="plan_edit"),
    path(f"{PLAN}submit/", plans.plan_act, {"act": "submit"}, name="plan_submit"),
    path(f"{PLAN}withdraw/", plans.plan_act, {"act": "withdraw"}, name="plan_withdraw"),
    path(f"{PLAN}copy/", plans.plan_act, {"act": "copy"}, name="plan_copy"),
    path(f"{PLAN}approve/", plans.plan_decide, {"act": "approve"}, name="plan_approve"),
    path(f"{PLAN}return/", plans.plan_decide, {"act": "return"}, name="plan_return"),
    path(f"{PLAN}add/", plans.plan_add, name="plan_add"),
    path(f"{PLAN}changes/", plans.plan_changes, name="plan_changes"),
    path(f"{PLAN}export/", plans.plan_export, name="plan_export"),
    path(f"{PLAN}import/", plans.plan_import, name="plan_import"),
    path(f"{PLAN}calendar/", calendar.plan_calendar, name="plan_calendar"),
    path(f"{PLAN}draws/", draws.draw_list, name="draws"),
    path(f"{PLAN}draws/units/", draws.draw_new, {"kind": "units"}, name="draw_units"),
    path(
        f"{PLAN}draws/inspectors/",
        draws.draw_new,
        {"kind": "inspectors"},
        name="draw_inspectors",
    ),
    path(f"{PLAN}draws/<int:pk>/", draws.draw_page, name="draw"),
    path(f"{PLAN}draws/<int:pk>/use/", draws.draw_use, name="draw_use"),
    path(ONE, inspections.inspection_page, name="inspection"),
    path(f"{ONE}edit/", inspections.inspection_edit, name="edit"),
    path(f"{ONE}remove/", inspections.inspection_remove, name="remove"),
    path(f"{ONE}acts/<slug:act>/", inspections.inspection_act, name="act"),
    path(f"{ONE}inspectors/", inspections.inspectors, name="inspectors"),
    path(f"{ONE}inspectors/<int:row>/drop/", inspections.inspector_drop, name="inspector_drop"),
    path(f"{ONE}answers/", answers.answers, name="answers"),
    path(f"{ONE}answers/state/", answers.state, name="answers_state"),
    path(f"{ONE}answers/save/", answers.save, name="answers_save"),
    path(f"{ONE}answers/submit/", answers.submit_answers, name="submit"),
    path(f"{ONE}answers/files/<int:file>/", answers.evidence, name="evidence"),
    path(
        f"{ONE}answers/files/<int:file>/remove/",
        answers.evidence_remove,
        name="evidence_remove",
    ),
    path(f"{ONE}photos/<int:photo>/", answers.photo, name="photo"),
    path(f"{ONE}photos/<int:photo>/remove/", answers.photo_remove, name="photo_remove"),
    path(f"{ONE}sheet/", sheets.sheet_export, name="sheet_export"),
    path(f"{ONE}review/", reviewing.review, name="review"),
    path(f"{ONE}conclude/", reviewing.conclude_visit, name="conclude"),
    path(f"{ONE}record/", reviewing.printed_record, name="record"),
    path("units/<int:pk>/inspections/", inspections.of_unit, name="of_unit"),
]
