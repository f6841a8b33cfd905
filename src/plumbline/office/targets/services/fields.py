"""The values of a plan that a person may mend: how each is called, read from a form, and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.plans.amount import parse_amount
from plumbline.kernel.plans.target import parse
from plumbline.office.targets.models import CategoryTotal, Indicator, PlanVersion, Project
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.rows import set_target

Subject = PlanVersion | Project | Indicator | CategoryTotal

#: amounts that a column of the plan holds are smaller, in yuan
MOST = Decimal("1e16")


@dataclass(frozen=True, slots=True)
class Field:
    """One value.

    Attributes:
        name: attribute of the row.
        label: what the office calls it.
        get: the value as text, "" for none.
        set: takes the text over; raises PlanError when it cannot be read.
        long: shown as several lines.
        required: it cannot be empty.
    """

    name: str
    label: str | Promise
    get: Callable[[Any], str]
    set: Callable[[Any, str], None]
    long: bool = False
    required: bool = False


def _text(name: str, label: Promise, *, long: bool = False, required: bool = False) -> Field:
    def read(row: Any) -> str:
        return str(getattr(row, name))

    def write(row: Any, text: str) -> None:
        if required and not text:
            raise PlanError(gettext("“%(label)s”不能为空") % {"label": label})
        setattr(row, name, text)

    return Field(name, label, read, write, long, required)


def money_text(value: Decimal | None) -> str:
    """An amount in yuan with two decimals; "" for none."""
    return "" if value is None else f"{value:,.2f}"


def read_money(text: str, label: str | Promise) -> Decimal | None:
    """The yuan of a typed amount (1,043,977.64 · 19.05万元); None for an empty one.

    Raises:
        PlanError: it is no amount, negative, more than a column holds, or finer than one fen.
    """
    if not text.strip():
        return None
    yuan = parse_amount(text).yuan
    if yuan is None:
        raise PlanError(
            gettext("“%(label)s”不是金额：%(text)s") % {"label": label, "text": text[:30]},
            advice=gettext("请填写如 210,000.00 或 21万元。"),
        )
    if not 0 <= yuan < MOST:
        raise PlanError(
            gettext("“%(label)s”不能为负，也不能超出可登记的范围：%(text)s")
            % {"label": label, "text": text[:30]}
        )
    if yuan != yuan.quantize(Decimal("0.01")):
        raise PlanError(gettext("“%(label)s”精确到分即可：%(text)s") % {"label": label, "text": text[:30]})
    return yuan


def _money(name: str, label: Promise) -> Field:
    def write(row: Any, text: str) -> None:
        setattr(row, name, read_money(text, label))

    return Field(name, label, lambda row: money_text(getattr(row, name)), write)


def _weight(row: Indicator, text: str) -> None:
    if not text:
        row.weight = None
        return
    try:
        weight = Decimal(text)
    except InvalidOperation:
        raise PlanError(gettext("“分值”不是数字：%(text)s") % {"text": text[:30]}) from None
    if not weight.is_finite() or not 0 <= weight <= 100 or weight != weight.quantize(Decimal("0.01")):
        raise PlanError(gettext("“分值”应在 0 到 100 之间，最多两位小数：%(text)s") % {"text": text[:30]})
    row.weight = weight


def _weight_text(row: Indicator) -> str:
    return "" if row.weight is None else f"{row.weight.normalize():f}"


def _use(row: Indicator, text: str) -> None:
    if text not in Indicator.Use.values:
        raise PlanError(gettext("“用途”只能是考核或参照"))
    row.use = text


VERSION = (
    _text("organisation_name", _("单位名称"), required=True),
    _text("organisation_code", _("单位编码")),
)
TOTAL = (_text("name", _("类别"), required=True), _money("amount_yuan", _("金额（元）")))
PROJECT = (
    _text("name", _("项目名称"), required=True),
    _text("code", _("项目编码")),
    _text("category", _("项目类别")),
    _text("department", _("主管部门")),
    _text("implementer", _("实施单位")),
    _money("budget_yuan", _("预算数（元）")),
    _text("use", _("资金用途"), long=True),
    _text("goal", pgettext_lazy("goal", "绩效目标"), long=True),
    _text("basis", _("指标依据"), long=True),
)
INDICATOR = (
    _text("level1", _("一级指标"), required=True),
    _text("level2", _("二级指标")),
    _text("level3", _("三级指标")),
    _text("description", _("绩效指标描述"), long=True),
    Field("target", _("指标值"), lambda row: row.target_raw, lambda row, text: set_target(row, parse(text))),
    _text("basis", _("指标值确定依据"), long=True),
    _text("direction", _("指标方向")),
    Field("weight", _("分值"), _weight_text, _weight),
    Field("tracking", _("用途"), lambda row: row.use, _use),
)


def fields_of(subject: Subject) -> dict[str, Field]:
    """The values of a row that may be mended, by name."""
    table = {PlanVersion: VERSION, CategoryTotal: TOTAL, Project: PROJECT, Indicator: INDICATOR}
    return {field.name: field for field in table[type(subject)]}


def label_of(name: str, *, indicator: bool = False) -> str:
    """What the office calls a mended field; `indicator` says that it is one of an indicator."""
    plain = name.rpartition(".")[2]
    extra = {
        "funds": _("资金来源"),
        "spend_plan": _("资金支出计划"),
        "indicator": _("指标"),
        "project": _("项目"),
    }
    if plain in extra:
        return str(extra[plain])
    tables = (
        (INDICATOR,) if indicator else (TOTAL, VERSION) if name.startswith("total.") else (PROJECT, VERSION)
    )
    return next((str(field.label) for table in tables for field in table if field.name == plain), plain)


def show(name: str, text: str) -> str:
    """A kept value as a person reads it: choices by their labels."""
    if name == "tracking" and text in Indicator.Use.values:
        return str(Indicator.Use(text).label)
    return text
