"""Addresses of the organisations, their people and their history."""

from django.urls import path, re_path

from plumbline.office.units.views import categories, contacts, organisations, reminders, turns

urlpatterns = [
    path("units/", organisations.unit_list, name="list"),
    path("units/tree/", organisations.unit_branches, name="tree"),
    path("units/new/", organisations.unit_create, name="create"),
    path("units/<int:pk>/", organisations.unit_page, name="unit"),
    path("units/<int:pk>/edit/", organisations.unit_edit, name="edit"),
    path("units/<int:pk>/figures/", organisations.unit_figures, name="figures"),
    path("units/<int:pk>/history/", organisations.unit_history, name="history"),
    path("units/<int:pk>/rename/", turns.unit_rename, name="rename"),
    path("units/<int:pk>/move/", turns.unit_move, name="move"),
    path("units/<int:pk>/merge/", turns.unit_merge, name="merge"),
    path("units/<int:pk>/close/", turns.unit_close, name="close"),
    path("units/<int:pk>/reopen/", turns.unit_reopen, name="reopen"),
    path("units/<int:pk>/contacts/", contacts.contact_list, name="contacts"),
    path("units/<int:pk>/contacts/<str:role>/", contacts.contact_appoint, name="contact_appoint"),
    path("units/contacts/<int:contact_id>/", contacts.contact_edit, name="contact"),
    path("units/contacts/<int:contact_id>/leave/", contacts.contact_leave, name="contact_leave"),
    path("units/contacts/<int:contact_id>/reveal/", contacts.contact_reveal, name="contact_reveal"),
    path("units/reminders/", reminders.reminder_list, name="reminders"),
    path("units/reminders/send/", reminders.reminder_send, name="reminder_send"),
    path("units/reminders/export/", reminders.reminder_export, name="reminder_export"),
    path("system/categories/", categories.category_list, name="categories"),
    path("system/categories/add/", categories.category_add, name="category_add"),
    path("system/categories/<int:category_id>/rename/", categories.category_rename, name="category_rename"),
    path("system/categories/<int:category_id>/retire/", categories.category_retire, name="category_retire"),
    path(
        "system/categories/<int:category_id>/restore/", categories.category_restore, name="category_restore"
    ),
    path("system/categories/<int:category_id>/shift/", categories.category_shift, name="category_shift"),
    path("system/units/", organisations.moved_here, name="moved"),
    re_path(r"^system/units/(?P<rest>(?:new|\d+)/)$", organisations.moved_here, name="moved_unit"),
]
