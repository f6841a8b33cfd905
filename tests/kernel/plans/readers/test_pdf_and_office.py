"""PDF, and what LibreOffice opens: the county plan reads as from .docx."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from plumbline.kernel.errors import UnreadableFile, UnsupportedFormat
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers import office
from plumbline.kernel.plans.reading import read_plan, read_source
from tests.kernel.plans.county_builder import PROJECTS, word
from tests.kernel.plans.layouts.test_county_text import check

Convert = Callable[[str], bytes]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """The plan in another format, made by LibreOffice."""
    program = office.office_program()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")
    (folder / "plan.docx").write_bytes(word())

    def run(ending: str) -> bytes:
        subprocess.run(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                ending,
                "--outdir",
                str(folder),
                str(folder / "plan.docx"),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return Path(folder / f"plan.{ending}").read_bytes()

    return run


def test_a_pdf_with_a_table_over_two_pages_reads_the_same(convert: Convert) -> None:
    data = convert("pdf")
    check(read_plan("plan.pdf", data))
    source = read_source("plan.pdf", data)
    assert len(source.tables) == len(PROJECTS)
    assert source.lines[0].where == "第1页第1行"


@pytest.mark.parametrize("ending", ["doc", "rtf", "odt"])
def test_old_formats_read_the_same(convert: Convert, ending: str) -> None:
    plan = read_plan(f"plan.{ending}", convert(ending))
    check(plan)
    assert plan.source.format == "office"
    assert "LibreOffice" in plan.source.notes[0]


def test_without_libreoffice_the_error_says_so(convert: Convert, monkeypatch: pytest.MonkeyPatch) -> None:
    data = convert("rtf")
    monkeypatch.setattr(office, "office_program", lambda: None)
    with pytest.raises(UnsupportedFormat, match="LibreOffice，本机没有安装"):
        read_source("plan.rtf", data)


def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "office_program", lambda: str(slow))
    with pytest.raises(UnreadableFile, match="1 秒内没有打开"):
        read_source("plan.rtf", b"{\\rtf1 x}", limits=Limits(seconds=1))


def test_a_conversion_without_result_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "office_program", lambda: "/bin/true")
    with pytest.raises(UnreadableFile, match="打不开"):
        read_source("plan.rtf", b"{\\rtf1 x}")


def test_a_pdf_without_text_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="扫描件"):
        read_source("plan.pdf", _blank_pdf())


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n1 0 obj\n<<>>"])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_source("plan.pdf", data)


def test_an_encrypted_pdf_is_refused() -> None:
    body = _blank_pdf().replace(
        b"trailer<<",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -1/O<"
        + b"41" * 32
        + b">/U<"
        + b"42" * 32
        + b">>>/ID[<01><01>]",
    )
    with pytest.raises(UnreadableFile, match="加密"):
        read_source("plan.pdf", body)


def test_too_many_pages_are_refused(convert: Convert) -> None:
    with pytest.raises(UnreadableFile, match="超过上限 1 页"):
        read_source("plan.pdf", convert("pdf"), limits=Limits(pages=1))


def _blank_pdf() -> bytes:
    """One empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n0000000101 00000 n \n"
        b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n164\n%%EOF\n"
    )
