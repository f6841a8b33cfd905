"""Responsible people as a sheet: one row a role of a unit. Numbers are masked where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.sheet_columns import Cell, CellWrong, Column, choice_of, day_of, text_of
from plumbline.office.units.masking import masked_email, masked_number
from plumbline.office.units.models import Contact
from plumbline.office.units.sheets.kinds import BATCH, Book, SheetKind, assign, digest_of
from plumbline.office.units.sheets.words import unit_column, words_of

_MASKS = {"mobile": masked_number, "phone": masked_number, "email": masked_email}
_KEYS = ("position", "started_on")
#: letters that a number or an address has at most
_LONGEST = 100
_MORE_ROLES = {"一把手": "head", "单位负责人": "head", "分管领导": "deputy", "信息员": "liaison"}


def _number(cell: Cell) -> str:
    if len(cell.text) > _LONGEST:
        raise CellWrong(_now("超过 %(most)d 个字。") % {"most": _LONGEST}, advice=_now("请缩短后再上传。"))
    return cell.text


def _email(cell: Cell) -> str:
    text = _number(cell)
    name, at, domain = text.partition("@")
    if not (name and at and "." in domain) or " " in text:
        raise CellWrong(_now("不是电子邮箱。"), advice=_now("请写成 name@example.cn。"))
    return text


def columns(_user: User) -> tuple[Column, ...]:
    """The columns, in the order of the template."""
    roles = words_of(Contact.Role)
    return (
        unit_column(),
        Column("role", _("职责"), choice_of({**_MORE_ROLES, **roles[0]}, shown=roles[1]), required=True,
               names=("角色", "责任类型"), choices=roles[1]),
        Column("name", _("姓名"), text_of(Contact._meta.get_field("name")), required=True),
        Column("position", _("职务"), text_of(Contact._meta.get_field("position"))),
        Column("mobile", _("手机"), _number, names=("手机号", "手机号码", "移动电话")),
        Column("phone", _("办公电话"), _number, names=("电话", "座机", "联系电话")),
        Column("email", _("电子邮箱"), _email, names=("邮箱", "email", "电子邮件"), width=24),
        Column("started_on", _("任职日期"), day_of, is_day=True,
               hint=_("换人时填接任日期；不填按导入当天计。")),
    )  # fmt: skip


class ContactBook(Book):
    """People of one sheet. Another name in a role is a successor; the predecessor stays as a former one."""

    def load(self) -> None:
        """Who is in each role now."""
        rows = Contact.objects.filter(unit__in=self.units, state=Contact.State.CURRENT)
        if self.lock:
            rows = rows.select_for_update(of=("self",)).order_by("pk")
        self.people = {(contact.unit_id, contact.role): contact for contact in rows}
        self.by_key = {column.key: column for column in self.columns}
        #: (predecessor, day, successor)
        self.ended: list[Contact] = []

    def take_values(self, number: int, values: dict[str, Any], places: Mapping[str, str]) -> None:
        unit, role, name = self.unit_of(values), values["role"], values["name"]
        self.demand_once((unit.pk, role), number, where="role")
        contact = self.people.get((unit.pk, role))
        fields: list[tuple[str, str, str]] = []
        before = contact
        if contact is None or contact.name != name:
            contact = Contact(unit=unit, role=role, name=name)
            fields.append((str(self.by_key["name"].title), before.name if before else "", name))
        hidden = self._assign_numbers(contact, values)
        fields += assign(contact, values, self.by_key, keys=_KEYS) + hidden
        if before is not None and contact is not before:
            self._end(before, contact)
        title = f"{contact.get_role_display()} {name}"
        secret = digest_of([contact.mobile, contact.phone, contact.email]) if hidden else ""
        self.keep(number, contact, unit=unit, title=title, fields=fields, secrets=secret)

    def _assign_numbers(self, contact: Contact, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        fields = []
        for key, mask in _MASKS.items():
            if key not in values:
                continue
            old, new = getattr(contact, key), values[key] or ""
            if "*" in new:
                if new != mask(old):
                    raise CellWrong(
                        _now("这是遮盖后的内容，与登记的不一致。"),
                        where=key,
                        advice=_now("请填写完整内容；不改动的请留空。"),
                    )
                continue
            if new != old:
                setattr(contact, key, new)
                fields.append((str(self.by_key[key].title), mask(old), mask(new)))
        return fields

    def _end(self, before: Contact, after: Contact) -> None:
        day = after.started_on or self.today
        if before.started_on and day < before.started_on:
            raise CellWrong(
                _now("接任日期早于%(name)s的任职日期。") % {"name": before.name},
                where="started_on",
                advice=_now("请核对日期。"),
            )
        before.state, before.ended_on = Contact.State.FORMER, day
        before.ended_why = _now("由%(name)s接任") % {"name": after.name}
        self.ended.append(before)

    def write(self) -> None:
        for contact in self.ended:
            contact.revision += 1
        Contact.objects.bulk_update(
            self.ended, ["state", "ended_on", "ended_why", "revision"], batch_size=BATCH
        )
        Contact.objects.bulk_create(self.instances("add"), batch_size=BATCH)
        changed = self.instances("change")
        for contact in changed:
            contact.revision += 1
        Contact.objects.bulk_update(changed, [*_KEYS, *_MASKS, "revision"], batch_size=BATCH)


def cells(contact: Contact, *, in_full: bool) -> tuple[object, ...]:
    """One person as a row, the numbers masked unless somebody asked for them who may have them."""
    numbers = [
        getattr(contact, key) if in_full else mask(getattr(contact, key)) for key, mask in _MASKS.items()
    ]
    return (
        contact.unit.name, contact.get_role_display(), contact.name, contact.position, *numbers,
        contact.started_on,
    )  # fmt: skip


CONTACTS = SheetKind(
    "contacts",
    _("责任人员"),
    "units.edit",
    columns,
    ContactBook,
    (
        _("每行一个单位的一项职责；每项职责同时只有一人。"),
        _("姓名与登记的不同，视为换人：原来的人转为前任，保留记录。姓名写错的请在单位页更正。"),
        _("号码和邮箱加密保存；导出表格中遮盖的号码原样导入不会改动。"),
    ),
)
