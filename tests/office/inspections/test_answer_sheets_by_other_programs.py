"""A unit opens its workbook with another program than Excel and saves it; it is still the same workbook."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from plumbline.office.inspections.models import Answer
from plumbline.office.inspections.services.answer_sheets import import_workbooks
from plumbline.office.inspections.services.answer_workbooks import write_workbook
from plumbline.office.inspections.services.progress import move
from tests.office.inspections.conduct import NOW, make_checklist, make_inspection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


def converted(path, suffix, folder):
    """The file as LibreOffice writes it."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{suffix}"


def test_a_workbook_that_went_through_libreoffice_is_taken_in(cast, tmp_path):
    check = make_inspection(cast, version=make_checklist())
    move(inspection=check, act="start", actor=cast.staff, now=NOW)
    first = tmp_path / "自查表.xlsx"
    first.write_bytes(write_workbook(check, now=NOW))
    book = openpyxl.load_workbook(first)
    for row, word in ((5, "符合"), (6, "否"), (9, "3"), (10, "防钓鱼")):
        book.worksheets[1].cell(row, 6, word)
    book.save(first)
    folder = tmp_path / "back"
    folder.mkdir()
    again = converted(converted(first, "ods", tmp_path), "xlsx", folder)
    import_workbooks([SimpleUploadedFile("自查表.xlsx", again.read_bytes())], actor=cast.liaison, now=NOW)
    found = dict(Answer.objects.values_list("item__key", "value"))
    assert found == {"1.1": "yes", "1.2": "no", "2.1": "3", "2.2": "防钓鱼"}
