"""Reading an uploaded checklist: a small one at once, a large one by the worker, which keeps what it read.

What the worker read is kept as a file of its own, so that no page reads the upload again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from plumbline.kernel.checklists.draft import ChecklistDraft, ItemDraft, Problem
from plumbline.kernel.checklists.reading import read_checklist
from plumbline.kernel.errors import PlumblineError
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import keep_unchecked, open_file

#: bytes that are read while the person waits; well under a second, and far above what offices write
AT_ONCE = 128 * 1024
#: the worker was stopped in the middle: a file of the largest size takes about half a minute
SILENCE = timedelta(minutes=5)
READING = "reading.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the worker is with a file.

    Attributes:
        state: "queued", "running", "done" or "failed".
        kept: key of the file with what was read; None before it is done.
    """

    state: str
    kept: int | None = None
    what: str = ""
    advice: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed")


def is_large(file: StoredFile) -> bool:
    """Whether the worker has to read it."""
    return file.size > AT_ONCE


def begin(file: StoredFile) -> str:
    """Give a file to the worker; the id to ask by."""
    from plumbline.office.inspections.tasks import read_checklist_file

    return str(read_checklist_file.enqueue(file.pk).id)


def reading_of(file: StoredFile, task_id: str, *, now: datetime) -> Reading | None:
    """How far the reading of a file is; None where no such reading is known any more."""
    from plumbline.office.inspections.tasks import read_checklist_file

    try:
        result: TaskResult[dict[str, Any]] = read_checklist_file.get_result(task_id)
    except (TaskResultDoesNotExist, ValidationError, ValueError):
        return None
    if list(result.args) != [file.pk]:
        return None
    if result.status == TaskResultStatus.SUCCESSFUL:
        told = result.return_value or {}
        if "kept" in told:
            return Reading("done", kept=told["kept"])
        return Reading("failed", what=told["what"], advice=told["advice"])
    is_silent = result.started_at is not None and now - result.started_at > SILENCE
    if result.status == TaskResultStatus.FAILED or is_silent:
        return Reading(
            "failed",
            what=_("后台程序在读取这个文件时停止，没有保存任何内容。"),
            advice=_("请重新读取；仍不行，请把文件拆成几个检查表，或把原文件和运行日志交给管理员。"),
        )
    return Reading("running" if result.status == TaskResultStatus.RUNNING else "queued")


def read_and_keep(file_id: int) -> dict[str, Any]:
    """What the worker does. Returns {"kept": key of a file}, or {"what", "advice"} of a refusal."""
    file = StoredFile.objects.select_related("uploaded_by").get(pk=file_id)
    try:
        draft = read(file)
    except PlumblineError as error:
        advice = error.advice or _("请改正文件后重新导入。")
        return {"what": f"{error.where}：{error.what}" if error.where else error.what, "advice": advice}
    data = json.dumps(asdict(draft), ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    kept = keep_unchecked(ContentFile(data, name=READING), user=file.uploaded_by, limit=len(data))
    return {"kept": kept.pk}


def read(file: StoredFile) -> ChecklistDraft:
    """Read an upload now.

    Raises:
        ChecklistError: it is none that can be read.
        FileMissing: the upload is gone.
    """
    with open_file(file) as content:
        return read_checklist(file.name, content.read())


def kept_reading(reading: Reading) -> ChecklistDraft:
    """What the worker read.

    Raises:
        FileMissing: it is gone.
    """
    with open_file(StoredFile.objects.get(pk=reading.kept)) as content:
        values = json.loads(content.read().decode("utf-8", "surrogatepass"))
    values["items"] = tuple(map(_item, values["items"]))
    values["problems"] = tuple(Problem(**problem) for problem in values["problems"])
    return ChecklistDraft(**{**values, "notes": tuple(values["notes"])})


def _item(values: dict[str, Any]) -> ItemDraft:
    points = values["points"]
    return ItemDraft(
        **{
            **values,
            "points": None if points is None else Decimal(points),
            "choices": tuple((value, title, share) for value, title, share in values["choices"]),
        }
    )
