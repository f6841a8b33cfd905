"""Asking units to complete their entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Reminder, Unit
from plumbline.office.units.queries.completeness import completeness


@transaction.atomic
def remind(
    units: Iterable[Unit], *, due_on: date, note: str, actor: User, now: datetime
) -> tuple[list[Reminder], list[Unit]]:
    """Ask the liaisons of units to complete what is missing by a day: it stands among their tasks.

    Returns:
        The reminders; and the units that nobody with an account speaks for, who got none.

    Raises:
        RegisterError: there is nobody to ask at all, or nothing to ask for.
    """
    units = [unit for unit in units if unit.is_active]
    judged = completeness(units)
    lacking = [unit for unit in units if not judged[unit.pk].is_complete]
    if not lacking:
        raise RegisterError(_("所选单位的登记信息已完整，没有可提醒的内容。"), advice=_("请刷新列表。"))
    mute = [unit for unit in lacking if _lacks(judged[unit.pk].missing, "account")]
    reminders = [
        Reminder(
            unit=unit,
            missing=[rule.key for rule in judged[unit.pk].missing],
            due_on=due_on,
            note=note,
            asked_by=actor,
            asked_at=now,
        )
        for unit in lacking
        if unit not in mute
    ]
    if not reminders:
        raise RegisterError(
            _("所选单位都没有联络员登录账号，提醒无人收到。"),
            advice=_("请先由管理员创建联络员账号，或用列表中的电话联系。"),
        )
    Reminder.objects.bulk_create(reminders)
    for reminder in reminders:
        titles = [rule.title for rule in judged[reminder.unit_id].missing]
        detail = {"due_on": due_on, "missing": titles}
        record(actor=actor, action="units.remind", target=reminder.unit, detail=detail)
    return reminders, mute


def _lacks(missing: Iterable[object], key: str) -> bool:
    return any(getattr(rule, "key", "") == key for rule in missing)
