"""Two people, or a person and the worker, at the same plan: nothing is lost, nothing unseen is approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from documents import plan_text

from plumbline.kernel.plans import document as kernel
from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.finding import Finding
from plumbline.kernel.plans.target import parse
from plumbline.office.accounts.models import User
from plumbline.office.files.services import keep_unchecked
from plumbline.office.targets.models import ImportJob, Indicator, PlanVersion
from plumbline.office.targets.services import import_jobs
from plumbline.office.targets.services import recheck as rechecking
from plumbline.office.targets.services.errors import PlanError
from plumbline.office.targets.services.findings import accept
from plumbline.office.targets.services.identity import Lines
from plumbline.office.targets.services.mending import mend, undo
from plumbline.office.targets.services.readings import approve_reading, propose, withdraw
from plumbline.office.targets.services.versions import adjust
from plumbline.office.units.models import Unit
from tests.office.targets.factories import make_plan, make_unit
from tests.office.targets.plans.conftest import NOW

NAME = "中共示例县委网络安全和信息化委员会办公室"
Load = Callable[..., PlanVersion]


def job_for(staff: User, data: bytes, **answers: Any) -> ImportJob:
    kept = keep_unchecked(SimpleUploadedFile("示例县.txt", data), user=staff)
    return ImportJob.objects.create(file=kept, made_by=staff, answers=answers)


def run(job: ImportJob) -> ImportJob:
    import_jobs.run(job_id=job.pk, attempt=job.attempt)
    job.refresh_from_db()
    return job


def again(job: ImportJob, staff: User, **answers: Any) -> ImportJob:
    import_jobs.again(job=job, actor=staff, now=timezone.now(), answers=answers)
    job.refresh_from_db()
    return run(job)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[PlanDocument]:
    """The documents that were checked again."""
    seen: list[PlanDocument] = []
    check = rechecking.check

    def watched(document: PlanDocument) -> Any:
        seen.append(document)
        return check(document)

    monkeypatch.setattr(rechecking, "check", watched)
    return seen


def vague(version: PlanVersion) -> Indicator:
    return Indicator.objects.get(project__version=version, level3="问题整改率", origin="table")


def test_a_worker_stopped_after_saving_leaves_no_plan_that_nobody_knows_of(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Unit.objects.create(name=NAME)
    job = job_for(staff, plan_text())
    write = import_jobs.write

    def stopped(**given: Any) -> None:
        write(**given)
        raise KeyboardInterrupt

    monkeypatch.setattr(import_jobs, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        import_jobs.run(job_id=job.pk, attempt=0)
    monkeypatch.setattr(import_jobs, "write", write)
    assert not PlanVersion.objects.exists()


def test_only_the_draft_that_was_asked_about_is_replaced(staff: User) -> None:
    Unit.objects.create(name=NAME)
    run(job_for(staff, plan_text()))
    job = run(job_for(staff, plan_text(budget="180000.00")))
    assert job.questions == ["replace"]
    draft = PlanVersion.objects.get()
    # Meanwhile a colleague mends the draft.
    mend(
        subject=draft.projects.first(), values={"use": "检查服务费20万元"}, reason="核对", revision=1,
        actor=staff, now=NOW,
    )  # fmt: skip
    job = again(job, staff, replace=True, reason="换成正式稿")
    assert (job.state, job.questions) == ("waiting", ["replace"])
    assert PlanVersion.objects.get() == draft
    assert again(job, staff, replace=True, reason="换成正式稿").state == "done"
    draft.refresh_from_db()
    assert draft.state == "discarded"


def test_the_check_sees_a_mended_organisation(
    draft: PlanVersion, staff: User, checked: list[PlanDocument]
) -> None:
    (made,) = mend(
        subject=draft, values={"organisation_name": "示例县委网信办"}, reason="更名", revision=1, actor=staff,
        now=NOW,
    )  # fmt: skip
    assert checked[-1].organisation.name == "示例县委网信办"
    undo(correction=made, revision=2, actor=staff, now=NOW)
    assert checked[-1].organisation.name == NAME


def test_a_proposed_reading_leaves_no_check_outstanding(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    propose(indicator=vague(draft), reading="≥95%", reason="参照上年", actor=staff, now=NOW)
    draft.refresh_from_db()
    assert draft.checked_revision == draft.revision == 2
    approve_reading(indicator=vague(draft), actor=leader, now=NOW)
    propose(indicator=vague(draft), reading="≥90%", reason="参照前年", actor=staff, now=NOW)
    assert draft.findings.get(rule="vague-value").state == "open"


def test_a_reading_that_was_changed_meanwhile_is_not_approved(
    draft: PlanVersion, staff: User, leader: User
) -> None:
    propose(indicator=vague(draft), reading="≥95%", reason="参照上年", actor=staff, now=NOW)
    propose(indicator=vague(draft), reading="≥50%", reason="参照上年", actor=staff, now=NOW)
    with pytest.raises(PlanError, match="已改为“≥50%”"):
        approve_reading(indicator=vague(draft), actor=leader, now=NOW, seen="≥95%")
    assert vague(draft).reading_approved_at is None
    approve_reading(indicator=vague(draft), actor=leader, now=NOW, seen="≥50%")
    withdraw(indicator=vague(draft), reason="重议", actor=staff, now=NOW)


def test_an_acceptance_ends_when_the_finding_says_something_else(load: Load, staff: User) -> None:
    version = load(budget="199999.99")
    finding = version.findings.get(rule="text-table-amount", severity="error")
    accept(version=version, findings=[finding.pk], reason="差一分，四舍五入", actor=staff, now=NOW)
    project = version.projects.get(name="网络安全检查")
    mend(subject=project, values={"use": "检查服务费20万元"}, reason="核对", revision=1, actor=staff, now=NOW)
    finding.refresh_from_db()
    assert finding.state == "accepted"
    said = Finding(finding.rule, "error", tuple(finding.lines), "差 100,000.00 元", "请更正。")
    rechecking.reconcile(version, [said], actor=staff, now=NOW)
    finding.refresh_from_db()
    assert (finding.state, finding.disposition) == ("open", "")


def test_a_row_cannot_be_moved_into_a_frozen_version(approved: PlanVersion, staff: User) -> None:
    draft = adjust(plan=approved.plan, reason="追减", actor=staff)
    indicator = Indicator.objects.filter(project__version=draft).first()
    there, project = approved.projects.first(), draft.projects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.filter(pk=indicator.pk).update(project=there, line=indicator.line)
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.goals.update(version=approved)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(project).objects.filter(pk=project.pk).update(version=approved)


@pytest.mark.parametrize(
    "change",
    [
        {"approved_at": None},
        {"approved_by": None},
        {"reason": "另一事由"},
        {"organisation_aliases": ["别称"]},
    ],
)
def test_what_an_approval_says_is_frozen_too(approved: PlanVersion, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        PlanVersion.objects.filter(pk=approved.pk).update(**change)


def test_a_superseded_version_does_not_come_back(approved: PlanVersion) -> None:
    PlanVersion.objects.filter(pk=approved.pk).update(state="superseded")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        PlanVersion.objects.filter(pk=approved.pk).update(state="approved")


def test_projects_with_one_code_keep_their_own_lines(staff: User) -> None:
    """A code that stands twice is an error of the document; payments must not lose their project by it."""
    built = make_plan(unit=make_unit(), user=staff, state=PlanVersion.State.DRAFT)
    built.version.projects.update(code="P-001")
    lines = Lines(built.plan, previous=built.version)
    asked = list(reversed(built.projects))
    found = lines.projects([("P-001", project.name) for project in asked])
    assert found == [project.line for project in asked]


def test_an_indicator_is_not_taken_by_a_namesake(staff: User) -> None:
    """Two indicators of one name and different levels keep their own values, in whatever order they come."""
    built = make_plan(unit=make_unit(), user=staff, state=PlanVersion.State.DRAFT)
    row = built.indicators()[0]
    lines = Lines(built.plan, previous=built.version)
    said = kernel.Indicator(
        level1=row.level1, level2="时效指标", level3=row.level3, description=None, target=parse("≥1次"),
        basis=None, weight=None, origin=row.origin, lines=(),
    )  # fmt: skip
    own = replace(said, level2=row.level2, description=row.description or None)
    assert lines.indicators(row.project.line, [said, own])[1] == row.line
