"""What is done to assets."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import changes, record, snapshot
from plumbline.office.lib.revisions import demand_current
from plumbline.office.units.assets import AssetError, normalise
from plumbline.office.units.models import Asset
from plumbline.office.units.services.systems import demand_usable

FIELDS = (
    "unit", "system", "kind", "state", "value", "title", "vendor", "version", "place", "keeper", "note",
)  # fmt: skip


@transaction.atomic
def save_asset(asset: Asset, *, actor: User, revision: int | None = None) -> Asset:
    """Register or change an asset, its value in the one form of its kind.

    Args:
        revision: the one that was looked at; None where there was no form.

    Raises:
        Outdated: somebody else saved it since.
        AssetError: the value is none of its kind, the unit has it already, or the system is another unit's.
        SystemRefused: the unit is no longer in use.
    """
    demand_usable(asset.unit_id)
    is_new = asset.pk is None
    before: dict[str, object] = {}
    if not is_new:
        saved = (
            Asset.objects.select_for_update(of=("self",)).select_related("unit", "system").get(pk=asset.pk)
        )
        demand_current(saved, revision=revision)
        before = snapshot(saved, *FIELDS)
        asset.revision = saved.revision + 1
    apply_form(asset)
    if asset.system_id and asset.system.unit_id != asset.unit_id:
        raise AssetError(
            _("系统“%(name)s”不属于这个单位。") % {"name": asset.system}, advice=_("请选择本单位的系统。")
        )
    _demand_new(asset)
    changed = changes(before, snapshot(asset, *FIELDS))
    if is_new:  # what nobody filled in is no change
        changed = {field: values for field, values in changed.items() if values["new"] not in (None, "")}
    if changed:
        asset.save()
        action = "units.asset_create" if is_new else "units.asset_edit"
        record(actor=actor, action=action, target=asset, detail=changed)
    return asset


@transaction.atomic
def retire_asset(*, asset: Asset, actor: User, reason: str) -> Asset:
    """Take an asset out of use; it stays in the register.

    Raises:
        AssetError: it is retired already, or no reason is given.
    """
    return _turn(asset, actor=actor, state=Asset.State.RETIRED, action="units.asset_retire", reason=reason)


@transaction.atomic
def restore_asset(*, asset: Asset, actor: User, reason: str) -> Asset:
    """Put a retired asset back to use.

    Raises:
        AssetError: it is in use, or was registered anew meanwhile.
    """
    demand_usable(asset.unit_id)
    _demand_new(asset)
    return _turn(asset, actor=actor, state=Asset.State.ACTIVE, action="units.asset_restore", reason=reason)


def apply_form(asset: Asset) -> None:
    """Write the asset in the one form of its kind.

    Raises:
        AssetError: it is none of that kind.
    """
    normal = normalise(asset.kind, asset.value)
    asset.value, asset.low, asset.high = normal.value, normal.low, normal.high


def _demand_new(asset: Asset) -> None:
    twin = (
        Asset.objects.filter(unit=asset.unit_id, kind=asset.kind, value=asset.value)
        .exclude(pk=asset.pk)
        .order_by("state")
        .first()
    )
    if twin is None:
        return
    if twin.state == Asset.State.ACTIVE:
        raise AssetError(
            _("本单位已登记“%(value)s”。") % {"value": twin.value}, advice=_("请直接修改已登记的那一条。")
        )
    if asset.pk is None:
        raise AssetError(
            _("本单位登记过“%(value)s”，现为已停用。") % {"value": twin.value},
            advice=_("请在资产列表中把状态选为“已停用”，找到后恢复使用。"),
        )


def _turn(asset: Asset, *, actor: User, state: str, action: str, reason: str) -> Asset:
    locked = Asset.objects.select_for_update().get(pk=asset.pk)
    reason = reason.strip()
    if not reason:
        raise AssetError(_("没有写明原因。"), where=str(locked), advice=_("请写明原因后再试。"))
    if locked.state == state:
        raise AssetError(
            _("资产现在是“%(state)s”，无需重复操作。") % {"state": locked.get_state_display()},
            where=str(locked),
            advice=_("请刷新页面查看现在的状态。"),
        )
    before = snapshot(locked, "state")
    locked.state, locked.revision = state, locked.revision + 1
    locked.save(update_fields=["state", "revision"])
    detail = {**changes(before, snapshot(locked, "state")), "reason": reason}
    record(actor=actor, action=action, target=locked, detail=detail)
    return locked
