"""Payments from an .xlsx: looked at first, then taken in as a whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.errors import PlumblineError, UnreadableFile
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.files.models import StoredFile
from plumbline.office.lib.money import yuan_text
from plumbline.office.lib.sheet_columns import plain_head
from plumbline.office.lib.workbooks import Cell, amount_in, day_in, rows_of
from plumbline.office.targets.models import Payment, PaymentImport, PlanVersion, Project, ProjectLine
from plumbline.office.targets.services.ledger_rules import ZERO, LedgerError, PaymentEntry, check_entry

#: Payments that one file may hold: a county office has some hundred a year, and this many take a second.
MOST_PAYMENTS = 2_000

COLUMNS: tuple[tuple[str, Promise, bool], ...] = (
    ("project", gettext_lazy("项目编码或名称"), True),
    ("paid_on", gettext_lazy("支付日期"), True),
    ("amount", gettext_lazy("金额（元）"), True),
    ("fund", gettext_lazy("资金来源"), False),
    ("voucher_no", gettext_lazy("凭证号"), True),
    ("purpose", gettext_lazy("用途"), False),
    ("payee", gettext_lazy("收款单位"), False),
)
#: Head texts by which a column is known, without blanks and brackets, whatever language wrote them.
HEADS = {
    "project": ("项目编码或名称", "项目编码", "项目名称", "项目", "projectcodeorname"),
    "paid_on": ("支付日期", "日期", "paymentdate"),
    "amount": ("金额元", "金额", "支付金额", "支付金额元", "amountyuan"),
    "fund": ("资金来源", "fund"),
    "voucher_no": ("凭证号", "凭证编号", "voucherno"),
    "purpose": ("用途", "摘要", "purpose"),
    "payee": ("收款单位", "收款人", "payee"),
}


#: letters that the texts of a payment hold
LENGTHS = {
    name: Payment._meta.get_field(name).max_length or 0 for name in ("fund", "voucher_no", "purpose", "payee")
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell ("C7"), and what to do."""

    cell: str
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet that can be posted."""

    number: int
    project: Project
    entry: PaymentEntry


@dataclass(slots=True)
class Preview:
    """What an import would do: nothing at all while there are errors."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((row.entry.amount_yuan for row in self.rows), ZERO)


