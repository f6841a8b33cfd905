"""Entering an organisation and changing what is said about it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib import credit_codes
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import System, Unit
from plumbline.office.units.services.guards import demand_active, demand_no_cycle, locked, locked_tree

FIELDS = (
    *("name", "short_name", "code", "credit_code", "kind", "sector", "parent", "state", "address"),
    *("staff_total", "staff_security", "no_systems_on", "note"),
)
#: what a unit's own liaison may say about it
FIGURES = ("address", "staff_total", "staff_security", "no_systems_on")


@transaction.atomic
def save_unit(unit: Unit, *, user: User, revision: int | None = None) -> Unit:
    """Create or change a unit; what changed is recorded, and a save that changes nothing is not.

    Args:
        revision: the one that was looked at; None where there was no form.

    Raises:
        Outdated: somebody else saved it since.
        CreditCodeError: the unified social credit code is none.
        RegisterError: the parent belongs to the unit itself, or the figures contradict each other.
    """
    is_new = unit.pk is None
    before = {}
    tree = locked_tree() if unit.parent_id or not is_new else {}
    if is_new and unit.parent_id:
        demand_active(Unit.objects.get(pk=unit.parent_id))  # closed while the form was filled in
    if not is_new:
        demand_no_cycle(unit, unit.parent, tree=tree)
        saved = locked(unit)
        if unit.parent_id and unit.parent_id != saved.parent_id:
            demand_active(Unit.objects.get(pk=unit.parent_id))
        demand_current(saved, revision=revision)
        before = snapshot(saved, *FIELDS)
        unit.revision = saved.revision + 1
    unit.credit_code = credit_codes.checked(unit.credit_code)
    _demand_figures(unit)
    changed = changes(before, snapshot(unit, *FIELDS))
    if is_new:  # what nobody filled in is no change
        changed = {field: values for field, values in changed.items() if values["new"] not in (None, "")}
    if changed:
        unit.save()
        record(actor=user, action="units.create" if is_new else "units.edit", target=unit, detail=changed)
    return unit


@transaction.atomic
def save_figures(
    unit: Unit,
    *,
    actor: User,
    address: str,
    staff_total: int | None,
    staff_security: int | None,
    has_no_systems: bool,
    revision: int | None = None,
) -> Unit:
    """What the unit itself says: where it sits, how many work there, and whether it runs no systems.

    Raises:
        Outdated: somebody else saved it since.
        RegisterError: the unit is closed or merged, or the register knows systems of it.
    """
    saved = locked(unit)
    demand_current(saved, revision=revision)
    demand_active(saved)
    before = snapshot(saved, *FIGURES)
    saved.address, saved.staff_total, saved.staff_security = address, staff_total, staff_security
    if has_no_systems and saved.no_systems_on is None:
        _demand_no_systems(saved)
        saved.no_systems_on = timezone.localdate()
    elif not has_no_systems:
        saved.no_systems_on = None
    _demand_figures(saved)
    changed = changes(before, snapshot(saved, *FIGURES))
    if changed:
        saved.revision += 1
        saved.save()
        record(actor=actor, action="units.figures", target=saved, detail=changed)
    return saved


def _demand_figures(unit: Unit) -> None:
    total, security = unit.staff_total, unit.staff_security
    if total is not None and security is not None and security > total:
        raise RegisterError(
            _("网络安全工作人员数（%(security)d）大于在职人数（%(total)d）。")
            % {"security": security, "total": total},
            advice=_("请核对两项人数；兼职人员也计入在职人数。"),
        )


def _demand_no_systems(unit: Unit) -> None:
    running = unit.systems.exclude(state=System.State.STOPPED).count()
    if running:
        raise RegisterError(
            _("名录中登记有 %(count)d 个在建或在运行的信息系统，不能声明没有自有信息系统。")
            % {"count": running},
            advice=_("请先在“信息系统”中把它们改为“已停用”。"),
        )
