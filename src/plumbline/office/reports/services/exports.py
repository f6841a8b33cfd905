"""Writing the official forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from plumbline.kernel.errors import FormError, PlumblineError
from plumbline.kernel.plans.forms import Form
from plumbline.kernel.plans.forms.data import ProjectForm
from plumbline.kernel.plans.forms.docx_writer import write_docx
from plumbline.kernel.plans.forms.pdf_writer import write_pdf
from plumbline.kernel.plans.forms.xlsx_writer import write_xlsx
from plumbline.office.accounts.models import User
from plumbline.office.audit.services import record, snapshot
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import store
from plumbline.office.lib.assets import FONTS
from plumbline.office.reports.models import Export, FileFormat, FormKind
from plumbline.office.reports.services.builders import BUILDERS, DATED
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.models import Checkpoint, PlanVersion, ProjectLine
from plumbline.office.targets.queries.monitoring import current_checkpoint

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file."""

    name: str
    data: bytes


def export_forms(
    *,
    version: PlanVersion,
    kind: str,
    file_format: str,
    now: datetime,
    line: ProjectLine | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write forms of a version as one file.

    Args:
        line: only this project; None for all.
        checkpoint: of monitoring and evaluation forms; the last one reached if None.
        progress: called with the number of forms done.

    Raises:
        FormError: there is no project, no checkpoint, or no font.
    """
    if kind in DATED and checkpoint is None:
        checkpoint = current_checkpoint(
            list(version.plan.checkpoints.order_by("day")), today=timezone.localdate(now)
        )
        if checkpoint is None:
            raise FormError(_("该绩效目标还没有监控节点"), advice=_("请先设置监控节点。"))
    material = contents(
        version,
        line=line,
        checkpoint=checkpoint if kind in DATED else None,
        scored=kind == FormKind.EVALUATION,
    )
    if not material.projects:
        raise FormError(_("没有可以导出的项目"), advice=_("请先导入或添加项目。"))
    forms = [BUILDERS[kind](project) for project in material.projects]
    front = material.prose if kind == FormKind.DOCUMENT else ()
    stamp = {
        "plan": str(version.plan_id),
        "version": str(version.pk),
        "checkpoint": str(checkpoint.pk) if checkpoint else "",
        "kind": kind,
    }
    data = _write(forms, file_format, now=now, front=front, stamp=stamp, progress=progress)
    return Written(_file_name(version, kind, file_format, material.projects, checkpoint), data)


def _write(
    forms: Sequence[Form],
    file_format: str,
    *,
    now: datetime,
    front: Sequence[str],
    stamp: dict[str, str],
    progress: Progress | None,
) -> bytes:
    created = timezone.localtime(now).replace(tzinfo=None)
    if file_format == FileFormat.DOCX:
        return write_docx(forms, created=created, front=front, progress=progress)
    if file_format == FileFormat.XLSX:
        return write_xlsx(forms, created=created, front=front, stamp=stamp, progress=progress)
    return write_pdf(forms, fonts=[FONTS], front=front, progress=progress)


def _file_name(
    version: PlanVersion,
    kind: str,
    file_format: str,
    projects: Sequence[ProjectForm],
    checkpoint: Checkpoint | None,
) -> str:
    title = {
        FormKind.DOCUMENT: "绩效目标文本",
        FormKind.TARGET: "绩效目标表",
        FormKind.MONITORING: "绩效运行监控表",
        FormKind.EVALUATION: "绩效自评表",
    }[FormKind(kind)]
    subject = (
        projects[0].name if len(projects) == 1 else version.plan.unit.short_name or version.organisation_name
    )
    day = f"_{checkpoint.label}" if checkpoint and kind in DATED else ""
    return get_valid_filename(f"{version.plan.year}年{subject}{title}{day}.{file_format}")


def request_export(
    *,
    version: PlanVersion,
    kind: str,
    file_format: str,
    actor: User,
    now: datetime,
    line: ProjectLine | None = None,
    checkpoint: Checkpoint | None = None,
) -> Export:
    """Queue an export for the worker."""
    from plumbline.office.reports.tasks import write_export

    with transaction.atomic():
        total = 1 if line else version.projects.count()
        export = Export.objects.create(
            version=version,
            kind=kind,
            file_format=file_format,
            project_line=line,
            checkpoint=checkpoint,
            total=total,
            made_by=actor,
            made_at=now,
        )
        record(
            actor=actor,
            action="reports.export",
            target=export,
            detail=snapshot(export, "kind", "file_format"),
        )
        transaction.on_commit(lambda: write_export.enqueue(export.pk))
    return export


def run(*, export_id: int, now: datetime) -> None:
    """Write a queued export. What goes wrong is kept with it, for the person who waits.

    A fault of the program is kept too, and raised again for the worker's log.
    """
    export = Export.objects.select_related(
        "version__plan__unit", "project_line", "checkpoint", "made_by"
    ).get(pk=export_id)
    if export.state not in (Export.State.QUEUED, Export.State.RUNNING):
        return
    _save(export, state=Export.State.RUNNING, done=0)
    try:
        written = export_forms(
            version=export.version,
            kind=export.kind,
            file_format=export.file_format,
            line=export.project_line,
            checkpoint=export.checkpoint,
            now=now,
            progress=lambda done: _report(export, done),
        )
        with transaction.atomic():
            file = keep_written(written, user=export.made_by)
            _save(export, state=Export.State.DONE, done=export.total, file=file, finished_at=timezone.now())
    except PlumblineError as error:
        _fail(export, error)
    except Exception:
        _fail(export, PlumblineError(_("程序出错，没有生成。"), advice=_("请重试；仍不行请联系管理员。")))
        raise


def _fail(export: Export, error: PlumblineError) -> None:
    _save(
        export,
        state=Export.State.FAILED,
        error_what=error.what,
        error_advice=error.advice,
        file=None,
        finished_at=timezone.now(),
    )


def keep_written(written: Written, *, user: User) -> StoredFile:
    """Keep a finished file like any other."""
    return store(
        ContentFile(written.data, name=written.name),
        user=user,
        allowed=frozenset(FileFormat.values),
        limit=len(written.data),
    )


def _report(export: Export, done: int) -> None:
    """Every tenth form: a row written for each would cost more than the form."""
    if done % 10 == 0:
        _save(export, done=done)


def _save(export: Export, **values: object) -> None:
    for name, value in values.items():
        setattr(export, name, value)
    export.save(update_fields=list(values))
