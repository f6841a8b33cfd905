"""The same weakness in the next report: met again, left alone, or gone, and who is told whose a host is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.transitions import move
from plumbline.office.inspections.forms import scans as scan_forms
from plumbline.office.inspections.models import Inspection, Inspector, ScanHit, ScanImport
from plumbline.office.units.services import merge_units
from tests.office.inspections.scan_files import nessus, nmap
from tests.office.inspections.test_scan_imports import NOW, PLUGINS, asset, imported, uploaded, worked

pytestmark = pytest.mark.django_db
WEAK = {"10.8.1.20": [("10001", 4, 443)]}


def test_a_rescan_meets_the_finding_of_a_unit_that_was_merged(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    imported(cast, nessus(WEAK, plugins=PLUGINS))
    merge_units(cast.school, into=cast.town, on=date(2026, 5, 1), reason="批复", actor=cast.staff)
    for more in ({}, {"unit": cast.town}):
        scan = imported(cast, nessus(WEAK, plugins=PLUGINS, stamp=1_700_100_000), **more)
        assert (scan.raised, scan.seen_again) == (0, 1)
    assert Finding.objects.get().unit == cast.school
    gone = imported(cast, nessus({"10.8.1.20": []}, plugins=PLUGINS, stamp=1_700_200_000), unit=cast.town)
    assert gone.closed == 1


def test_a_rescan_meets_the_finding_of_an_asset_that_moved(cast):
    moved = asset(cast, cast.school, "10.8.1.0/24")
    imported(cast, nessus(WEAK, plugins=PLUGINS))
    moved.unit = cast.town
    moved.save()
    scan = imported(cast, nessus(WEAK, plugins=PLUGINS, stamp=1_700_100_000))
    assert (scan.raised, scan.seen_again) == (0, 1)
    # what is over stays with who mended it: the new unit has a finding of its own
    move(finding=Finding.objects.get(), act="confirm", actor=cast.staff, now=NOW)
    Finding.objects.update(state=Finding.State.CLOSED, closed_at=datetime(2023, 1, 1, tzinfo=UTC))
    assert imported(cast, nessus(WEAK, plugins=PLUGINS, stamp=1_700_200_000)).raised == 1
    assert set(Finding.objects.values_list("unit", flat=True)) == {cast.school.pk, cast.town.pk}


def test_another_units_finding_with_the_same_address_is_not_taken_for_ones_own(cast):
    asset(cast, cast.school, "192.168.1.0/24")
    asset(cast, cast.town, "192.168.1.0/24")
    data = nessus({"192.168.1.20": [("10001", 3, 443)]})
    imported(cast, data, unit=cast.school)
    assert imported(cast, data, unit=cast.town).raised == 1


def test_a_report_older_than_the_verification_opens_nothing(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    data = nessus(WEAK, plugins=PLUGINS, stamp=int((NOW - timedelta(days=9)).timestamp()))
    imported(cast, data)
    Finding.objects.update(
        state=Finding.State.CLOSED, closing=Finding.Closing.VERIFIED, closed_at=NOW - timedelta(days=2)
    )
    waiting = worked(uploaded(cast, data))
    assert (waiting.summary["older"], waiting.summary["reopened"]) == (1, 0)
    scan = imported(cast, data)
    assert (scan.raised, scan.reopened, scan.seen_again) == (0, 0, 0)
    assert Finding.objects.get().state == Finding.State.CLOSED
    assert scan.hits.get().kind == ScanHit.Kind.OLDER
    newer = nessus(WEAK, plugins=PLUGINS, stamp=int((NOW - timedelta(days=1)).timestamp()))
    assert imported(cast, newer).reopened == 1


def test_the_page_says_what_was_left_because_it_is_older(cast, signed_in):
    asset(cast, cast.school, "10.8.1.0/24")
    data = nessus(WEAK, plugins=PLUGINS, stamp=1_700_000_000)
    imported(cast, data)
    Finding.objects.update(state=Finding.State.CLOSED, closing=Finding.Closing.VERIFIED, closed_at=NOW)
    page = signed_in(cast.staff)
    ready = worked(uploaded(cast, data))
    assert "不会重新打开" in page.get(reverse("inspections:scan", args=[ready.pk])).content.decode()
    done = imported(cast, data)
    assert "没有重新打开" in page.get(reverse("inspections:scan", args=[done.pk])).content.decode()
    listed = page.get(reverse("inspections:scan_results", args=[done.pk]), {"kind": "older"})
    assert "Weakness 10001" in listed.content.decode()


def nuclei(*rows: tuple[str, bool]) -> bytes:
    return "\n".join(
        json.dumps(
            {
                "template-id": rule, "info": {"name": rule, "severity": "high"}, "host": "10.8.1.20",
                "matched-at": "10.8.1.20:443", "matcher-status": found,
            }
        )
        for rule, found in rows
    ).encode()  # fmt: skip


def test_nuclei_closes_only_what_it_says_it_tried(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    imported(cast, nuclei(("git-config", True), ("old-tls", True)), name="a.jsonl")
    scan = imported(cast, nuclei(("open-redirect", True)), name="b.jsonl")
    assert scan.closed == 0
    assert any("运行过哪些模板" in note for note in scan.notes)
    told = imported(cast, nuclei(("git-config", False)), name="c.jsonl")
    assert told.closed == 1
    assert Finding.objects.get(state=Finding.State.CLOSED).title == "git-config"


def scripts(args: str, *, weak: bool) -> bytes:
    output = '<script id="ssl-poodle" output="SSL POODLE&#xa;  State: VULNERABLE"/>' if weak else ""
    return nmap("1-1000", (443,), args=args).replace(b"</port>", f"{output}</port>".encode())


@pytest.mark.parametrize(
    ("args", "closed"),
    [
        ("nmap --script vuln", 0),
        ("nmap --script http-vuln*", 0),
        ("nmap --script=ssl-heartbleed,ssl-poodle", 1),
    ],
)
def test_nmap_closes_only_what_scripts_called_by_name_found(cast, args, closed):
    asset(cast, cast.school, "10.8.1.0/24")
    imported(cast, scripts("nmap --script vuln", weak=True), name="a.xml")
    scan = imported(cast, scripts(args, weak=False), name="b.xml")
    assert scan.closed == closed
    assert any("运行过哪些模板或脚本" in note for note in scan.notes) is not bool(closed)


def test_names_of_hosts_know_neither_case_nor_the_last_dot(cast):
    asset(cast, cast.school, "www.school.example.cn", "domain")
    imported(cast, nessus({"WWW.School.example.cn.": [("10001", 4, 443)]}, plugins=PLUGINS))
    again = imported(
        cast, nessus({"www.school.EXAMPLE.cn": [("10001", 4, 443)]}, plugins=PLUGINS, stamp=1_700_100_000)
    )
    assert (again.raised, again.seen_again) == (0, 1)
    gone = imported(cast, nessus({"Www.School.Example.CN": []}, plugins=PLUGINS, stamp=1_700_200_000))
    assert gone.closed == 1


@pytest.fixture
def visit(cast) -> Inspection:
    """A visit at the school with the expert of the cast."""
    made = Inspection.objects.create(
        number="检-9", unit=cast.school, state=Inspection.State.RUNNING,
        planned_from=date(2026, 5, 1), planned_to=date(2026, 6, 1),
    )  # fmt: skip
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2099, 1, 1)}
    Inspector.objects.create(inspection=made, user=cast.expert, **days)
    return made


def test_an_expert_is_not_told_whose_a_host_is(cast, signed_in, visit):
    asset(cast, cast.town, "www.town.example.cn", "domain")
    data = nessus({"www.town.example.cn": [("10001", 4, 443)]}, plugins=PLUGINS)
    scan = worked(uploaded(cast, data, inspection=visit))
    for name in ("scan", "scan_hosts"):
        url = reverse(f"inspections:{name}", args=[scan.pk])
        said = signed_in(cast.expert).get(url).content.decode()
        assert "属于其他单位" in said
        assert str(cast.town) not in said
        assert str(cast.town) in signed_in(cast.staff).get(url).content.decode()


def test_the_inspection_lists_what_its_scans_found(cast, signed_in, visit):
    asset(cast, cast.school, "10.8.1.0/24")
    imported(cast, nessus(WEAK, plugins=PLUGINS), inspection=visit)
    page = signed_in(cast.staff).get(reverse("inspections:inspection", args=[visit.pk])).content.decode()
    assert Finding.objects.get().number in page
    assert "Weakness 10001" in page


NESSUS_CSV = (
    "Plugin ID,CVE,CVSS v2.0 Base Score,Risk,Host,Protocol,Port,Name,Synopsis,Description,Solution,See Also,"
    "Plugin Output\n"
    '20007,CVE-2014-3566,7.1,High,10.8.1.20,tcp,443,"SSL Version 2 and 3",Old,About it.,Turn it off.,,\n'
    "19506,,,None,10.8.1.20,tcp,0,Nessus Scan Information,x,x,n/a,,\n"
)
OPENVAS_CSV = (
    "IP,Hostname,Port,Port Protocol,CVSS,Severity,QoD,Solution Type,NVT Name,Summary,Specific Result,NVT OID,"
    "CVEs,Task ID,Task Name,Timestamp,Result ID,Impact,Solution\n"
    "10.8.1.20,,443,tcp,7.5,High,80,Mitigation,SSL/TLS: old,About it.,x,1.3.6.1.4.1,CVE-2014-3566,1,t,"
    "2026-05-01T02:00:00Z,r,i,Turn it off.\n"
)
CHINESE_CSV = (
    "序号,主机/IP,端口,漏洞名称,风险等级,CVE编号,整改建议\n"
    "1,10.8.1.20,443,弱加密套件,高危,CVE-2014-3566,关闭旧协议\n"
)


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        (NESSUS_CSV.encode(), "Nessus CSV", "SSL Version 2 and 3"),
        (OPENVAS_CSV.encode(), "OpenVAS CSV", "SSL/TLS: old"),
        (CHINESE_CSV.encode("gb18030"), "漏洞清单", "弱加密套件"),
    ],
)
def test_tables_that_scanners_write_need_no_asking_and_may_be_corrected(cast, signed_in, text, name, title):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, text, name="t.csv"))
    assert scan.state == ScanImport.State.READY, scan.problem
    assert scan.mapping.name == name
    assert scan.summary["raised"] == 1
    page = signed_in(cast.staff).get(reverse("inspections:scan", args=[scan.pk])).content.decode()
    assert reverse("inspections:scan_columns", args=[scan.pk]) in page
    imported(cast, text, name="t.csv")
    finding = Finding.objects.get()
    assert (finding.title, finding.severity, finding.place) == (title, "high", "10.8.1.20:443/tcp")
    assert "CVE-2014-3566" in finding.detail


def test_a_word_for_a_severity_that_nobody_knows_is_asked_about(cast):
    scan = worked(uploaded(cast, CHINESE_CSV.replace("高危", "三级").encode(), name="t.csv"))
    assert scan.state == ScanImport.State.MAPPING


def test_the_brackets_of_a_choice_are_the_translators(visit, monkeypatch):
    monkeypatch.setattr(scan_forms, "_", lambda text: text.replace("（", " (").replace("）", ")"))
    said = scan_forms.InspectionChoice(queryset=Inspection.objects.all()).label_from_instance(visit)
    assert said.startswith("检-9")
    assert "（" not in said
