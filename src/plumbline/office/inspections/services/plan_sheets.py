"""The yearly plan as a workbook, out and in. A plan is read in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import openpyxl
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.kinds import SHEETS, ContentRefused
from plumbline.office.files.services import open_file, store
from plumbline.office.inspections.models import ChecklistVersion, Inspection, InspectionPlan, Inspector
from plumbline.office.inspections.queries.inspections import possible_inspectors
from plumbline.office.inspections.services.arranging import Arrangement, arrange
from plumbline.office.inspections.services.plan_changes import PlanRefused, locked_plan
from plumbline.office.lib.spreadsheets import Sheet
from plumbline.office.units.models import Unit

MOST_ROWS = 2000
#: heads as they are written; a reader finds a column by any of the words
HEADS = (
    ("number", ("检查编号", "编号")),
    ("unit", ("单位名称", "被检查单位", "单位", "单位全称")),
    ("code", ("统一社会信用代码", "信用代码")),
    ("method", ("检查方式", "方式")),
    ("checklist", ("检查表",)),
    ("from", ("计划开始", "开始日期", "开始时间")),
    ("to", ("计划完成", "完成日期", "完成时间", "截止日期")),
    ("lead", ("组长",)),
    ("members", ("检查人员", "成员", "其他检查人员")),
    ("state", ("状态",)),
)
_SPLIT = str.maketrans("，,;；/ 　", "、、、、、、、")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row of the workbook."""

    row: int
    what: str


class SheetRefused(PlanRefused):
    """The workbook was not taken over.

    Attributes:
        errors: row by row.
    """

    def __init__(self, what: str, *, advice: str, errors: tuple[RowError, ...] = ()) -> None:
        self.errors = errors
        super().__init__(what, advice=advice)


def plan_sheet(plan: InspectionPlan) -> Sheet:
    """The plan's inspections as a table that `import_plan` reads back."""
    rows = (
        plan.inspections.select_related("unit", "checklist__checklist")
        .prefetch_related("inspectors__user")
        .order_by("planned_from", "pk")
    )
    return Sheet(str(plan), [titles[0] for _key, titles in HEADS], _rows(rows))


def _rows(rows: Any) -> Iterator[list[object]]:
    for row in rows:
        people = list(row.inspectors.all())
        yield [
            row.number,
            row.unit.name,
            row.unit.credit_code,
            str(row.get_method_display()),
            row.checklist.checklist.title if row.checklist else "",
            row.planned_from,
            row.planned_to,
            "、".join(str(p.user.full_name) for p in people if p.role == Inspector.Role.LEAD),
            "、".join(str(p.user.full_name) for p in people if p.role != Inspector.Role.LEAD),
            str(row.get_state_display()),
        ]


@transaction.atomic
def import_plan(plan: InspectionPlan, upload: File, *, actor: User, now: datetime) -> int:
    """Add the rows of a workbook to a draft. Rows whose number the plan holds already are left as they are.

    Returns:
        how many inspections were added.

    Raises:
        SheetRefused: the plan is no draft, the workbook has no such table, or rows are wrong; nothing is
            taken over then.
        ContentRefused: it is no workbook.
    """
    plan = locked_plan(plan)
    if plan.state != InspectionPlan.State.DRAFT:
        raise SheetRefused(
            _("只有编制中的计划可以导入。"), advice=_("已批准的计划请在页面上逐项调整并写明理由。")
        )
    stored = store(upload, user=actor, allowed=SHEETS)
    with open_file(stored) as content:
        try:
            book = openpyxl.load_workbook(content, read_only=True, data_only=True)
            table = list(_table(book))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise ContentRefused(
                _("工作簿已损坏，无法读取。"), where=stored.name, advice=_("请重新保存后再上传。")
            ) from error
    held = set(plan.inspections.values_list("number", flat=True))
    lookup = _Lookup(plan)
    errors: list[RowError] = []
    ready: list[tuple[Unit, Arrangement]] = []
    for number, cells in table:
        if cells.get("number") and str(cells["number"]) in held:
            continue
        try:
            ready.append(lookup.read(cells))
        except ValueError as error:
            errors.append(RowError(number, str(error)))
    if errors:
        raise SheetRefused(
            _("有 %(n)d 行有错误，一行也没有导入。") % {"n": len(errors)},
            advice=_("请按下列说明改正后重新上传。"),
            errors=tuple(errors),
        )
    if not ready:
        raise SheetRefused(
            _("没有可导入的行。"), advice=_("表中的检查都已在计划里；新增的行请把“检查编号”留空。")
        )
    for unit, arrangement in ready:
        arrange([unit], arrangement, plan=plan, actor=actor, now=now)
    detail = {"count": len(ready), "file": stored.name, "sm3": stored.digest}
    record(actor=actor, action="inspections.plan_import", target=plan, detail=detail)
    return len(ready)


