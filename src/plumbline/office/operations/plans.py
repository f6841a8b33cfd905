"""Plans from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Q

from plumbline.kernel.errors import PlumblineError
from plumbline.office.operations.people import acting_person
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.imports import Decisions, import_plan
from plumbline.office.units.models import Unit


def import_file(
    *,
    name: str,
    data: bytes,
    unit: str,
    new_unit: bool,
    year: int | None,
    replace: bool,
    reason: str,
    username: str,
) -> PlanVersion:
    """Read, check and write a plan document in one transaction.

    Args:
        unit: name, short name or budget code; "" to find it by the document.
        username: in whose name; "" for the only administrator.

    Raises:
        PlumblineError: the document is not readable, or a decision is missing (the advice says which).
    """
    return import_plan(
        name=name,
        data=data,
        unit=find_unit(unit) if unit else None,
        actor=acting_person(username),
        now=datetime.now(UTC),
        decisions=Decisions(new_unit=new_unit, year=year, replace=replace, reason=reason),
    )


def find_unit(text: str) -> Unit:
    """The unit with this name, short name or budget code.

    Raises:
        PlumblineError: there is none, or there are several.
    """
    found = list(Unit.objects.filter(Q(name=text) | Q(short_name=text) | Q(code=text))[:2])
    if not found:
        raise PlumblineError(f"没有登记过单位“{text}”", advice="请先在网页“系统”中登记，或改用 --new-unit。")
    if len(found) > 1:
        raise PlumblineError(f"有多个单位叫“{text}”", advice="请改用预算单位编码。")
    return found[0]
