"""Reports on a year's inspections: what they count, and the files that come of it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import docx
import pdfplumber
import pytest

from plumbline.kernel.metrics.period import Period
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.gone import close_gone
from plumbline.office.findings.services.raising import Raised, raise_finding
from plumbline.office.inspections.models import Inspection, InspectionReport
from plumbline.office.inspections.services import reports
from plumbline.office.inspections.services.report_counts import Span
from plumbline.office.inspections.services.report_county import county_facts
from plumbline.office.inspections.services.report_unit import unit_facts
from plumbline.office.targets.measuring.scope import Scope
from plumbline.office.targets.metrics.units_inspected import units_inspected
from plumbline.office.targets.metrics.units_inspected_share import units_inspected_share
from plumbline.office.targets.models import Plan
from plumbline.office.units.models import Category, Unit
from plumbline.office.units.services.turns import close_unit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
SPAN = Span(2026, date(2026, 6, 30))


def inspection(cast: Any, unit: Any, number: str, **more: Any) -> Inspection:
    values = {
        "method": "on_site", "state": "done", "planned_from": date(2026, 3, 1),
        "planned_to": date(2026, 3, 31), "finished_on": date(2026, 3, 20), "score": Decimal("80"),
        "full_score": Decimal("100"),
    }  # fmt: skip
    return Inspection.objects.create(unit=unit, number=number, **{**values, **more})


def finding(
    cast: Any, unit: Any, title: str, *, at: datetime, severity: str = "high", confirmed: bool = True
) -> Any:
    raised = Raised(
        unit=unit, title=title, severity=severity, source="scan", source_name="t", fingerprint=title
    )
    return raise_finding(raised, actor=cast.staff, now=at, confirmed=confirmed)


def closed(cast: Any, one: Finding, *, at: datetime) -> None:
    scope = Finding.objects.filter(pk=one.pk)
    close_gone(source="scan", source_name="t", scope=scope, keep_fingerprints=set(), actor=cast.staff, now=at)


def year(cast: Any) -> None:
    """Two inspected units of three, four real findings, one of them put right; one of last year."""
    inspection(cast, cast.school, "JC-2026-0001")
    inspection(cast, cast.town, "JC-2026-0002", method="self_check", finished_on=date(2026, 4, 2), score=None)
    inspection(cast, cast.town, "JC-2026-0003", state="planned", finished_on=None, score=None)
    start = datetime(2026, 2, 1, 2, 0, tzinfo=UTC)
    closed(
        cast,
        finding(cast, cast.school, "弱口令", at=start, severity="critical"),
        at=start + timedelta(days=9),
    )
    finding(cast, cast.school, "未备份", at=start)
    finding(cast, cast.town, "弱口令 ", at=start, severity="critical")
    finding(cast, cast.town, "待确认的", at=start, confirmed=False)
    finding(cast, cast.office, "本办的", at=start)
    before = datetime(2025, 5, 1, 2, 0, tzinfo=UTC)
    closed(cast, finding(cast, cast.town, "去年的", at=before), at=before + timedelta(days=400))


def test_the_county_counts_units_inspections_and_findings_without_its_own(cast):
    year(cast)
    facts = county_facts(SPAN, issuer="网信办", grouping="unit")
    assert (facts.units, facts.inspected) == (2, 2)
    assert (facts.tally.found, facts.tally.rectified) == (3, 1)
    by_method = {one.title: (one.planned, one.done, one.on_time) for one in facts.methods}
    assert by_method["现场检查"] == (2, 1, 1)
    assert by_method["单位自查"] == (1, 1, 0)
    assert [(one.title, one.score) for one in facts.ranking] == [
        (str(cast.school), Decimal("80.0")),
        (str(cast.town), None),
    ]


def test_a_unit_inspected_and_then_closed_is_counted_as_the_indicator_counts_it(cast):
    year(cast)
    gone = Unit.objects.create(name="示例县撤销的中心", kind="enterprise")
    inspection(cast, gone, "JC-2026-0009")
    close_unit(gone, on=date(2026, 5, 20), reason="机构改革", actor=cast.staff)
    facts = county_facts(SPAN, issuer="网信办", grouping="unit")
    # of those in use: the share's; those that ended since are said beside it, and both are the indicator's
    assert (facts.units, facts.inspected, facts.ended_inspected) == (2, 2, 1)
    scope = Scope(Plan(unit=cast.office), None, "county", None, SPAN.as_of)
    period = Period(SPAN.start, SPAN.as_of)
    assert facts.inspected + facts.ended_inspected == units_inspected(scope, period).value
    share = units_inspected_share(scope, period)
    assert (facts.inspected, facts.units) == (share.numerator, share.denominator)
    # before it was closed it was one of those in use
    then = county_facts(Span(2026, date(2026, 4, 30)), issuer="网信办", grouping="unit")
    assert (then.units, then.inspected, then.ended_inspected) == (3, 3, 0)


def test_types_that_the_office_added_or_renamed_stand_in_the_counts(cast):
    Category.objects.create(group="type", key="utility", title="公用事业单位", ordinal=90)
    Category.objects.filter(group="type", key="township").update(title="镇街")
    Unit.objects.create(name="示例县自来水公司", kind="utility")
    facts = county_facts(SPAN, issuer="网信办", grouping="kind")
    assert {"公用事业单位", "镇街"} <= {row.title for row in facts.kinds}
    assert sum(row.units for row in facts.kinds) == facts.units


def test_a_past_day_is_counted_as_it_stood_then(cast):
    year(cast)
    then = county_facts(Span(2026, date(2026, 2, 5)), issuer="网信办", grouping="unit")
    assert (then.tally.found, then.tally.rectified) == (3, 0)
    # last year's finding was closed only this June: on the same day of last year it was open
    last = county_facts(Span(2026, date(2026, 6, 30)), issuer="网信办", grouping="unit").last_year
    assert last is not None
    assert (last.found, last.rectified) == (1, 0)


def test_a_unit_without_records_of_last_year_is_not_compared(cast):
    year(cast)
    assert unit_facts(cast.school, SPAN).last_year is None
    assert unit_facts(cast.town, SPAN).last_year is not None


def test_the_units_findings_are_listed_by_severity(cast):
    year(cast)
    facts = unit_facts(cast.school, SPAN)
    assert [(one.title, one.state) for one in facts.findings] == [("弱口令", "已整改"), ("未备份", "待通报")]
    assert facts.scored == "JC-2026-0001"
    assert [(one.title, one.found) for one in facts.severities][:2] == [("严重", 1), ("高", 1)]


def test_the_count_of_queries_does_not_grow_with_units(cast, django_assert_max_num_queries):
    year(cast)
    with django_assert_max_num_queries(25):
        county_facts(SPAN, issuer="网信办", grouping="kind")
    for number in range(20):
        finding(cast, cast.town, f"问题 {number}", at=NOW)
        inspection(cast, cast.town, f"JC-2026-1{number:03d}")
    with django_assert_max_num_queries(25):
        county_facts(SPAN, issuer="网信办", grouping="kind")


def written(cast: Any, **more: Any) -> InspectionReport:
    report = reports.request_report(year=2026, actor=cast.staff, now=NOW, **more)
    reports.run(report_id=report.pk, attempt=report.attempt, clock=lambda: NOW)
    report.refresh_from_db()
    assert report.state == InspectionReport.State.DONE, report.problem
    return report


def content(report: InspectionReport) -> io.BytesIO:
    from plumbline.office.files.services import open_file

    with open_file(report.file) as stream:
        return io.BytesIO(stream.read())


def test_the_circular_as_word_names_its_counts_and_how_they_were_made(cast):
    year(cast)
    report = written(cast, kind="county", file_format="docx")
    document = docx.Document(content(report))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "关于2026年网络安全检查情况的通报" in text
    assert "检查覆盖率100.0%" in text
    assert "统计口径" in text
    assert cast.office.name in text
    assert len(document.inline_shapes) == 3
    assert "弱口令" in {cell.text for table in document.tables for cell in table.columns[1].cells}
    assert report.file.digest


def test_the_units_report_as_pdf_can_be_read(cast):
    year(cast)
    report = written(cast, kind="unit", file_format="pdf", unit=cast.school)
    with pdfplumber.open(content(report)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "").replace("\n", "")
    assert "2026年度网络安全检查报告" in text
    assert "区间内共发现并确认问题2项，已整改1项，整改率50.0%" in text
    assert "无法比较" in text


def test_an_empty_year_is_said_to_be_empty(cast):
    report = written(cast, kind="county", file_format="docx")
    text = "\n".join(paragraph.text for paragraph in docx.Document(content(report)).paragraphs)
    assert "整改率无数据" in text
    assert "没有逾期未整改的问题" in text


def test_a_day_outside_of_the_year_or_a_missing_unit_is_refused(cast):
    with pytest.raises(reports.ReportError, match="统计截止"):
        reports.request_report(
            kind="county", file_format="pdf", year=2026, as_of=date(2026, 12, 1), actor=cast.staff, now=NOW
        )
    with pytest.raises(reports.ReportError, match="单位"):
        reports.request_report(kind="unit", file_format="pdf", year=2026, actor=cast.staff, now=NOW)


def test_a_report_is_asked_for_shown_and_given_out(cast, signed_in):
    year(cast)
    client = signed_in(cast.staff)
    assert client.get("/inspections/reports/").status_code == 200
    assert client.get("/inspections/reports/new/").status_code == 200
    form = {"kind": "unit", "year": "2026", "file_format": "docx", "grouping": "unit"}
    assert client.post("/inspections/reports/new/", form).status_code == 422
    answer = client.post("/inspections/reports/new/", form | {"kind": "county"})
    assert answer.status_code == 302
    report = InspectionReport.objects.get()
    assert "等待后台处理" in client.get(answer.url).content.decode()
    reports.run(report_id=report.pk, attempt=0)
    page = client.get(answer.url).content.decode()
    report.refresh_from_db()
    assert report.file.digest in page
    assert client.get(f"/inspections/reports/{report.pk}/file/").status_code == 200
    assert client.get(f"/inspections/reports/{report.pk}/progress/").headers["HX-Refresh"] == "true"
    assert client.post(f"/inspections/reports/{report.pk}/delete/", {"reason": "重复"}).status_code == 302
    assert not InspectionReport.objects.exists()


def test_neither_experts_nor_liaisons_get_reports(cast, signed_in):
    report = written(cast, kind="county", file_format="pdf")
    for user in (cast.expert, cast.liaison, cast.other_liaison):
        for path in ("", "new/", f"{report.pk}/", f"{report.pk}/file/", f"{report.pk}/progress/"):
            assert signed_in(user).get(f"/inspections/reports/{path}").status_code in (403, 404)


def test_the_list_of_reports_asks_as_much_for_many_as_for_one(cast, signed_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.staff)
    made = {"kind": "unit", "file_format": "pdf", "year": 2026, "as_of": NOW.date(), "unit": cast.school}
    InspectionReport.objects.create(made_by=cast.staff, made_at=NOW, **made)
    client.get("/inspections/reports/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/inspections/reports/")
    InspectionReport.objects.bulk_create(
        InspectionReport(made_by=cast.staff, made_at=NOW, **made) for _ in range(30)
    )
    with django_assert_num_queries(len(one)):
        client.get("/inspections/reports/")
