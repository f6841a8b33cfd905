"""The list of findings as a table that leaves the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record
from plumbline.office.findings.models import Finding
from plumbline.office.findings.queries.listing import in_order
from plumbline.office.findings.services.table import WITH_UNIT
from plumbline.office.lib.spreadsheets import Sheet
from plumbline.office.lib.tables import Sorting

#: as many as are written in about two seconds; whoever needs more takes a unit or a state at a time
MOST = 5_000


@transaction.atomic
def take_away(rows: QuerySet[Finding], *, sorting: Sorting, today: date, actor: User) -> Sheet:
    """The rows as a sheet; who took how many is recorded.

    Raises:
        PlumblineError: more than `MOST`.
    """
    count = rows.count()
    if count > MOST:
        raise PlumblineError(
            _("符合条件的有 %(n)d 条，一次最多导出 %(most)d 条。") % {"n": count, "most": MOST},
            advice=_("请先按单位、状态或来源缩小范围。"),
        )
    record(actor=actor, action="findings.export", detail={"count": count})
    full = in_order(rows, sorting).defer(None).select_related("unit", "system", "asset")
    heads = [
        _("问题编号"), _("单位"), _("信息系统"), _("资产"), _("问题"), _("严重程度"), _("状态"), _("来源"),
        _("位置"), _("问题描述"), _("依据"), _("整改建议"), _("发现时间"), _("整改期限"), _("是否逾期"),
        _("回复时间"), _("复查次数"), _("办结时间"), _("办结方式"), _("重新出现次数"),
    ]  # fmt: skip
    return Sheet(_("问题清单"), heads, _rows(full, today))


def _rows(rows: QuerySet[Finding], today: date) -> Iterable[list[object]]:
    for one in rows.iterator(chunk_size=2000):
        late = one.state in WITH_UNIT and one.due_on is not None and one.due_on < today
        yield [
            one.number, one.unit.name, one.system.name if one.system else None,
            one.asset.value if one.asset else None, one.title, one.get_severity_display(),
            one.get_state_display(), one.get_source_display(), one.place, one.detail, one.basis, one.advice,
            one.raised_at, one.due_on, _("是") if late else _("否"), one.replied_at, one.rounds,
            one.closed_at, one.get_closing_display(), one.reopened,
        ]  # fmt: skip
