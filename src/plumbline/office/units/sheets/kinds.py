"""What all sheets of the register have in common."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.lib.sheet_columns import Cell, CellWrong, Column, RowError, read_cells
from plumbline.office.units.access import visible_units
from plumbline.office.units.models import Unit

BATCH = 500
Act = Literal["add", "change", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would do.

    Attributes:
        row: number of the row in the sheet.
        act: "add", "change", or "same" where the register says so already.
        unit, title: what the row is about, for the reader.
        fields: (name, old, new) of what changes, as people read it; numbers of people masked.
        instance: the object with its new values, to be written.
        secrets: digest of values that `fields` hides.
    """

    row: int
    act: Act
    unit: str
    title: str
    fields: tuple[tuple[str, str, str], ...]
    instance: models.Model
    secrets: str = ""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One list of the register as a sheet.

    Attributes:
        key: a value of `SheetImport.Kind`.
        title: what people call it.
        capability: what a person must hold to import it.
        columns: makes the columns as the person may see them, choices read from the database.
        book: makes what takes the rows.
        notes: sentences for the sheet of instructions.
        export: makes the cells of one object, in the order of the columns.
    """

    key: str
    title: str | Promise
    capability: str
    columns: Callable[[User], tuple[Column, ...]]
    book: Callable[..., Book]
    notes: tuple[str | Promise, ...]


@dataclass
class Book(ABC):
    """One reading of a sheet against the register.

    Attributes:
        user: who imports; he writes only what belongs to units that he may see.
        today: the day of the import.
        columns: of the sheet's kind.
        lock: keep the rows of the register as they are until the transaction ends.
    """

    user: User
    today: date
    columns: Sequence[Column]
    lock: bool = False
    changes: list[Change] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def __post_init__(self) -> None:
        #: number of the row by what it is about, to tell a row that says the same thing twice
        self.seen: dict[Any, int] = {}
        self.places: dict[int, dict[str, str]] = {}
        rows = Unit.objects.select_for_update().order_by("pk") if self.lock else Unit.objects.order_by("pk")
        allowed = set(visible_units(self.user).values_list("pk", flat=True))
        self.units = {unit.pk: unit for unit in rows if unit.pk in allowed}
        self.units_by_word: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            for word in {unit.name, unit.short_name, unit.code, unit.credit_code} - {""}:
                self.units_by_word[word].append(unit)
        self.load()

    @abstractmethod
    def load(self) -> None:
        """Read what is registered, in a number of queries that does not grow with it."""

    @abstractmethod
    def take_values(self, number: int, values: dict[str, Any], places: Mapping[str, str]) -> None:
        """Hold one row against the register.

        Args:
            values: filled cells by column; None where it says 清空.
            places: place of each column's cell in the row.

        Raises:
            CellWrong: with the key of the column as `where`.
        """

    @abstractmethod
    def write(self) -> None:
        """Save what was taken."""

    def take(self, number: int, cells: Sequence[Cell], found: Mapping[str, int]) -> None:
        """Read one row, and keep what it would change or what is wrong with it."""
        values, errors = read_cells(number, cells, found=found, columns=self.columns)
        if errors:
            self.errors += errors
            return
        places = self.places[number] = {key: cells[index].place for key, index in found.items()}
        try:
            self.take_values(number, values, places)
        except CellWrong as problem:
            self.refuse(number, problem.where, problem.what, problem.advice)

    def refuse(self, number: int, key: str, what: str, advice: str = "") -> None:
        """Note what is wrong with a row, in the column of a key."""
        place = self.places.get(number, {}).get(key) or f"A{number}"
        self.errors.append(RowError(number, place, what, advice))

    def finish(self) -> None:
        """Hold the rows against each other once all were read, and put the errors in their order."""
        self.errors.sort(key=lambda error: error.row)

    def unit_of(self, values: Mapping[str, Any]) -> Unit:
        """The unit that a row names; a liaison of one unit need not name it.

        Raises:
            CellWrong: none of that name among those that the person may see, several, or it is history.
        """
        word = values.get("unit")
        if word is None:
            own = [unit for unit in self.units.values() if unit.state == Unit.State.ACTIVE]
            if len(own) == 1:
                return own[0]
            raise CellWrong(_("没有填写单位。"), where="unit", advice=_("请填单位全称、简称或编码。"))
        found = self.units_by_word.get(word, [])
        if not found:
            raise CellWrong(
                _("“%(name)s”不是您可以登记的单位。") % {"name": word},
                where="unit",
                advice=_("请填名录中的单位全称、简称、预算单位编码或统一社会信用代码；新单位请先登记。"),
            )
        if len(found) > 1:
            raise CellWrong(
                _("有 %(count)d 个单位都叫“%(name)s”。") % {"count": len(found), "name": word},
                where="unit",
                advice=_("请填单位全称或编码。"),
            )
        return found[0]

    def demand_once(self, key: Any, number: int, *, where: str) -> None:
        """A thing stands in a sheet once.

        Raises:
            CellWrong: an earlier row is about it too.
        """
        earlier = self.seen.setdefault(key, number)
        if earlier != number:
            raise CellWrong(
                _("与第 %(row)d 行重复。") % {"row": earlier}, where=where, advice=_("请只保留一行。")
            )

    def keep(
        self,
        number: int,
        instance: models.Model,
        *,
        unit: Unit,
        title: str,
        fields: Iterable[tuple[str, str, str]],
        secrets: str = "",
    ) -> None:
        """Keep what a row does; a unit that is history takes nothing new.

        Raises:
            CellWrong: something would change in a closed or merged unit.
        """
        fields = tuple(fields)
        act: Act = "add" if instance.pk is None else "change" if fields else "same"
        if act != "same" and unit.state != Unit.State.ACTIVE:
            raise CellWrong(
                _("“%(unit)s”%(state)s，资料只供查阅，不能修改。")
                % {"unit": unit.name, "state": unit.get_state_display()},
                where="unit",
                advice=_("请登记到接续其职能的单位。"),
            )
        self.changes.append(Change(number, act, str(unit), title, fields, instance, secrets))

    def counted(self, act: Act) -> int:
        """How many rows do that."""
        return sum(change.act == act for change in self.changes)

    def outline(self) -> str:
        """Digest of everything that would be written."""
        rows = [
            (change.row, change.act, change.unit, change.title, change.fields, change.secrets)
            for change in self.changes
            if change.act != "same"
        ]
        return digest_of(rows)

    def instances(self, act: Act) -> list[Any]:
        """The objects of the rows that do that."""
        return [change.instance for change in self.changes if change.act == act]


def digest_of(value: Any) -> str:
    """SM3 of a value as JSON."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return hashlib.new("sm3", text.encode()).hexdigest()


def shown(value: Any) -> str:
    """A value as the preview shows it."""
    return "" if value is None else str(value)


def assign(
    instance: models.Model, values: Mapping[str, Any], columns: Mapping[str, Column], *, keys: Iterable[str]
) -> list[tuple[str, str, str]]:
    """Set fields of an object from the cells that were filled, and say what that changes.

    Args:
        keys: columns that are fields of the model; None as value empties the field.
    """
    fields = []
    for key in keys:
        if key not in values:
            continue
        field_of = instance._meta.get_field(key)
        new = values[key]
        if new is None:
            new = None if field_of.null else field_of.get_default()
        old = getattr(instance, key)
        if new == old:
            continue
        before = readable_value(instance, key)
        setattr(instance, key, new)
        fields.append((str(columns[key].title), before, readable_value(instance, key)))
    return fields


def readable_value(instance: models.Model, key: str) -> str:
    """A field as people read it."""
    display = getattr(instance, f"get_{key}_display", None)
    value = display() if display and getattr(instance, key) not in (None, "") else getattr(instance, key)
    return shown(value)
