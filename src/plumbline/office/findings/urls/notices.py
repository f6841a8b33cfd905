"""Addresses of notices."""

from django.urls import URLPattern, path

from plumbline.office.findings.views import notice_steps, notice_writing, notices

ONE = "notices/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notice_list, name="notices"),
    path("notices/export/", notices.notice_export, name="notice_export"),
    path("notices/new/", notice_writing.notice_new, name="notice_new"),
    path("notices/due/", notice_writing.notice_due, name="notice_due"),
    path(ONE, notices.notice, name="notice"),
    path(f"{ONE}edit/", notice_writing.notice_edit, name="notice_edit"),
    path(f"{ONE}submit/", notice_steps.notice_submit, name="notice_submit"),
    path(f"{ONE}recall/", notice_steps.notice_recall, name="notice_recall"),
    path(f"{ONE}approve/", notice_steps.notice_approve, name="notice_approve"),
    path(f"{ONE}return/", notice_steps.notice_return, name="notice_return"),
    path(f"{ONE}seal/", notice_steps.notice_seal, name="notice_seal"),
    path(f"{ONE}send/", notice_steps.notice_send, name="notice_send"),
    path(f"{ONE}receipt/", notice_steps.notice_receipt, name="notice_receipt"),
    path(f"{ONE}remind/", notice_steps.notice_remind, name="notice_remind"),
    path(f"{ONE}withdraw/", notice_steps.notice_withdraw, name="notice_withdraw"),
    path(f"{ONE}revoke/", notice_steps.notice_revoke, name="notice_revoke"),
    path(f"{ONE}file/<slug:which>/", notices.notice_file, name="notice_file"),
    path(f"{ONE}preview/", notices.notice_preview, name="notice_preview"),
    path(f"{ONE}preview/<int:preview_id>/", notices.notice_preview_state, name="notice_preview_state"),
    path(f"{ONE}preview/<int:preview_id>/file/", notices.notice_preview_file, name="notice_preview_file"),
]
