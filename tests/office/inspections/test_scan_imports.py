"""From a scanner's file to findings: once, all or nothing, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from plumbline.kernel.errors import PlumblineError
from plumbline.office.findings.models import Finding
from plumbline.office.findings.services.transitions import move
from plumbline.office.inspections.models import Inspection, ScanHit, ScanImport
from plumbline.office.inspections.services import scan_importing, scan_jobs, scans
from plumbline.office.units.models import Asset
from plumbline.office.units.services.assets import save_asset
from tests.office.inspections.scan_files import CSV, nessus, nmap, sarif

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
State = ScanImport.State
PLUGINS = ("10001", "10002", "10003")


def asset(cast: Any, unit: Any, value: str, kind: str = "ip") -> Asset:
    return save_asset(Asset(unit=unit, kind=kind, value=value), actor=cast.staff)


def uploaded(cast: Any, data: bytes, *, name: str = "scan.nessus", **more: Any) -> ScanImport:
    return scans.upload(file=ContentFile(data, name=name), actor=cast.staff, now=NOW, **more)


def worked(scan: ScanImport, now: datetime = NOW) -> ScanImport:
    scan.refresh_from_db()
    scan_jobs.run(scan_id=scan.pk, attempt=scan.attempt, clock=lambda: now)
    scan.refresh_from_db()
    return scan


def imported(
    cast: Any, data: bytes, *, close: bool = True, now: datetime = NOW, actor: Any = None, **more: Any
) -> ScanImport:
    scan = worked(uploaded(cast, data, **more), now)
    assert scan.state == State.READY, scan.problem
    scans.confirm(scan=scan, options={"close": close}, actor=actor or cast.staff)
    scan = worked(scan, now)
    assert scan.state == State.DONE, scan.problem
    return scan


def test_results_become_findings_of_the_unit_whose_asset_it_is(cast):
    mine = asset(cast, cast.school, "10.8.1.0/24")
    asset(cast, cast.town, "10.9.0.0/16")
    data = nessus({"10.8.1.20": [("10001", 4, 443)], "10.9.1.1": [("10002", 2, 80)]})
    scan = imported(cast, data)
    assert (scan.read, scan.raised, scan.unmatched) == (2, 2, 0)
    finding = Finding.objects.get(unit=cast.school)
    assert finding.asset == mine
    assert finding.severity == "critical"
    assert finding.place == "10.8.1.20:443/tcp"
    assert finding.state == Finding.State.NEW
    assert "CVE-2024-10001" in finding.detail
    assert Finding.objects.get(unit=cast.town).severity == "medium"


def test_nothing_is_raised_before_a_person_confirms(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, nessus({"10.8.1.20": [("10001", 4, 443), ("10002", 0, 443)]})))
    assert scan.state == State.READY
    assert not Finding.objects.exists()
    assert scan.summary["raised"] == 1
    assert scan.summary["severities"] == {"critical": 1, "high": 0, "medium": 0, "low": 0, "info": 1}
    assert scan.summary["hosts"][0]["unit"] == str(cast.school)


def test_informational_results_are_counted_and_left_out_unless_wanted(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    data = nessus({"10.8.1.20": [("10001", 0, 443), ("10002", 3, 443)]})
    scan = imported(cast, data)
    assert (scan.raised, scan.skipped) == (1, 1)
    wanted = worked(uploaded(cast, data))
    scans.confirm(scan=wanted, options={"info": True}, actor=cast.staff)
    wanted = worked(wanted)
    assert (wanted.raised, wanted.seen_again, wanted.skipped) == (1, 1, 0)
    assert Finding.objects.get(title="Weakness 10001").severity == "low"


def test_the_same_report_twice_changes_nothing(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    data = nessus({"10.8.1.20": [("10001", 4, 443), ("10002", 2, 80)]}, plugins=PLUGINS)
    imported(cast, data)
    before = list(Finding.objects.order_by("pk").values("pk", "number", "state", "title"))
    scan = imported(cast, data, now=NOW + timedelta(days=1))
    assert (scan.raised, scan.seen_again, scan.closed) == (0, 2, 0)
    assert list(Finding.objects.order_by("pk").values("pk", "number", "state", "title")) == before
    assert any("同一份文件" in note for note in scan.notes)


def test_what_is_gone_is_closed_only_where_it_was_looked_for(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    first = nessus(
        {
            "10.8.1.20": [("10001", 4, 443), ("10002", 2, 80), ("10003", 2, 80)],
            "10.8.1.21": [("10001", 4, 443)],
        },
        plugins=PLUGINS,
    )
    imported(cast, first)
    # the second scan did not reach 10.8.1.21, and did not try 10003
    again = nessus({"10.8.1.20": [("10002", 2, 80)]}, plugins=("10001", "10002"), stamp=1_700_100_000)
    scan = imported(cast, again, now=NOW + timedelta(days=1))
    assert (scan.raised, scan.seen_again, scan.closed) == (0, 1, 1)
    gone = Finding.objects.get(state=Finding.State.CLOSED)
    assert gone.place == "10.8.1.20:443/tcp"
    assert gone.closing == Finding.Closing.GONE
    assert Finding.objects.exclude(state=Finding.State.CLOSED).count() == 3


def test_an_inside_address_of_another_unit_is_not_taken_for_examined(cast):
    asset(cast, cast.school, "192.168.1.0/24")
    imported(cast, nessus({"192.168.1.20": [("10001", 3, 443)]}), unit=cast.school)
    imported(cast, nessus({"192.168.1.20": [("10002", 3, 443)]}), unit=cast.town)
    scan = imported(cast, nessus({"192.168.1.20": []}))
    assert scan.closed == 1
    assert Finding.objects.get(unit=cast.town).state == Finding.State.NEW
    assert Finding.objects.get(unit=cast.school).state == Finding.State.CLOSED


def test_a_scan_of_some_ports_closes_nothing_on_the_others(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    whole = nmap("1-65535", (22, 8443))
    imported(cast, whole, name="a.xml", close=True)
    raised = worked(uploaded(cast, whole, name="b.xml"))
    scans.confirm(scan=raised, options={"info": True}, actor=cast.staff)
    worked(raised)
    ping = nmap("", ()).replace(b'<scaninfo type="syn" protocol="tcp" services=""/>', b"")
    assert imported(cast, ping, name="ping.xml").closed == 0
    scan = imported(cast, nmap("1-1000", ()), name="c.xml")
    assert scan.closed == 1
    assert Finding.objects.get(place="10.8.1.20:22/tcp").state == Finding.State.CLOSED
    assert Finding.objects.get(place="10.8.1.20:8443/tcp").state == Finding.State.NEW


def test_a_host_that_is_clean_now_closes_its_findings(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    imported(cast, nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS))
    scan = imported(cast, nessus({"10.8.1.20": []}, plugins=PLUGINS, stamp=1_700_100_000))
    assert scan.closed == 1
    assert Finding.objects.get().state == Finding.State.CLOSED


def test_what_comes_back_is_opened_again_with_its_history(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    found = nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS)
    imported(cast, found)
    imported(cast, nessus({"10.8.1.20": []}, plugins=PLUGINS, stamp=1_700_100_000))
    back = nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS, stamp=1_700_200_000)
    scan = imported(cast, back)
    finding = Finding.objects.get()
    assert (scan.raised, scan.reopened) == (0, 1)
    assert finding.reopened == 1
    assert [event.act for event in finding.events.order_by("pk")] == ["raise", "gone", "reopen"]


def test_an_older_report_does_not_propose_to_close_anything(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    imported(cast, nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS, stamp=1_700_200_000))
    scan = worked(uploaded(cast, nessus({"10.8.1.20": []}, plugins=PLUGINS, stamp=1_700_000_000)))
    assert scan.summary["close"] is False
    assert any("更晚" in note for note in scan.notes)


def test_a_dismissed_finding_stays_dismissed(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    data = nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS)
    imported(cast, data)
    move(finding=Finding.objects.get(), act="dismiss", actor=cast.staff, now=NOW, note="误报")
    scan = imported(cast, data, now=NOW + timedelta(days=1))
    assert scan.raised == 0
    assert Finding.objects.get().state == Finding.State.DISMISSED


def test_hosts_without_a_unit_are_listed_and_raised_once_they_are_assigned(cast):
    scan = imported(cast, nessus({"10.8.1.20": [("10001", 4, 443), ("10002", 2, 80)]}))
    assert (scan.raised, scan.unmatched) == (0, 2)
    assert list(scan.unmatched_hosts.values_list("host", "results")) == [("10.8.1.20", 2)]
    registered, refused = scans.assign_hosts(
        scan=scan, hosts=["10.8.1.20"], unit=cast.school, actor=cast.staff
    )
    assert (registered, refused) == (1, [])
    scan = worked(scan)
    assert (scan.state, scan.raised, scan.unmatched) == (State.DONE, 2, 0)
    assert set(Finding.objects.values_list("asset__value", flat=True)) == {"10.8.1.20"}


def test_a_report_of_one_unit_leaves_what_belongs_to_another(cast):
    asset(cast, cast.town, "www.town.example.cn", "domain")
    asset(cast, cast.town, "192.168.1.0/24")
    data = nessus({"www.town.example.cn": [("10001", 4, 443)], "192.168.1.7": [("10002", 3, 80)]})
    scan = imported(cast, data, unit=cast.school)
    # the private address is the school's own, whoever else uses the same one inside
    assert list(Finding.objects.values_list("unit", "place")) == [(cast.school.pk, "192.168.1.7:80/tcp")]
    other = scan.unmatched_hosts.get(host="www.town.example.cn")
    assert other.owner == cast.town


def test_code_findings_carry_the_target_that_a_person_named(cast):
    data = sarif([("R1", "error", "app/a.py"), ("R2", "note", "app/b.py")], rules=("R1", "R2", "R3"))
    scan = imported(cast, data, unit=cast.school, target="门户网站代码", name="a.sarif")
    assert scan.raised == 2
    assert Finding.objects.get(severity="high").place == "门户网站代码 app/a.py:3"
    again = sarif([("R2", "note", "app/b.py")], rules=("R1", "R2", "R3"))
    assert imported(cast, again, unit=cast.school, target="门户网站代码", name="b.sarif").closed == 1


def test_code_findings_without_a_target_never_close_anything(cast):
    imported(cast, sarif([("R1", "error", "a.py")], rules=("R1",)), unit=cast.school, name="a.sarif")
    scan = imported(cast, sarif([], rules=("R1",)), unit=cast.school, name="b.sarif")
    assert scan.closed == 0
    assert any("扫描对象" in note for note in scan.notes)


def test_an_unknown_table_asks_what_its_columns_are_and_remembers(cast):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, CSV, name="rsas.csv"))
    assert scan.state == State.MAPPING
    columns = {
        "host": "IP地址",
        "title": "漏洞名称",
        "severity": "危险级别",
        "port": "端口",
        "advice": "修复建议",
    }
    scans.explain_columns(
        scan=scan, columns=columns, severities={"三级": "medium"}, name="RSAS", actor=cast.staff
    )
    scan = worked(scan)
    assert scan.state == State.READY
    assert scan.summary["severities"]["high"] == 1
    assert scan.summary["severities"]["medium"] == 1
    following = worked(uploaded(cast, CSV + b"10.8.1.22,x,\xb8\xdf,1,y\n", name="another.csv"))
    assert following.state == State.READY
    assert following.mapping.name == "RSAS"


def test_a_dangerous_or_damaged_report_is_refused_with_a_sentence(cast):
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    bomb = declared + b"<NessusClientData_v2>&a;</NessusClientData_v2>"
    scan = worked(uploaded(cast, bomb))
    assert scan.state == State.FAILED
    assert "ENTITY" in scan.problem
    cut = nessus({"10.8.1.20": [("10001", 4, 443)]})[:-30]
    scan = worked(uploaded(cast, cut))
    assert scan.state == State.FAILED
    assert "不是完整的 XML" in scan.problem
    assert scan.problem_advice


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_can_begin_again(cast, monkeypatch):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, nessus({"10.8.1.20": [("10001", 4, 443)]})))
    scans.confirm(scan=scan, options={}, actor=cast.staff)
    scan.refresh_from_db()

    class Killed(BaseException):
        pass

    def killed(*_args: Any, **_more: Any) -> None:
        raise Killed

    # after the findings were written, before the import says that it is done
    with monkeypatch.context() as patch:
        patch.setattr(scan_importing, "keep_unmatched", killed)
        with pytest.raises(Killed):
            scan_jobs.run(scan_id=scan.pk, attempt=scan.attempt, clock=lambda: NOW)
    scan.refresh_from_db()
    assert scan.state == State.RUNNING
    assert not Finding.objects.exists()
    assert not ScanHit.objects.exists()
    assert not scan_jobs.interrupted(scan, now=NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=10)
    assert scan_jobs.interrupted(scan, now=later)
    scans.again(scan=scan, actor=cast.staff, now=later)
    scan = worked(scan, later)
    assert (scan.state, scan.raised) == (State.DONE, 1)


def test_a_worker_whose_attempt_was_given_up_saves_nothing(cast, monkeypatch):
    asset(cast, cast.school, "10.8.1.0/24")
    scan = worked(uploaded(cast, nessus({"10.8.1.20": [("10001", 4, 443)]})))
    scans.confirm(scan=scan, options={}, actor=cast.staff)
    scan.refresh_from_db()
    write = scan_importing.write

    def overtaken(**more: Any) -> None:
        write(**more)
        ScanImport.objects.filter(pk=scan.pk).update(attempt=scan.attempt + 1)

    monkeypatch.setattr(scan_importing, "write", overtaken)
    scan_jobs.run(scan_id=scan.pk, attempt=scan.attempt, clock=lambda: NOW)
    assert not Finding.objects.exists()


def test_withdrawing_dismisses_what_nobody_confirmed_and_opens_what_was_closed(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    imported(cast, nessus({"10.8.1.20": [("10001", 4, 443)]}, plugins=PLUGINS))
    data = nessus({"10.8.1.20": [("10002", 3, 80), ("10003", 3, 81)]}, plugins=PLUGINS, stamp=1_700_100_000)
    scan = imported(cast, data)
    assert (scan.raised, scan.closed) == (2, 1)
    move(finding=Finding.objects.get(title="Weakness 10003"), act="confirm", actor=cast.staff, now=NOW)
    scans.withdraw(scan=scan, reason="传错了文件", actor=cast.staff)
    scan = worked(scan)
    assert scan.state == State.WITHDRAWN
    states = dict(Finding.objects.values_list("title", "state"))
    assert states == {
        "Weakness 10001": Finding.State.NEW,
        "Weakness 10002": Finding.State.DISMISSED,
        "Weakness 10003": Finding.State.CONFIRMED,
    }


def test_refused_turns_say_why(cast):
    scan = worked(uploaded(cast, nessus({"10.8.1.20": []})))
    with pytest.raises(scans.ScanError, match="撤销"):
        scans.withdraw(scan=scan, reason="x", actor=cast.staff)
    scans.cancel(scan=scan, actor=cast.staff)
    with pytest.raises(scans.ScanError, match="已放弃"):
        scans.confirm(scan=scan, options={}, actor=cast.staff)
    with pytest.raises(scans.ScanError, match="不能放弃"):
        scans.cancel(scan=scan, actor=cast.staff)
    with pytest.raises(scans.ScanError, match="不能重新开始"):
        scans.again(scan=scan, actor=cast.staff, now=NOW)


def test_no_report_goes_into_an_inspection_that_has_ended(cast):
    ended = Inspection.objects.create(
        number="JC-2026-0001", unit=cast.school, method="expert", state="done", planned_from=NOW.date(),
        planned_to=NOW.date(),
    )  # fmt: skip
    with pytest.raises(PlumblineError, match="已结束"):
        uploaded(cast, nessus({}), inspection=ended)


def test_only_those_who_may_confirm_skip_the_confirmation(cast):
    asset(cast, cast.school, "10.8.0.0/16")
    data = nessus({"10.8.1.20": [("10001", 4, 443)]})
    scan = worked(uploaded(cast, data))
    confirmed = scans.confirm(scan=scan, options={"confirmed": True}, actor=cast.expert)
    assert confirmed.options["confirmed"] is False
    worked(scan)
    assert Finding.objects.get().state == Finding.State.NEW


def test_a_step_that_failed_later_leaves_the_import_to_be_taken_back(cast, monkeypatch):
    asset(cast, cast.school, "10.8.0.0/16")
    scan = imported(cast, nessus({"10.8.1.20": [("10001", 4, 443)], "10.9.1.1": [("10002", 4, 443)]}))
    scans.assign_hosts(scan=scan, hosts=["10.9.1.1"], unit=cast.town, actor=cast.staff)

    def broken(**_more: Any) -> None:
        raise scans.ScanError("磁盘已满", advice="请清理后重试。")

    with monkeypatch.context() as patch:
        patch.setattr(scan_importing, "write", broken)
        scan = worked(scan)
    assert (scan.state, scan.problem, scan.raised) == (State.FAILED, "磁盘已满", 1)
    with pytest.raises(scans.ScanError, match="不能放弃"):
        scans.cancel(scan=scan, actor=cast.staff)
    scans.withdraw(scan=scan, reason="不要了", actor=cast.staff)
    assert worked(scan).state == State.WITHDRAWN
    assert Finding.objects.get().state == Finding.State.DISMISSED
