"""The list of incomplete entries as a sheet; who takes numbers out of the house is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.lib.spreadsheets import Sheet
from plumbline.office.units.queries.reminders import Incomplete


@transaction.atomic
def incomplete_sheet(rows: Sequence[Incomplete], *, actor: User) -> Sheet:
    """One line a unit; telephone numbers in full only for those who may see them."""
    in_full = actor.may("contacts.see")
    heads = (
        _("单位名称"), _("单位类别"), _("上级单位"), _("已填项"), _("应填项"), _("缺少"),
        _("联络员"), _("手机"), _("办公电话"), _("最近提醒"), _("期限"),
    )  # fmt: skip
    lines = [_line(row, in_full=in_full) for row in rows]
    record(actor=actor, action="units.export", detail={"count": len(rows)})
    numbers = sum(1 for row in rows if row.liaison and (row.liaison.mobile or row.liaison.phone))
    if in_full and numbers:
        record(actor=actor, action="contacts.reveal", detail={"count": numbers})
    return Sheet(_("不完整单位"), heads, lines)


def _line(row: Incomplete, *, in_full: bool) -> tuple[object, ...]:
    liaison = row.liaison
    mobile, phone = row.mobile, row.phone
    if in_full and liaison:
        mobile, phone = liaison.mobile, liaison.phone
    return (
        row.unit.name,
        row.unit.get_kind_display(),
        row.unit.parent.name if row.unit.parent else "",
        row.completeness.filled,
        row.completeness.total,
        _("、").join(rule.words for rule in row.completeness.missing),
        liaison.name if liaison else "",
        mobile,
        phone,
        row.reminder.asked_at if row.reminder else None,
        row.reminder.due_on if row.reminder else None,
    )
