"""Units as a sheet: one row a unit, known by its credit code, its budget code or its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib import credit_codes
from plumbline.office.lib.sheet_columns import (
    Cell,
    CellWrong,
    Column,
    choice_of,
    count_of,
    text_of,
)
from plumbline.office.units.categories import choices
from plumbline.office.units.models import Unit
from plumbline.office.units.sheets.kinds import BATCH, Book, SheetKind, assign
from plumbline.office.units.sheets.words import category_words, words_of

_KEYS = (
    *("short_name", "code", "kind", "sector", "credit_code", "address"),
    *("staff_total", "staff_security", "note"),
)


def _credit_code(cell: Cell) -> str:
    return credit_codes.checked(cell.text)


def columns(_user: User) -> tuple[Column, ...]:
    """The columns, in the order of the template."""

    def text(key: str, title: Any, **more: Any) -> Column:
        return Column(key, title, text_of(Unit._meta.get_field(key)), **more)

    def category(key: str, title: Any, group: str, **more: Any) -> Column:
        words = category_words(group)
        shown = tuple(label for _value, label in choices(group))
        return Column(key, title, choice_of(words, shown=shown), choices=shown, **more)

    states = words_of(Unit.State)
    return (
        text("name", _("单位名称"), required=True, names=("单位", "单位全称", "全称", "名称"), width=36,
             hint=_("与预算批复、公章一致的全称。更名请在单位页办理，不能用导入改。")),
        text("short_name", _("简称"), names=("单位简称",)),
        text("code", _("预算单位编码"), names=("单位编码", "编码", "预算编码")),
        Column("credit_code", _("统一社会信用代码"), _credit_code, names=("信用代码", "社会信用代码"),
               width=24),
        category("kind", _("单位类别"), "type", names=("类别", "单位类型", "类型")),
        category("sector", _("行业领域"), "sector", names=("行业", "领域")),
        Column("parent", _("上级单位"), lambda cell: cell.text, width=32,
     names=("主管单位", "主管部门", "上级"),
               hint=_("名录中或本表中的单位全称、简称或编码。已有上级的，变更请在单位页办理。")),
        text("address", _("办公地址"), names=("地址",), width=32),
        Column("staff_total", _("在职人数"), count_of, names=("人数", "职工人数")),
        Column("staff_security", _("网络安全工作人员数"), count_of, names=("网络安全人员数", "网安人员数")),
        Column("state", _("状态"), choice_of(states[0], shown=states[1]),
               hint=_("只供查阅；撤销、合并请在单位页办理。")),
        text("note", _("备注"), width=30),
    )  # fmt: skip


class UnitBook(Book):
    """Units of one sheet."""

    def load(self) -> None:
        """What is unique, by what it is; the units themselves are there already."""
        everything = list(self.units.values())
        self.by_name = {unit.name: unit for unit in everything}
        self.by_code = {unit.code: unit for unit in everything if unit.code}
        self.by_credit = {unit.credit_code: unit for unit in everything if unit.credit_code}
        self.by_key = {column.key: column for column in self.columns}
        #: (unit, word of its parent, row) to be found once all rows were read
        self.parents: list[tuple[Unit, str, int]] = []

    def take_values(self, number: int, values: dict[str, Any], places: Mapping[str, str]) -> None:
        name = values["name"]
        found = self._found(name, values)
        self.demand_once(("name", name), number, where="name")
        unit = found or Unit(name=name)
        if found and found.name != name:
            raise CellWrong(
                _now("这个代码登记的单位是“%(name)s”。") % {"name": found.name},
                where="name",
                advice=_now("单位更名请在单位页的“沿革”中办理；代码写错的请改正。"),
            )
        state = values.get("state")
        if state is not None and state != unit.state:
            raise CellWrong(
                _now("单位的状态不能用导入改。"),
                where="state",
                advice=_now("撤销、合并、恢复请在单位页办理；这一格请留空。"),
            )
        fields = assign(unit, values, self.by_key, keys=_KEYS)
        self._demand_unique(unit, number)
        total, security = unit.staff_total, unit.staff_security
        if total is not None and security is not None and security > total:
            raise CellWrong(
                _now("网络安全工作人员数多于在职人数。"),
                where="staff_security",
                advice=_now("请核对两个数。"),
            )
        if (word := values.get("parent")) is not None:
            fields += self._parent(unit, word, number)
        self.keep(number, unit, unit=unit, title=name, fields=fields)
        if found is None:
            for word in {unit.name, unit.short_name, unit.code, unit.credit_code} - {""}:
                self.units_by_word[word].append(unit)

    def _found(self, name: str, values: Mapping[str, Any]) -> Unit | None:
        credit, code = values.get("credit_code"), values.get("code")
        return (
            (self.by_credit.get(credit) if credit else None)
            or self.by_name.get(name)
            or (self.by_code.get(code) if code else None)
        )

    def _demand_unique(self, unit: Unit, number: int) -> None:
        for key, there in (("code", self.by_code), ("credit_code", self.by_credit)):
            value = getattr(unit, key)
            if not value:
                continue
            other = there.setdefault(value, unit)
            if other is not unit:
                raise CellWrong(
                    _now("“%(value)s”已是“%(name)s”的代码。") % {"value": value, "name": other.name},
                    where=key,
                    advice=_now("请核对代码。"),
                )
            self.demand_once((key, value), number, where=key)

    def _parent(self, unit: Unit, word: str, number: int) -> list[tuple[str, str, str]]:
        title = str(self.by_key["parent"].title)
        if unit.parent_id is None:
            self.parents.append((unit, word, number))
            return [(title, "", word)]
        now = self.units.get(unit.parent_id)
        if now is not None and word in (now.name, now.short_name, now.code, now.credit_code):
            return []
        raise CellWrong(
            _now("“%(unit)s”的上级单位已登记为“%(parent)s”。") % {"unit": unit.name, "parent": now or "—"},
            where="parent",
            advice=_now("变更上级单位请在单位页办理；这一格请照抄或留空。"),
        )

    def finish(self) -> None:
        """Find the parents, which may stand below their children in the sheet."""
        chosen: dict[int, Unit] = {}
        for unit, word, number in self.parents:
            found = [row for row in self.units_by_word.get(word, []) if row.state == Unit.State.ACTIVE]
            if len(found) == 1 and found[0] is not unit:
                chosen[id(unit)] = found[0]
                continue
            what = (
                _now("有 %(count)d 个单位都叫“%(name)s”。") % {"count": len(found), "name": word}
                if len(found) > 1
                else _now("没有可作上级的单位“%(name)s”。") % {"name": word}
            )
            self.refuse(number, "parent", what, _now("请填名录中或本表中另一单位的全称或编码。"))
        for unit, _word, number in self.parents:
            place, steps = unit, 0
            # the way up leads through units that are there already, too
            while place is not None and steps <= len(self.units) + len(self.parents):
                place = chosen.get(id(place)) or self.units.get(place.parent_id or 0)
                steps += 1
                if place is unit:
                    self.refuse(
                        number,
                        "parent",
                        _now("上级单位绕成了圈。"),
                        _now("请检查“%(name)s”及其上级的上级单位一列。") % {"name": unit.name},
                    )
                    break
        self.chosen = chosen
        super().finish()

    def write(self) -> None:
        Unit.objects.bulk_create(self.instances("add"), batch_size=BATCH)
        changed = self.instances("change")
        for unit in changed:
            unit.revision += 1
        for unit, _word, _number in self.parents:
            unit.parent = self.chosen[id(unit)]
        with_parents = {unit.pk: unit for unit, _word, _number in self.parents}
        rows = list({**with_parents, **{unit.pk: unit for unit in changed}}.values())
        Unit.objects.bulk_update(rows, [*_KEYS, "parent", "revision"], batch_size=BATCH)


def cells(unit: Unit) -> tuple[object, ...]:
    """One unit as a row."""
    return (
        unit.name, unit.short_name, unit.code, unit.credit_code, unit.get_kind_display(),
        unit.get_sector_display(), unit.parent.name if unit.parent else None, unit.address,
        unit.staff_total, unit.staff_security, unit.get_state_display(), unit.note,
    )  # fmt: skip


UNITS = SheetKind(
    "units",
    _("单位"),
    "units.edit",
    columns,
    UnitBook,
    (
        _(
            "每行一个单位，按统一社会信用代码、单位名称、预算单位编码依次对应已登记的单位：有则修改，没有则新增。"
        ),
        _("更名、合并、撤销、变更上级须写明依据，请在单位页办理。"),
    ),
)