class ImportRefused(LedgerError):
    """The file has errors; `preview` lists them."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        super().__init__(
            _("表格有 %(count)d 处错误，未导入任何一笔。") % {"count": len(preview.errors)},
            advice=_("请按清单改正后重新上传整个文件。"),
        )


def read_payments(data: bytes, *, version: PlanVersion, now: datetime) -> Preview:
    """Read a sheet and hold it against an approved version and what was posted before.

    Raises:
        UnreadableFile: it is no workbook that can be read, or not in the form of the template.
    """
    rows = rows_of(data, columns=20)
    columns = _head(rows)
    book = _Book(version)
    preview = Preview()
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_PAYMENTS:
            raise UnreadableFile(
                _("表格超过 %(most)d 行。") % {"most": MOST_PAYMENTS}, advice=_("请分成几个文件导入。")
            )
        named = {name: cells[index] for name, index in columns.items()}
        if named["project"].text not in ("合计", "总计"):
            _read_row(number, named, book=book, preview=preview, now=now)
    if not preview.rows and not preview.errors:
        raise UnreadableFile(_("表格里没有支付记录。"), advice=_("请在表头下逐行填写。"))
    return preview


def import_payments(
    *, actor: User, version: PlanVersion, stored: StoredFile, data: bytes, now: datetime
) -> PaymentImport:
    """Post every row of a sheet in one transaction.

    Args:
        data: content of `stored`, which is kept with the import.

    Raises:
        ImportRefused: a row has an error; nothing was posted.
        UnreadableFile: as `read_payments`.
    """
    with transaction.atomic():
        # the lines of the plan stay locked: budgets are looked at and used up without anybody between
        list(ProjectLine.objects.select_for_update().filter(plan=version.plan_id).order_by("pk"))
        preview = read_payments(data, version=version, now=now)
        if preview.errors:
            raise ImportRefused(preview)
        done = PaymentImport.objects.create(
            plan_id=version.plan_id, file=stored, rows=len(preview.rows), made_by=actor
        )
        Payment.objects.bulk_create(
            Payment(
                project_line_id=row.project.line_id,
                paid_on=row.entry.paid_on,
                amount_yuan=row.entry.amount_yuan,
                fund=row.entry.fund,
                voucher_no=row.entry.voucher_no,
                purpose=row.entry.purpose,
                payee=row.entry.payee,
                imported=done,
                created_by=actor,
            )
            for row in preview.rows
        )
        detail = {
            "file": stored.name,
            "digest": stored.digest,
            "rows": done.rows,
            "amount_yuan": preview.total,
        }
        record(actor=actor, action="ledger.import", target=done, detail=detail)
        return done


class _Book:
    """What the rows are held against, read once, and used up row by row."""

    def __init__(self, version: PlanVersion) -> None:
        projects = list(
            version.projects.select_related("version__plan").prefetch_related("funds").order_by("ordinal")
        )
        self.projects: dict[str, list[Project]] = defaultdict(list)
        for project in projects:
            for key in {project.code, project.name, *project.aliases} - {""}:
                self.projects[key].append(project)
        posted = Payment.objects.filter(
            project_line__plan=version.plan_id, state=Payment.State.POSTED
        ).order_by()
        self.vouchers = set(posted.values_list("project_line_id", "voucher_no", "fund"))
        self.paid: dict[int, Decimal] = defaultdict(lambda: ZERO)
        self.paid.update(posted.values_list("project_line_id").annotate(total=Sum("amount_yuan")))


def _head(rows: Iterable[tuple[int, list[Cell]]]) -> dict[str, int]:
    """Columns by name, from the first row that holds all required heads."""
    for _number, cells in zip(range(10), rows, strict=False):
        heads = {plain_head(cell.text): index for index, cell in reversed(list(enumerate(cells[1])))}
        found = {
            name: next((heads[text] for text in texts if text in heads), None)
            for name, texts in HEADS.items()
        }
        if all(found[name] is not None for name, _title, required in COLUMNS if required):
            return {name: index for name, index in found.items() if index is not None}
    raise UnreadableFile(
        _("没有找到表头。"),
        advice=_("表头应有：%(heads)s。请下载模板填写。")
        % {"heads": "、".join(str(title) for _n, title, _r in COLUMNS)},
    )


def _read_row(number: int, cells: dict[str, Cell], *, book: _Book, preview: Preview, now: datetime) -> None:
    errors = [_formula_error(cell) for cell in cells.values() if cell.formula]
    filled = {name: most for name, most in LENGTHS.items() if name in cells}
    errors += [
        _length_error(cells[name], most) for name, most in filled.items() if len(cells[name].text) > most
    ]
    project = _project(cells["project"], book=book, errors=errors)
    day, amount = day_in(cells["paid_on"]), amount_in(cells["amount"])
    if day is None and not cells["paid_on"].formula:
        errors.append(
            RowError(cells["paid_on"].place, _("不是日期。"), _("请写成 2023-03-05 或 2023年3月5日。"))
        )
    if amount is None and not cells["amount"].formula:
        errors.append(
            RowError(cells["amount"].place, _("不是金额。"), _("请填以元为单位、最多两位小数的数。"))
        )
    if errors or project is None or day is None or amount is None:
        preview.errors += errors
        return
    texts = {name: cells[name].text if name in cells else "" for name in ("purpose", "payee")}
    fund = cells["fund"].text if "fund" in cells else ""
    entry = PaymentEntry(day, amount, fund or _only_fund(project), cells["voucher_no"].text, **texts)
    error = _refusal(number, entry, project=project, cells=cells, book=book, now=now)
    if error:
        preview.errors.append(error)
    else:
        preview.rows.append(Row(number, project, entry))


def _formula_error(cell: Cell) -> RowError:
    return RowError(cell.place, _("单元格是公式。"), _("请复制后“选择性粘贴”为数值，再上传。"))


def _length_error(cell: Cell, most: int) -> RowError:
    return RowError(cell.place, _("超过 %(most)d 个字。") % {"most": most}, _("请缩短后再上传。"))


def _project(cell: Cell, *, book: _Book, errors: list[RowError]) -> Project | None:
    found = book.projects.get(cell.text, [])
    if len(found) == 1:
        return found[0]
    if not cell.formula and not found:
        errors.append(
            RowError(cell.place, _("没有编码或名称为“%(text)s”的项目。") % {"text": cell.text[:60]},
                     _("请照抄模板中“项目清单”一页的编码。"))
        )  # fmt: skip
    elif found:
        errors.append(RowError(cell.place, _("有 %(count)d 个项目都叫这个名称。") % {"count": len(found)},
                               _("请改填项目编码。")))  # fmt: skip
    return None


def _only_fund(project: Project) -> str:
    """The one fund that has an amount; a project with several must name it."""
    funds = [fund.name for fund in project.funds.all() if fund.amount_yuan]
    return funds[0] if len(funds) == 1 else ""


def _refusal(
    number: int, entry: PaymentEntry, *, project: Project, cells: dict[str, Cell], book: _Book, now: datetime
) -> RowError | None:
    """Why the row cannot be posted; when it can, its voucher and amount are used up."""
    try:
        check_entry(entry, project=project, now=now)
    except PlumblineError as error:
        return RowError(_("第 %(number)d 行") % {"number": number}, error.what, error.advice)
    key = (project.line_id, entry.voucher_no, entry.fund)
    if key in book.vouchers:
        return RowError(
            cells["voucher_no"].place,
            _("凭证号“%(voucher)s”在该项目同一资金来源下已有登记。") % {"voucher": entry.voucher_no},
            _("请核对是否重复；一张凭证分次支付的，请在凭证号后加序号。"),
        )
    total, budget = book.paid[project.line_id] + entry.amount_yuan, project.budget_yuan or ZERO
    if total < 0 or (entry.amount_yuan > 0 and total > budget):
        what = _("退款多于该项目已支付的金额。") if total < 0 else _("超出项目预算 %(excess)s 元。") % {
            "excess": yuan_text(total - budget)
        }  # fmt: skip
        return RowError(
            cells["amount"].place, what, _("确需超预算支付的，请单独登记并说明理由。") if total > 0 else ""
        )
    book.vouchers.add(key)
    book.paid[project.line_id] = total
    return None
