from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from plumbline.kernel.plans.checking import check
from plumbline.kernel.plans.reading import read_plan
from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.commands.sample import show
from plumbline.office.findings.models import (
    Escalation,
    Extension,
    Finding,
    FindingEvent,
    Notice,
    NoticeEvent,
    RiskAcceptance,
)
from plumbline.office.inspections.access import visible_inspections
from plumbline.office.inspections.models import (
    Answer,
    AnswerFile,
    AnswerSheet,
    Draw,
    Inspection,
    InspectionReport,
    ScanImport,
)
from plumbline.office.inspections.services.draws import check as check_draw
from plumbline.office.sample.description import describe
from plumbline.office.sample.loading import load_sample
from plumbline.office.targets.models import (
    Evaluation,
    IndicatorValue,
    MonitoringNote,
    Payment,
    Plan,
    PlanFinding,
    PlanVersion,
)
from plumbline.office.targets.queries.plans import visible_plans
from plumbline.office.targets.queries.values import tracked_indicators
from plumbline.office.targets.services.evaluation_freezing import replay
from plumbline.office.targets.services.verifying import verify
from plumbline.office.units.models import Asset, Contact, SheetImport, System, Unit
from plumbline.office.units.queries.completeness import completeness


@pytest.mark.parametrize("name", ["office-2025", "office-2026"])
def test_the_offices_own_plans_are_without_flaws(name: str) -> None:
    described = describe(name)
    found = check(read_plan(described.file_name(), described.document()))
    assert [f for f in found if f.severity in ("error", "warning")] == []


def test_the_draft_shows_what_checks_find() -> None:
    described = describe("education-2026")
    rules = {f.rule for f in check(read_plan(described.file_name(), described.document()))}
    assert {"placeholder", "vague-value", "negative-event", "breakdown-sum", "unit-misfit"} <= rules


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_user("admin", "x", full_name="管理员", role=Role.ADMINISTRATOR)


NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def states(model: type[Model], field: str = "state") -> set[str]:
    return set(model.objects.values_list(field, flat=True))


def test_the_sample_shows_a_year_in_progress_and_a_finished_one(administrator, client) -> None:
    loaded = load_sample(actor=administrator, now=NOW)
    User.objects.update(password_state=User.PasswordState.OWN)
    people = {person.username: person for person, _password in loaded.people}
    the_plans_are_there(loaded.plans)
    the_register_is_there()
    every_state_of_the_loop_is_there()
    nothing_lies_in_the_future()
    values_are_taken_from_records()
    every_list_has_rows(client, people["liqiang"])
    everybody_finds_something_under_way(people)
    a_reason_fits_its_finding()
    a_liaison_sees_only_the_own_unit(client, people["liufang"], "县教育局")
    a_liaison_sees_only_the_own_unit(client, people["zhoumin"], "县人民医院")


def the_plans_are_there(count: int) -> None:
    assert count == PlanVersion.objects.count() == 3
    states = PlanVersion.objects.values_list("plan__year", "plan__unit__short_name", "state").order_by("plan")
    assert sorted(states) == [
        (2025, "示例县委网信办", "approved"),
        (2026, "县教育局", "draft"),
        (2026, "示例县委网信办", "approved"),
    ]
    assert Payment.objects.filter(paid_on__year=2026).exists()
    assert IndicatorValue.objects.exclude(unmeasured="").exists()
    assert MonitoringNote.objects.filter(indicator_line=None).exists()
    assert PlanFinding.objects.filter(state="open", severity="error").exists()
    frozen = Evaluation.objects.filter(state="frozen")
    assert frozen.count() == 3
    assert all(Decimal(90) <= e.total <= 100 for e in frozen)
    assert all(replay(e).same for e in frozen)
    assert Evaluation.objects.filter(state="draft").count() == 1