def _table(book: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row number, {key: cell}) below the head row of the first sheet that has one."""
    names = {title: key for key, titles in HEADS for title in titles}
    for sheet in book.worksheets:
        columns: dict[int, str] = {}
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=40), start=1):
            if number > MOST_ROWS + 20:
                raise SheetRefused(
                    _("工作表超过 %(n)d 行。") % {"n": MOST_ROWS}, advice=_("请拆成几个文件分别导入。")
                )
            if not columns:
                found = {
                    place: names[text]
                    for place, cell in enumerate(row)
                    if (text := str(cell or "").strip()) in names
                }
                if {"unit", "method", "from", "to"} <= set(found.values()):
                    columns = found
                continue
            cells = {key: row[place] for place, key in columns.items() if row[place] not in (None, "")}
            if cells:
                yield number, cells
        if columns:
            return
    raise SheetRefused(
        _("没有找到表头。"),
        advice=_("表中须有“单位名称、检查方式、计划开始、计划完成”几列；可先导出计划作为样表。"),
    )


class _Lookup:
    """Units, checklists and people by the words that a row names them with."""

    def __init__(self, plan: InspectionPlan) -> None:
        self.year = plan.year
        active = Unit.objects.filter(state=Unit.State.ACTIVE)
        self.units = {unit.name: unit for unit in active}
        self.units |= {unit.short_name: unit for unit in active if unit.short_name}
        self.codes = {unit.credit_code: unit for unit in active if unit.credit_code}
        self.methods = {str(label): value for value, label in Inspection.Method.choices}
        versions = ChecklistVersion.objects.filter(state=ChecklistVersion.State.PUBLISHED)
        self.checklists = {v.checklist.title: v for v in versions.select_related("checklist")}
        self.people: dict[str, User] = {}
        for user in possible_inspectors():
            self.people[user.username] = user
            self.people.setdefault(user.full_name, user)

    def read(self, cells: dict[str, Any]) -> tuple[Unit, Arrangement]:
        """One row.

        Raises:
            ValueError: what is wrong with it, a sentence.
        """
        name, code = str(cells.get("unit", "")).strip(), str(cells.get("code", "")).strip()
        unit = self.codes.get(code) or self.units.get(name)
        if unit is None:
            raise ValueError(_("名录中没有单位“%(name)s”，或该单位已撤销。") % {"name": name[:40] or code})
        method = self.methods.get(str(cells.get("method", "")).strip())
        if method is None:
            raise ValueError(_("检查方式须是：%(all)s。") % {"all": "、".join(self.methods)})
        first, last = _day(cells.get("from"), _("计划开始")), _day(cells.get("to"), _("计划完成"))
        if last < first:
            raise ValueError(_("计划完成日期早于计划开始日期。"))
        if {first.year, last.year} != {self.year}:
            raise ValueError(_("日期不在 %(year)d 年内。") % {"year": self.year})
        title = str(cells.get("checklist", "")).strip()
        if title and title not in self.checklists:
            raise ValueError(_("没有在用的检查表“%(title)s”。") % {"title": title[:40]})
        lead = self._people(cells.get("lead"))
        if len(lead) > 1:
            raise ValueError(_("组长只能有一人。"))
        return unit, Arrangement(
            method=method,
            planned_from=first,
            planned_to=last,
            checklist=self.checklists.get(title),
            lead=lead[0] if lead else None,
            members=tuple(self._people(cells.get("members"))),
        )

    def _people(self, cell: object) -> list[User]:
        names = [name for name in str(cell or "").translate(_SPLIT).split("、") if name]
        for name in names:
            if name not in self.people:
                raise ValueError(_("没有可参加检查的人员“%(name)s”。") % {"name": name[:20]})
        return [self.people[name] for name in dict.fromkeys(names)]


def _day(cell: object, title: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell or "").strip().replace("年", "-").replace("月", "-").replace("日", "")
    text = text.replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise ValueError(_("“%(title)s”不是日期。") % {"title": title}) from None
