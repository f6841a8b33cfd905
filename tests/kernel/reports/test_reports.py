"""Reports from invented facts: their words, and the files that come of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import docx
import pdfplumber
import pytest
from PIL import Image

from plumbline.kernel.errors import FormError
from plumbline.kernel.reports.content import (
    Bar,
    Chart,
    Paragraph,
    Report,
    Table,
    against,
    numeral,
    percent,
    points,
)
from plumbline.kernel.reports.county_report import county_report
from plumbline.kernel.reports.docx_writer import write_docx
from plumbline.kernel.reports.drawing import chart_picture
from plumbline.kernel.reports.facts import (
    CommonFact,
    CountyFacts,
    FindingFact,
    InspectionFact,
    MethodFact,
    RankFact,
    SectionFact,
    Severity,
    Tally,
    UnitFacts,
)
from plumbline.kernel.reports.pdf_writer import write_pdf
from plumbline.kernel.reports.unit_report import unit_report
from plumbline.office.lib.assets import FONTS

CREATED = datetime(2026, 6, 30)
SEVERITIES = [Severity("严重", 3, 1, 2, 0), Severity("高", 0, 0, 0, 0)]
LISTED = [FindingFact("WT-2026-00001", "弱口令", "严重", "整改中", date(2026, 5, 1), "10.8.1.20", "县一中")]
UNIT = UnitFacts(
    unit="示例县第一中学", kind="学校", sector="", head="张三", deputy="", year=2026, as_of=date(2026, 6, 30),
    systems=2, levels=[("第二级", 2), ("第三级", 0)], assets=5,
    inspections=[InspectionFact("JC-1", "现场检查", date(2026, 3, 1), None, "进行中", ["李强"], None, None)],
    scored="JC-0",
    sections=[SectionFact("责任制", Decimal(8), Decimal(10)), SectionFact("培训", None, Decimal(0))],
    severities=SEVERITIES, sources=[("检查", 3), ("扫描报告", 0)], findings=LISTED, more_findings=2,
    tally=Tally(3, 1, 2, 1, 1, 0, 0), last_year=Tally(2, 2, 2, 2, 0, 1, 1), score=Decimal("80.50"),
    full_score=Decimal(100), last_score=None, last_full_score=None,
)  # fmt: skip
COUNTY = CountyFacts(
    issuer="县委网信办", year=2026, as_of=date(2026, 6, 30), grouping="unit", units=4, inspected=1,
    methods=[MethodFact("现场检查", 2, 1, 1)], kinds=[RankFact("学校", 4, 1, Decimal(80), 3, 1, 1)],
    ranking=[RankFact("县一中", 1, 1, None, 3, 1, 1)], more_ranks=0, common=[CommonFact("弱口令", 1, 3, 1)],
    severities=SEVERITIES, overdue=LISTED, more_overdue=0, tally=Tally(3, 1, 2, 1, 1, 0, 0), last_year=None,
    last_inspected=0, last_done=0,
)  # fmt: skip


def words(report: Report) -> str:
    """Everything that a report says."""
    said = [report.title, report.addressee, *report.opening, *report.definitions]
    for section in report.sections:
        said.append(section.heading)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                said.append(block.text)
            elif isinstance(block, Table):
                said += [block.caption, *block.heads, *(cell for row in block.rows for cell in row)]
            else:
                said += [block.caption, *(bar.label for bar in block.bars)]
    return "\n".join(said)


def test_nothing_to_divide_by_is_no_data_and_never_zero():
    assert percent(0, 0) == "无数据"
    assert percent(0, 3) == "0.0%"
    assert points(None) == "无数据"
    assert points(Decimal("80.50")) == "80.5"
    assert points(Decimal("100")) == "100"


def test_changes_are_said_in_words():
    assert against(3, 2, "项") == "增加1项（50.0%）"
    assert against(2, 3) == "减少1（33.3%）"
    assert against(2, 2) == "持平"
    assert against(2, 0) == "增加2"
    assert against(None, 2) == "无法比较"


def test_numerals_of_headings():
    assert [numeral(n) for n in (1, 10, 11, 20, 25)] == ["一", "十", "十一", "二十", "二十五"]


def test_every_number_of_a_report_has_its_definition():
    for report in (unit_report(UNIT, issuer="县委网信办"), county_report(COUNTY)):
        said = words(report)
        for term in ("整改率", "按期整改率", "首次复查通过率", "逾期"):
            assert any(term in text for text in report.definitions)
        assert "2026年6月30日" in said
        assert "None" not in said


def test_the_unit_report_says_what_is_not_known():
    said = words(unit_report(UNIT, issuer="县委网信办"))
    assert "首次复查通过率无数据" in said
    assert "等级保护第二级2个" in said
    assert "第三级" not in said
    assert "其余2项" in said
    assert "其中1项已逾期" in said


def test_the_county_report_without_records_of_last_year_compares_nothing():
    assert "无法比较" in words(county_report(COUNTY))
    before = replace(COUNTY, last_year=Tally(1, 1, 1, 1, 0, 1, 1), last_inspected=2, last_done=2)
    said = words(county_report(before))
    assert "减少1（50.0%）" in said
    assert "下降66.7个百分点" in said


def test_units_that_ended_since_are_said_beside_those_in_use():
    facts = replace(COUNTY, ended_inspected=1, last_year=Tally(1), last_inspected=2)
    said = words(county_report(facts))
    assert "区间内已检查1家，检查覆盖率25.0%。另有1家检查后已撤销或合并，合计检查单位2家。" in said
    rows = next(
        block.rows
        for section in county_report(facts).sections
        for block in section.blocks
        if isinstance(block, Table) and block.caption == "与上年同期比较"
    )
    assert rows[0][:3] == ("检查单位（家）", "2", "2")
    assert "另有" not in words(county_report(COUNTY))


def test_charts_are_numbered_in_order():
    for report in (unit_report(UNIT, issuer="x"), county_report(replace(COUNTY, last_year=Tally(1)))):
        charts = [
            block for section in report.sections for block in section.blocks if isinstance(block, Chart)
        ]
        assert [chart.caption[:2] for chart in charts] == ["图1", "图2", "图3"]


def test_both_files_hold_the_same_words():
    report = unit_report(UNIT, issuer="县委网信办")
    document = docx.Document(io.BytesIO(write_docx(report, created=CREATED, fonts=[FONTS])))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    with pdfplumber.open(io.BytesIO(write_pdf(report, fonts=[FONTS]))) as pdf:
        printed = "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")
    for section in report.sections:
        assert section.heading in text
        assert section.heading in printed
    assert len(document.inline_shapes) == 3
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert "责任制 得分率80.0%" in described[0]


def test_what_looks_like_markup_stays_text():
    evil = '#import "x.typ" $ * _ ] <w:p/> \x00 @ref \\'
    report = unit_report(
        replace(UNIT, unit=evil, findings=[replace(LISTED[0], title=evil)]), issuer="县委网信办"
    )
    with pdfplumber.open(io.BytesIO(write_pdf(report, fonts=[FONTS]))) as pdf:
        assert "#import" in "".join(page.extract_text() for page in pdf.pages)
    assert docx.Document(io.BytesIO(write_docx(report, created=CREATED, fonts=[FONTS]))).paragraphs


def test_a_chart_is_told_apart_in_grey():
    chart = Chart(
        "图", ("甲", "乙"), [Bar("一", (Decimal(50), Decimal(50))), Bar("二", (None, 0))], maximum=100
    )
    picture = Image.open(io.BytesIO(chart_picture(chart, fonts=[FONTS]))).convert("L")
    assert picture.width > 1_500
    dark = [sum(picture.crop(box).histogram()[:128]) for box in _halves(picture)]
    assert dark[0] > 2 * dark[1]


def _halves(picture: Image.Image) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Where the first and the second bar of the first row are, found by their dark pixels."""
    column = picture.width // 2
    rows = [y for y in range(picture.height // 2) if picture.getpixel((column - 200, y)) < 250]
    middle = (rows[0] + rows[-1]) // 2
    left, right = column - 260, column - 60
    return (left, rows[0], right, middle), (left, middle, right, rows[-1])


def test_without_fonts_it_says_what_to_do(tmp_path: Path):
    with pytest.raises(FormError, match="字体"):
        write_pdf(county_report(COUNTY), fonts=[tmp_path])
