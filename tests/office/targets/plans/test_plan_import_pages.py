"""The import in the browser: upload, progress, questions, failures, interruption."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from documents import plan_text

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file
from plumbline.office.targets.models import ImportJob, Plan, PlanVersion
from plumbline.office.targets.services import import_jobs
from plumbline.office.units.models import Unit
from tests.office.targets.factories import make_user

NAME = "中共示例县委网络安全和信息化委员会办公室"
Upload = Callable[..., ImportJob]


@pytest.fixture
def client(staff: User) -> Client:
    client = Client()
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def upload(client: Client, at_once: None, django_capture_on_commit_callbacks: Any) -> Upload:
    """`upload(data)`: post a file; the worker does its work before it returns."""

    def post(data: bytes, *, name: str = "示例县.txt", **fields: Any) -> ImportJob:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(
                reverse("targets:import_new"), {"file": SimpleUploadedFile(name, data), **fields}
            )
        assert answer.status_code == 302, answer.content.decode()
        return ImportJob.objects.order_by("-pk").first()

    return post


@pytest.fixture
def again(client: Client, at_once: None, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def post(job: ImportJob, **answers: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("targets:import_again", args=[job.pk]), answers)
        job.refresh_from_db()
        return answer

    return post


def page(client: Client, job: ImportJob) -> Any:
    return client.get(reverse("targets:import_job", args=[job.pk]))


def test_a_document_of_a_known_unit_becomes_a_draft(client: Client, upload: Upload) -> None:
    Unit.objects.create(name=NAME)
    job = upload(plan_text())
    assert (job.state, job.percent) == ("done", 100)
    version = PlanVersion.objects.get()
    assert (job.version, version.source.name) == (version, "示例县.txt")
    answer = page(client, job)
    assert answer["Location"] == f"{reverse('targets:plan', args=[version.plan_id])}?v=1"
    review = client.get(answer["Location"]).content.decode()
    assert "已导入“示例县.txt”" in review and "网络安全检查" in review


def test_an_unknown_unit_is_confirmed_first(
    client: Client, upload: Upload, again: Callable[..., Any]
) -> None:
    job = upload(plan_text())
    assert (job.state, job.questions) == ("waiting", ["unit"])
    shown = page(client, job).content.decode()
    assert NAME in shown and "2 个项目" in shown
    assert not Plan.objects.exists()
    again(job, unit_id="")
    assert job.state == "done"
    assert Unit.objects.get().name == NAME


def test_a_registered_unit_may_be_chosen_instead(upload: Upload, again: Callable[..., Any]) -> None:
    unit = Unit.objects.create(name="示例县网信办")
    job = upload(plan_text())
    again(job, unit_id=unit.pk)
    assert PlanVersion.objects.get().plan.unit == unit


def test_a_draft_is_replaced_after_a_confirmation_with_a_reason(
    client: Client, upload: Upload, again: Callable[..., Any]
) -> None:
    Unit.objects.create(name=NAME)
    upload(plan_text())
    job = upload(plan_text(budget="180000.00"))
    assert job.questions == ["replace"]
    assert again(job, reason="").status_code == 422
    again(job, reason="换成正式稿")
    assert job.state == "done"
    assert list(PlanVersion.objects.order_by("number").values_list("state", flat=True)) == [
        "discarded",
        "draft",
    ]


def test_a_missing_year_is_asked_for(upload: Upload, again: Callable[..., Any]) -> None:
    Unit.objects.create(name=NAME)
    job = upload(plan_text().replace("2024年度".encode(), b"").replace("2024年".encode(), "本年".encode()))
    if job.state == "waiting":
        assert job.questions == ["year"]
        again(job, year="2024")
    assert job.state == "done"
    assert Plan.objects.get().year == 2024


def test_an_import_that_waits_can_be_given_up(client: Client, upload: Upload) -> None:
    job = upload(plan_text())
    client.post(reverse("targets:import_cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert open_file(job.file).read() == plan_text()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("收支.txt", "2025年部门预算\n收入 675.82\n支出 690.36\n".encode()),
        ("报告.docx", b"MZ\x90\x00\x03" + b"\x00" * 200),
        ("坏.xlsx", b"PK\x03\x04" + b"\x00" * 50),
        ("坏.pdf", b"%PDF-1.4 nothing"),
    ],
)
def test_what_cannot_be_read_says_so_and_is_kept(
    client: Client, upload: Upload, name: str, data: bytes
) -> None:
    job = upload(data, name=name)
    assert job.state == "failed"
    assert job.error_what and not Plan.objects.exists()
    shown = page(client, job).content.decode()
    assert "未能导入" in shown and "重试" in shown
    assert open_file(job.file).read() == data
    download = client.get(reverse("targets:import_file", args=[job.pk]))
    assert b"".join(download.streaming_content) == data
    assert download["Content-Disposition"].startswith("attachment")


def test_an_empty_file_is_refused_beside_the_field(client: Client) -> None:
    answer = client.post(reverse("targets:import_new"), {"file": SimpleUploadedFile("a.txt", b"")})
    assert answer.status_code == 422 and "文件是空的" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_file_over_the_limit_is_refused_beside_the_field(client: Client, settings: Any) -> None:
    settings.PLUMBLINE_UPLOAD_LIMIT = 1024 * 1024
    answer = client.post(
        reverse("targets:import_new"), {"file": SimpleUploadedFile("a.txt", b"x" * (1024 * 1024 + 1))}
    )
    assert answer.status_code == 422 and "1 MB" in answer.content.decode()


def test_the_upload_is_recorded_with_its_digest(upload: Upload) -> None:
    job = upload(b"nothing")
    record = Record.objects.get(action="plans.import_start")
    assert record.detail["sm3"] == job.file.digest


def test_progress_is_shown_until_it_is_over(client: Client, staff: User) -> None:
    job = queued(staff)
    ImportJob.objects.update(state="running", step="校核", percent=60, seen_at=timezone.now())
    shown = client.get(reverse("targets:import_progress", args=[job.pk]))
    assert "校核 60%" in shown.content.decode()
    ImportJob.objects.update(state="failed")
    over = client.get(reverse("targets:import_progress", args=[job.pk]))
    assert over["HX-Refresh"] == "true"


def test_a_stopped_worker_shows_as_interrupted_and_can_be_retried(
    client: Client, staff: User, again: Callable[..., Any]
) -> None:
    Unit.objects.create(name=NAME)
    job = queued(staff)
    ImportJob.objects.update(
        state="running",
        step="校核",
        percent=60,
        seen_at=timezone.now() - import_jobs.SILENCE - timedelta(seconds=1),
    )
    assert "导入被中断" in page(client, job).content.decode()
    again(job)
    assert (job.state, job.attempt) == ("done", 1)


def test_a_job_that_is_under_way_is_not_started_twice(client: Client, staff: User) -> None:
    job = queued(staff)
    ImportJob.objects.update(state="running", seen_at=timezone.now())
    assert client.post(reverse("targets:import_again", args=[job.pk])).status_code == 422


def test_a_worker_that_was_given_up_cannot_save(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Unit.objects.create(name=NAME)
    job = queued(staff)

    def slow(**given: Any) -> Any:
        # Meanwhile somebody started the job again.
        ImportJob.objects.update(attempt=1)
        return prepare(**given)

    prepare = import_jobs.prepare
    monkeypatch.setattr(import_jobs, "prepare", slow)
    import_jobs.run(job_id=job.pk, attempt=0)
    assert not Plan.objects.exists()


def test_a_fault_of_the_program_is_told_and_leaves_nothing(
    client: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Unit.objects.create(name=NAME)
    job = queued(staff)

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("plumbline.office.targets.services.imports.write_findings", fail)
    with pytest.raises(RuntimeError):
        import_jobs.run(job_id=job.pk, attempt=0)
    job.refresh_from_db()
    assert job.state == "failed" and "程序在处理这个文件时出错" in job.error_what
    assert not Plan.objects.exists()


def test_only_those_who_edit_may_import(db: None) -> None:
    client = Client()
    for role in (Role.LEADER, Role.EXPERT, Role.LIAISON):
        client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(reverse("targets:import_new")).status_code == 403
        assert client.get(reverse("targets:imports")).status_code == 403


def test_the_list_of_imports_takes_a_constant_number_of_queries(
    client: Client, staff: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        queued(staff)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("targets:imports")).status_code == 200


def queued(staff: User) -> ImportJob:
    from plumbline.office.files.services import keep_unchecked

    kept = keep_unchecked(SimpleUploadedFile("示例县.txt", plan_text()), user=staff)
    return ImportJob.objects.create(file=kept, made_by=staff)
