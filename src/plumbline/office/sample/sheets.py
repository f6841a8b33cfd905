"""A list of assets that came as a workbook: refused for one row, mended, taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from plumbline.office.lib.spreadsheets import Sheet, write_xlsx
from plumbline.office.sample.county import County, read
from plumbline.office.sample.diary import at
from plumbline.office.units.models import SheetImport
from plumbline.office.units.services import sheet_jobs


def plan_sheets(county: County) -> None:
    """Put the workbooks of the description into the diary."""
    for row in read("sheets")["sheet"]:
        county.diary.add(at(row["day"], row["clock"]), _import(county, row))


def _import(county: County, row: dict[str, Any]) -> Any:
    def take_in(now: datetime) -> None:
        content = write_xlsx(Sheet(row["name"], row["heads"], row["rows"]))
        upload = ContentFile(content, name=f"{row['name']}.xlsx")
        staff = county.people.staff
        job = sheet_jobs.start(upload=upload, kind=row["kind"], actor=staff, now=now)
        SheetImport.objects.filter(pk=job.pk).update(made_at=now)  # the column takes the day of loading
        if job.state == SheetImport.State.READY:
            sheet_jobs.confirm(job=job, actor=staff, now=now)

    return take_in
