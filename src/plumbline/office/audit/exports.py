"""The records as a table that leaves the house."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from plumbline.office.audit.actions import title
from plumbline.office.audit.models import Record
from plumbline.office.lib.dates import moment_text
from plumbline.office.lib.spreadsheets import Sheet


def sheet_of_records(records: Iterable[Record]) -> Sheet:
    """One row a record, with the hashes, so that the chain can be checked from the file too."""
    heads = (
        _("序号"), _("时间"), _("操作人"), _("操作"), _("对象"), _("对象类型"), _("对象编号"),
        _("变更内容"), _("上一条摘要"), _("摘要"),
    )  # fmt: skip
    return Sheet(name=_("操作记录"), heads=heads, rows=_rows(records))


def _rows(records: Iterable[Record]) -> Iterator[tuple[object, ...]]:
    for record in records:
        yield (
            record.sequence, moment_text(record.at), record.actor_name, title(record.action),
            record.object_label, record.object_type, record.object_id,
            json.dumps(record.detail, ensure_ascii=False) if record.detail else "",
            record.previous, record.digest,
        )  # fmt: skip