def the_register_is_there() -> None:
    assert Unit.objects.count() == 26
    assert Unit.objects.get(short_name="青山乡").merged_into == Unit.objects.get(short_name="柳河镇")
    assert Unit.objects.filter(parent__short_name="县教育局").count() == 4
    found = completeness(Unit.objects.filter(state=Unit.State.ACTIVE))
    lacks = {rule.key for each in found.values() for rule in each.missing}
    assert {"account", "technical", "deputy", "levels", "staff_security", "systems"} <= lacks
    assert len({(each.filled, each.total) for each in found.values()}) >= 5
    assert 6 <= sum(each.is_complete for each in found.values()) <= 15
    assert Contact.objects.count() > 80 and System.objects.count() > 30 and Asset.objects.count() > 100
    assert Unit.objects.get(short_name="示例县委网信办").code == "901001"  # as its plan has it
    assert all(Contact.objects.values_list("mobile", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM units_contact")
        assert not [row for row in cursor.fetchall() if "199000" in str(row[0])]  # sealed at rest


def every_state_of_the_loop_is_there() -> None:
    assert states(Finding) == set(Finding.State.values)
    assert states(Finding, "closing") == {"", *Finding.Closing.values}
    assert Finding.objects.filter(reopened__gt=0).exists()
    assert states(Notice) == set(Notice.State.values)
    assert states(Notice, "kind") == set(Notice.Kind.values)
    assert states(Inspection) == set(Inspection.State.values)
    assert states(Inspection, "method") == set(Inspection.Method.values)
    assert {"asked", "granted", "refused"} <= states(Extension)
    assert {"asked", "active", "expired"} <= states(RiskAcceptance)
    assert {"due", "done"} <= states(Escalation)
    assert states(SheetImport) == {"refused", "done"}
    assert not SheetImport.objects.exclude(made_at__date="2026-11-12").exists()
    assert "10.28.8.300" in str(SheetImport.objects.get(state="refused").errors)
    assert states(ScanImport) == {"done"} and states(ScanImport, "tool") == {"nessus", "csv"}
    assert states(InspectionReport) == {"done"} and states(AnswerSheet) == {"done"}
    overdue = Finding.objects.filter(state__in=("notified", "returned"), due_on__lt=NOW.date())
    assert overdue.count() == 2
    [draw] = Draw.objects.all()
    assert check_draw(draw).is_same and draw.inspections.count() == draw.wanted == 4
    numbers = Notice.objects.filter(kind="rectify", approved_at__year=2026).values_list("number", flat=True)
    assert "示网信整改〔2026〕1号" in numbers
    received = Notice.objects.filter(state="received")
    assert all(n.approved_by_id != n.drafted_by_id and n.file_id for n in received)
    answers = Answer.objects.filter(inspection__method="self_check")
    assert {"yes", "partly", "no"} <= set(answers.values_list("value", flat=True))


def nothing_lies_in_the_future() -> None:
    today = NOW.date()
    assert not Payment.objects.filter(paid_on__gt=today).exists()
    assert not Inspection.objects.filter(finished_on__gt=today).exists()
    assert not FindingEvent.objects.filter(at__gt=NOW).exists()
    assert not NoticeEvent.objects.filter(at__gt=NOW).exists()


def values_are_taken_from_records() -> None:
    plan = Plan.objects.get(year=2026, unit__short_name="示例县委网信办")
    taken = IndicatorValue.objects.filter(evidence_set__isnull=False, state="current", checkpoint__plan=plan)
    assert taken.count() == 27  # nine metrics at three checkpoints
    last = {
        value.metric.partition("@")[0]: value
        for value in taken.filter(checkpoint__day="2026-10-31").exclude(metric__startswith="spend_amount")
    }
    assert last["units_inspected"].value == 24 and last["inspections_expert"].value == 5
    assert last["first_recheck_accepted"].value >= 90 and last["findings_rectified_on_time"].value >= 90
    version = plan.versions.get(state="approved")
    undecided = tracked_indicators(version).exclude(line__bindings__state="confirmed")
    assert not undecided.exists()
    assert all(report.is_sound for report in verify(plan))


#: the lists of the office, and where the rows stand
LISTS = (
    *("targets:plans", "targets:metrics", "units:list", "units:systems", "units:assets"),
    *("units:reminders", "units:assessments", "units:categories", "units:sheets"),
    *("findings:list", "findings:notices"),
    *("inspections:list", "inspections:plans", "inspections:scans", "inspections:scan_mappings"),
    *("inspections:checklists", "inspections:reports", "inspections:sheets", "inspections:interests"),
)


def every_list_has_rows(client: Client, staff: User) -> None:
    client.force_login(staff)
    for name in LISTS:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert re.search(r"<tbody[^>]*>\s*<tr", answer.content.decode()), f"{name} has no rows"


def everybody_finds_something_under_way(people: dict[str, User]) -> None:
    """The expert's test, the unit's self-check and the visit are begun, and not through."""
    visible = {name: visible_inspections(people[name], on=NOW.date()) for name in ("chensiyuan", "zhoumin")}
    assert not visible_plans(people["chensiyuan"]).exists()  # an outsider's business is the inspection alone
    [test] = visible["chensiyuan"]
    check = visible["zhoumin"].get(state="running")
    visit = Inspection.objects.get(state="running", unit__short_name="县热力公司", method="on_site")
    for inspection in (test, check, visit):
        answered = inspection.answers.exclude(value="").count()
        assert 5 <= answered < inspection.checklist.items.exclude(answer="").count()
        assert {"yes", "no"} <= set(inspection.answers.values_list("value", flat=True))
    assert test.inspectors.get(user=people["chensiyuan"]).ends_on > NOW.date()
    assert test.photos.exists() and visit.photos.filter(item__isnull=False).exists()
    assert AnswerFile.objects.filter(answer__inspection=check).exists()
    late = Inspection.objects.get(state="running", method="self_check", planned_to__lt=NOW.date())
    assert late.unit.short_name == "县热力公司" and late.answers.exists()


def a_reason_fits_its_finding() -> None:
    """Words about one finding stand at one finding: a controller's end of support excuses no port."""
    reasons = RiskAcceptance.objects.values_list("reason", flat=True)
    assert len(set(reasons)) == len(reasons) == 3
    port = RiskAcceptance.objects.get(finding__title__contains="数据库端口")
    assert "端口" in port.reason and "控制器" not in port.reason
    asked = Extension.objects.values_list("reason", flat=True)
    assert len(set(asked)) == len(asked) == 5
    returned = FindingEvent.objects.filter(after="returned").exclude(note="").values_list("note", flat=True)
    assert len(set(returned)) == len(returned) > 4


def a_liaison_sees_only_the_own_unit(client: Client, liaison: User, unit: str) -> None:
    client.force_login(liaison)
    others = set(Unit.objects.exclude(short_name=unit).values_list("name", flat=True))
    own = Unit.objects.get(short_name=unit).name
    for name in ("findings:list", "findings:notices", "inspections:list"):
        page = client.get(reverse(name)).content.decode()
        assert own in page or unit in page, name
        assert not [other for other in others if other in page], name
    foreign = Finding.objects.exclude(unit__short_name=unit).first()
    assert client.get(reverse("findings:finding", args=[foreign.pk])).status_code == 404


def test_what_lies_ahead_is_left_out(administrator) -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    load_sample(actor=administrator, now=now)
    assert not Payment.objects.filter(paid_on__gte="2026-04-02").exists()
    assert not IndicatorValue.objects.filter(checkpoint__day__gte="2026-06-30").exists()
    assert Inspection.objects.filter(state="done", finished_on__year=2026).exists()
    assert not Inspection.objects.filter(finished_on__gt="2026-04-01").exists()
    assert not FindingEvent.objects.filter(at__gt=now).exists()
    assert not Unit.objects.filter(state="merged").exists()
    expert = User.objects.get(username="chensiyuan")
    assert visible_inspections(expert, on=now.date()).filter(state="running").exists()


def test_who_can_sign_in_is_printed_with_a_password_each(administrator, capsys) -> None:
    loaded = load_sample(actor=administrator, now=datetime(2026, 1, 6, tzinfo=UTC))
    show(loaded)
    printed = capsys.readouterr().out
    for person, secret in loaded.people:
        assert f"{person.full_name}（{person.get_role_display()}）" in printed
        assert secret.password in printed and person.check_password(secret.password)
    accounts = User.objects.filter(role=Role.LIAISON).count()
    assert accounts == 2 + loaded.others and f"另有 {loaded.others} 位单位联络员" in printed


def test_it_loads_after_the_end_of_its_year_too(administrator) -> None:
    now = datetime(2027, 2, 10, 2, tzinfo=UTC)
    load_sample(actor=administrator, now=now)
    assert Evaluation.objects.filter(state="draft").count() == 1  # its last values wait for a person
    expert = User.objects.get(username="chensiyuan")
    assert visible_inspections(expert, on=now.date()).filter(state="running").exists()
