"""Addresses of checklists."""

from django.urls import path

from plumbline.office.inspections.views import (
    checklist_comparing,
    checklist_import,
    checklist_items,
    checklists,
)

_ROOT = "inspections/checklists/"
_ONE = f"{_ROOT}<int:pk>/"

urlpatterns = [
    path(_ROOT, checklists.checklist_list, name="checklists"),
    path(f"{_ROOT}import/", checklist_import.checklist_import, name="checklist_import"),
    path(f"{_ROOT}import/<int:file_id>/", checklist_import.checklist_preview, name="checklist_preview"),
    path(
        f"{_ROOT}import/<int:file_id>/<str:task_id>/",
        checklist_import.checklist_reading,
        name="checklist_reading",
    ),
    path(
        f"{_ROOT}import/<int:file_id>/<str:task_id>/progress/",
        checklist_import.checklist_reading_progress,
        name="checklist_reading_progress",
    ),
    path(_ONE, checklists.checklist, name="checklist"),
    path(f"{_ONE}names/", checklists.checklist_names, name="checklist_names"),
    path(f"{_ONE}copy/", checklists.checklist_copy, name="checklist_copy"),
    path(f"{_ONE}publish/", checklists.checklist_publish, name="checklist_publish"),
    path(f"{_ONE}retire/", checklists.checklist_retire, name="checklist_retire"),
    path(f"{_ONE}restore/", checklists.checklist_restore, name="checklist_restore"),
    path(f"{_ONE}discard/", checklists.checklist_discard, name="checklist_discard"),
    path(f"{_ONE}export.xlsx", checklists.checklist_export, {"kind": "xlsx"}, name="checklist_xlsx"),
    path(f"{_ONE}export.toml", checklists.checklist_export, {"kind": "toml"}, name="checklist_toml"),
    path(f"{_ONE}items/new/", checklist_items.checklist_item_add, name="checklist_item_add"),
    path(f"{_ONE}items/<int:item_id>/", checklist_items.checklist_item, name="checklist_item"),
    path(
        f"{_ONE}items/<int:item_id>/remove/",
        checklist_items.checklist_item_remove,
        name="checklist_item_remove",
    ),
    path(f"{_ONE}difference/", checklist_comparing.checklist_difference, name="checklist_difference"),
    path(f"{_ONE}mapping/", checklist_comparing.checklist_mapping, name="checklist_mapping"),
    path(
        f"{_ONE}mapping/propose/",
        checklist_comparing.checklist_mapping_propose,
        name="checklist_mapping_propose",
    ),
    path(f"{_ONE}mapping/sure/", checklist_comparing.checklist_mapping_sure, name="checklist_mapping_sure"),
    path(f"{_ONE}mapping/pair/", checklist_comparing.checklist_mapping_pair, name="checklist_mapping_pair"),
    path(
        f"{_ONE}mapping/<int:mapping_id>/",
        checklist_comparing.checklist_mapping_decide,
        name="checklist_mapping_decide",
    ),
]
