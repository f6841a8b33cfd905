"""Register sheets that were uploaded."""

from __future__ import annotations

from django.db.models import QuerySet

from plumbline.office.accounts.models import User
from plumbline.office.units.models import SheetImport


def sheet_imports(user: User, *, kind: str = "", state: str = "", search: str = "") -> QuerySet[SheetImport]:
    """The person's own sheets, and all of them for those who keep the register; newest first."""
    rows = SheetImport.objects.select_related("file", "made_by").defer("sample", "errors")
    if not user.may("units.edit"):
        rows = rows.filter(made_by=user)
    if kind in SheetImport.Kind.values:
        rows = rows.filter(kind=kind)
    if state in SheetImport.State.values:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(file__name__icontains=search)
    return rows
