"""Plans from the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from plumbline.kernel.errors import PlumblineError
from plumbline.office.audit.services import record
from plumbline.office.files.services import keep_unchecked
from plumbline.office.operations.people import acting_person, find_unit
from plumbline.office.reports.models import FileFormat, FormKind
from plumbline.office.reports.services.exports import export_forms
from plumbline.office.targets.models import Checkpoint, Plan, PlanVersion, ProjectLine
from plumbline.office.targets.queries.plans import current_version
from plumbline.office.targets.services.imports import Decisions, import_plan


def import_file(
    *,
    name: str,
    data: bytes,
    unit: str,
    new_unit: bool,
    year: int | None,
    replace: bool,
    reason: str,
    username: str,
) -> PlanVersion:
    """Read, check and write a plan document in one transaction.

    Args:
        unit: name, short name or budget code; "" to find it by the document.
        username: in whose name; "" for the only administrator.

    Raises:
        PlumblineError: the document is not readable, or a decision is missing (the advice says which).
    """
    actor = acting_person(username)
    return import_plan(
        name=name,
        data=data,
        unit=find_unit(unit) if unit else None,
        actor=actor,
        now=datetime.now(UTC),
        stored=keep_unchecked(ContentFile(data, name=name), user=actor),
        decisions=Decisions(new_unit=new_unit, year=year, replace=replace, reason=reason),
    )


def export_file(
    path: Path, *, unit: str, year: int | None, kind: str, project: str, day: date | None, username: str
) -> int:
    """Write official forms of a plan to a file; its ending says the format. Returns its size in bytes.

    Args:
        unit, year: which plan; either may be left out where only one plan fits.
        project: code or name of one project; "" for all.
        day: checkpoint of monitoring and evaluation forms; None for the last.

    Raises:
        PlumblineError: the plan, project or checkpoint is not there, or the file is.
    """
    file_format = path.suffix.lower().lstrip(".")
    if kind not in FormKind.values:
        raise PlumblineError(f"没有“{kind}”这种表", advice=f"请用 {'、'.join(FormKind.values)} 之一。")
    if file_format not in FileFormat.values:
        raise PlumblineError(
            "不知道写成什么格式", where=str(path), advice="文件名请以 .docx、.xlsx 或 .pdf 结尾。"
        )
    actor = acting_person(username)
    version = find_version(unit=unit, year=year)
    written = export_forms(
        version=version,
        kind=kind,
        file_format=file_format,
        now=datetime.now(UTC),
        line=_find_line(version, project) if project else None,
        checkpoint=_find_checkpoint(version, day) if day else None,
    )
    try:
        with path.open("xb") as file:
            file.write(written.data)
    except FileExistsError:
        raise PlumblineError("已有同名文件，没有覆盖", where=str(path), advice="请换一个文件名。") from None
    except OSError as error:
        raise PlumblineError(f"文件写不进去（{error.strerror}）", where=str(path)) from error
    with transaction.atomic():
        record(
            actor=actor,
            action="reports.export",
            target=version,
            detail={"form": str(FormKind(kind).label), "format": str(FileFormat(file_format).label)},
        )
    return len(written.data)


def find_version(*, unit: str, year: int | None) -> PlanVersion:
    """The version that counts, of the only plan that fits.

    Raises:
        PlumblineError: no plan fits, or several do.
    """
    plans = Plan.objects.select_related("unit")
    if unit:
        plans = plans.filter(unit=find_unit(unit))
    if year:
        plans = plans.filter(year=year)
    found = list(plans[:2])
    version = current_version(found[0]) if len(found) == 1 else None
    if version is not None:
        return version
    if len(found) > 1:
        raise PlumblineError("符合的绩效目标不止一份", advice="请用 --unit 和 --year 指明单位和年度。")
    raise PlumblineError("没有符合的绩效目标", advice="请检查单位和年度，或先导入。")


def _find_line(version: PlanVersion, text: str) -> ProjectLine:
    found = list(version.projects.filter(Q(code=text) | Q(name=text)).select_related("line")[:2])
    if len(found) != 1:
        raise PlumblineError(f"{version}里没有唯一的项目“{text}”", advice="请填项目编码或完整的项目名称。")
    return found[0].line


def _find_checkpoint(version: PlanVersion, day: date) -> Checkpoint:
    try:
        return version.plan.checkpoints.get(day=day)
    except Checkpoint.DoesNotExist:
        days = "、".join(str(point.day) for point in version.plan.checkpoints.order_by("day"))
        raise PlumblineError(f"没有{day}这个监控节点", advice=f"现有的节点：{days or '无'}。") from None
