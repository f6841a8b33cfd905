"""Information systems as a sheet: one row a system, known by its unit and its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.sheet_columns import CellWrong, Column, choice_of, day_of, text_of
from plumbline.office.units.categories import choices
from plumbline.office.units.models import System
from plumbline.office.units.services.systems import (
    FIELDS,
    OFFICE_FIELDS,
    settle,
    withdraw_declarations,
    wrong_together,
)
from plumbline.office.units.sheets.kinds import BATCH, Book, SheetKind, assign, readable_value
from plumbline.office.units.sheets.words import category_words, unit_column, words_of

_LEVELS = {
    **{text: number for number in (1, 2, 3, 4) for text in (str(number), f"{number}级", f"第{number}级")},
    **{
        text: number
        for number, word in enumerate("一二三四", 1)
        for text in (word, f"{word}级", f"第{word}级")
    },
    **dict.fromkeys(("未定级", "无", "未定"), None),
}
_LEVEL_WORDS = ("第一级", "第二级", "第三级", "第四级", "未定级")
_KEYS = tuple(name for name in FIELDS if name not in ("unit", "name"))


def columns(_user: User) -> tuple[Column, ...]:
    """The columns, in the order of the template."""

    def text(key: str, title: Any, **more: Any) -> Column:
        return Column(key, title, text_of(System._meta.get_field(key)), **more)

    states, criticals = words_of(System.State), words_of(System.Critical)
    kinds = category_words("system")
    kind_words = tuple(title for _key, title in choices("system"))
    return (
        unit_column(),
        text("name", _("系统名称"), required=True, names=("系统", "信息系统名称", "名称"), width=28,
             hint=_("同一单位内不重名；导入时按单位和系统名称对应已登记的系统。")),
        Column("kind", _("系统类型"), choice_of(kinds, shown=kind_words), names=("类型",),
               choices=kind_words),
        Column("state", _("运行状态"), choice_of(states[0], shown=states[1]), names=("状态",),
               choices=states[1], hint=_("不填视为在运行。")),
        text("purpose", _("承载业务"), names=("业务", "用途"), width=30),
        text("url", _("访问地址"), names=("网址", "地址", "url"), width=28),
        text("operator", _("运维单位"), names=("运维", "承建单位")),
        Column("level", _("等保级别"), choice_of(_LEVELS, shown=_LEVEL_WORDS),
               names=("等级", "级别", "安全保护等级", "定级", "等保等级"), choices=_LEVEL_WORDS),
        text("filing_number", _("备案证明编号"), names=("备案号", "备案编号"), width=22),
        Column("filed_on", _("备案日期"), day_of, names=("备案时间",), is_day=True),
        Column("assessed_on", _("最近测评日期"), day_of, is_day=True,
               names=("测评日期", "测评时间", "最近测评")),
        text("assessed_by", _("测评机构")),
        Column("assessment_due_on", _("下次测评期限"), day_of, is_day=True,
               names=("下次测评日期", "测评到期"),
               hint=_("不填时，第三级、第四级按规定从最近测评日期推算。")),
        Column("critical", _("关键信息基础设施"), choice_of(criticals[0], shown=criticals[1]),
               names=("关基", "cii"), choices=criticals[1], hint=_("由网信办填写。")),
        text("protected_by", _("保护工作部门"), hint=_("已认定为关键信息基础设施时必填。")),
        text("note", _("备注"), width=30),
    )  # fmt: skip


class SystemBook(Book):
    """Systems of one sheet."""

    def load(self) -> None:
        """The systems of the units that the person may see."""
        rows = System.objects.filter(unit__in=self.units)
        if self.lock:
            rows = rows.select_for_update(of=("self",)).order_by("pk")
        self.systems = {(system.unit_id, system.name): system for system in rows}
        self.by_key = {column.key: column for column in self.columns}

    def take_values(self, number: int, values: dict[str, Any], places: Mapping[str, str]) -> None:
        unit, name = self.unit_of(values), values["name"]
        self.demand_once((unit.pk, name), number, where="name")
        system = self.systems.get((unit.pk, name)) or System(unit=unit, name=name)
        before = {key: getattr(system, key) for key in OFFICE_FIELDS}
        fields = assign(system, values, self.by_key, keys=_KEYS)
        if not self.user.may("units.edit"):
            for key, old in before.items():
                if getattr(system, key) != old:
                    raise CellWrong(
                        str(_("关键信息基础设施由网信办登记。")), where=key,
                        advice=str(_("请把这一格留空，另行告知网信办。")),
                    )  # fmt: skip
        due = readable_value(system, "assessment_due_on")
        settle(system)
        if system.assessment_due_on and not due:
            title = str(self.by_key["assessment_due_on"].title)
            fields.append((title, "", readable_value(system, "assessment_due_on")))
        wrong = wrong_together(
            critical=system.critical,
            protected_by=system.protected_by,
            assessed_on=system.assessed_on,
            due_on=system.assessment_due_on,
        )
        for key, error in wrong.items():
            raise CellWrong(error, where=key if key in places else "name")
        self.keep(number, system, unit=unit, title=name, fields=fields)

    def write(self) -> None:
        added = System.objects.bulk_create(self.instances("add"), batch_size=BATCH)
        changed = self.instances("change")
        for system in changed:
            system.revision += 1
        System.objects.bulk_update(changed, [*_KEYS, "revision"], batch_size=BATCH)
        with_systems = {
            system.unit_id for system in (*added, *changed) if system.state != System.State.STOPPED
        }
        withdraw_declarations(sorted(with_systems), actor=self.user)


def cells(system: System) -> tuple[object, ...]:
    """One system as a row."""
    return (
        system.unit.name, system.name, system.get_kind_display(), system.get_state_display(), system.purpose,
        system.url, system.operator, system.get_level_display() if system.level else str(_("未定级")),
        system.filing_number, system.filed_on, system.assessed_on, system.assessed_by,
        system.assessment_due_on, system.get_critical_display(), system.protected_by, system.note,
    )  # fmt: skip


SYSTEMS = SheetKind(
    "systems",
    _("信息系统"),
    "register.edit",
    columns,
    SystemBook,
    (
        _("每行一个系统，按“单位＋系统名称”对应已登记的系统：有则修改，没有则新增。"),
        _("停用系统请把运行状态填为“已停用”；导入不会删除任何系统。"),
    ),
)
