"""Assets as a sheet: one row an asset, known by its unit, its kind and its value in the one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.sheet_columns import CellWrong, Column, choice_of, text_of
from plumbline.office.units.assets import AssetError, normalise
from plumbline.office.units.models import Asset, System, Unit
from plumbline.office.units.sheets.kinds import BATCH, Book, SheetKind, assign
from plumbline.office.units.sheets.words import unit_column, words_of

_TEXTS = ("title", "vendor", "version", "place", "keeper", "note")
_KEYS = ("state", *_TEXTS)
_MORE_KINDS = {
    "ip": "ip", "ip地址": "ip", "地址段": "ip", "网段": "ip", "ip段": "ip", "url": "site", "网址": "site",
    "服务器": "device", "网络设备": "device", "安全设备": "device", "终端": "device", "系统软件": "software",
    "应用软件": "software", "数据库": "software", "中间件": "software", "操作系统": "software",
}  # fmt: skip


def columns(_user: User) -> tuple[Column, ...]:
    """The columns, in the order of the template."""

    def text(key: str, title: Any, **more: Any) -> Column:
        return Column(key, title, text_of(Asset._meta.get_field(key)), **more)

    kinds, states = words_of(Asset.Kind), words_of(Asset.State)
    return (
        unit_column(),
        Column("kind", _("类型"), choice_of({**_MORE_KINDS, **kinds[0]}, shown=kinds[1]), required=True,
               names=("资产类型", "类别", "资产类别"), choices=kinds[1]),
        text("value", _("地址或标识"), required=True, width=30,
             names=("地址", "资产", "ip", "ip地址", "域名", "网址", "标识", "地址段", "资产标识"),
             hint=_("IP：10.8.1.20、10.8.1.0/24 或 10.8.1.20-10.8.1.60；域名：www.example.gov.cn；"
                    "网站：https://www.example.gov.cn/；设备、软件：能认出来的编号或名称。")),
        text("title", _("名称"), names=("资产名称",), width=24),
        Column("system", _("所属系统"), text_of(System._meta.get_field("name")),
               names=("系统", "系统名称", "信息系统"), width=24,
               hint=_("本单位已登记的系统名称；不属于任何系统的不填。")),
        text("vendor", _("厂商"), names=("品牌", "生产厂商")),
        text("version", _("型号或版本"), names=("型号", "版本")),
        text("place", _("位置"), names=("机房", "存放位置", "安装位置")),
        text("keeper", _("责任人"), names=("管理人", "负责人")),
        Column("state", _("状态"), choice_of(states[0], shown=states[1]), names=("使用状态",),
               choices=states[1], hint=_("不填视为在用。")),
        text("note", _("备注"), width=30),
    )  # fmt: skip


class AssetBook(Book):
    """Assets of one sheet."""

    def load(self) -> None:
        """The assets and systems of the units that the person may see."""
        rows = Asset.objects.filter(unit__in=self.units).order_by("-state", "pk")
        if self.lock:
            rows = rows.select_for_update(of=("self",))
        # "retired" comes before "active" in this order, so that the one in use is put in last and stays
        self.assets = {(asset.unit_id, asset.kind, asset.value): asset for asset in rows}
        self.systems = {
            (system.unit_id, system.name): system for system in System.objects.filter(unit__in=self.units)
        }
        self.system_names = {system.pk: system.name for system in self.systems.values()}
        self.by_key = {column.key: column for column in self.columns}

    def take_values(self, number: int, values: dict[str, Any], places: Mapping[str, str]) -> None:
        unit, kind = self.unit_of(values), values["kind"]
        try:
            normal = normalise(kind, values["value"])
        except AssetError as problem:
            raise CellWrong(problem.what, where="value", advice=problem.advice) from problem
        self.demand_once((unit.pk, kind, normal.value), number, where="value")
        asset = self.assets.get((unit.pk, kind, normal.value)) or Asset(
            unit=unit, kind=kind, value=normal.value, low=normal.low, high=normal.high
        )
        # a sheet that names an asset says that it is there; only the word 已停用 takes it out
        values.setdefault("state", Asset.State.ACTIVE)
        fields = assign(asset, values, self.by_key, keys=_KEYS if "state" in self.by_key else _TEXTS)
        fields += self._assign_system(asset, unit, values)
        title = f"{asset.get_kind_display()} {asset.shown_value}"
        self.keep(number, asset, unit=unit, title=title, fields=fields)

    def _assign_system(self, asset: Asset, unit: Unit, values: dict[str, Any]) -> list[tuple[str, str, str]]:
        if "system" not in values:
            return []
        name = values["system"]
        system = self.systems.get((unit.pk, name)) if name is not None else None
        if name is not None and system is None:
            raise CellWrong(
                _now("%(unit)s没有登记名为“%(name)s”的系统。") % {"unit": unit, "name": name[:60]},
                where="system",
                advice=_now("请照抄已登记的系统名称，或先登记这个系统。"),
            )
        new = system.pk if system else None
        if new == asset.system_id:
            return []
        old = self.system_names.get(asset.system_id or 0, "")
        asset.system = system
        return [(str(self.by_key["system"].title), old, system.name if system else "")]

    def write(self) -> None:
        Asset.objects.bulk_create(self.instances("add"), batch_size=BATCH)
        changed = self.instances("change")
        for asset in changed:
            asset.revision += 1
        Asset.objects.bulk_update(changed, [*_KEYS, "system", "revision"], batch_size=BATCH)


def cells(asset: Asset) -> tuple[object, ...]:
    """One asset as a row."""
    return (
        asset.unit.name, asset.get_kind_display(), asset.shown_value, asset.title,
        asset.system.name if asset.system else None, asset.vendor, asset.version, asset.place, asset.keeper,
        asset.get_state_display(), asset.note,
    )  # fmt: skip


ASSETS = SheetKind(
    "assets",
    _("资产"),
    "register.edit",
    columns,
    AssetBook,
    (
        _("每行一项资产，按“单位＋类型＋地址或标识”对应已登记的资产：有则修改，没有则新增。"),
        _("停用资产请把状态填为“已停用”；导入不会删除任何资产。"),
    ),
)
