"""Addresses of the ledger."""

from django.urls import URLPattern, path

from plumbline.office.targets.views import ledger, ledger_entry, ledger_import

BASE = "plans/<int:plan_id>/ledger/"
ONE = f"{BASE}payments/<int:payment_id>/"

urlpatterns: list[URLPattern] = [
    path(BASE, ledger.ledger, name="ledger"),
    path(f"{BASE}projects/<int:line_id>/", ledger.ledger_project, name="ledger_project"),
    path(f"{BASE}payments/", ledger.ledger_payments, name="ledger_payments"),
    path(f"{BASE}export/", ledger.ledger_export, name="ledger_export"),
    path(f"{BASE}post/", ledger_entry.ledger_post, name="ledger_post"),
    path(f"{BASE}import/", ledger_import.ledger_import, name="ledger_import"),
    path(f"{BASE}import/template/", ledger_import.ledger_template, name="ledger_template"),
    path(ONE, ledger_entry.ledger_payment, name="ledger_payment"),
    path(f"{ONE}replace/", ledger_entry.ledger_replace, name="ledger_replace"),
    path(f"{ONE}void/", ledger_entry.ledger_void, name="ledger_void"),
    path(f"{ONE}restore/", ledger_entry.ledger_restore, name="ledger_restore"),
    path(f"{ONE}approve/", ledger_entry.ledger_approve, name="ledger_approve"),
    path(f"{ONE}refuse/", ledger_entry.ledger_refuse, name="ledger_refuse"),
    path(f"{ONE}attachment/", ledger_entry.ledger_attachment, name="ledger_attachment"),
]
