from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from plumbline.kernel.errors import FormError
from plumbline.kernel.metrics.measure import Measure
from plumbline.office.audit.models import Record
from plumbline.office.files.services import open_file
from plumbline.office.reports.models import Export, FileFormat, FormKind
from plumbline.office.reports.services import exports
from plumbline.office.reports.services.content import contents
from plumbline.office.targets.services.values import record_value
from tests.office.targets.factories import Built, make_payment, make_plan

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def built(cast) -> Built:
    return make_plan(unit=cast.office, user=cast.administrator)


def enter(built: Built, cast, value: str, *, indicator: int = 0, checkpoint: int = 1) -> None:
    found = built.indicators()[indicator]
    record_value(
        actor=cast.staff,
        line=found.line,
        checkpoint=built.checkpoints[checkpoint],
        measure=Measure(Decimal(value), found.target_unit),
        now=NOW,
        seen=None,
    )


def texts(built: Built, kind: str, **wanted) -> set[str]:
    written = exports.export_forms(
        version=built.version, kind=kind, file_format=FileFormat.DOCX, now=NOW, **wanted
    )
    document = docx.Document(io.BytesIO(written.data))
    return {cell.text for table in document.tables for row in table.rows for cell in row.cells}


def test_a_form_without_a_chosen_checkpoint_speaks_of_the_last_one_reached(built: Built, cast) -> None:
    enter(built, cast, "7")
    before_the_next = datetime(2023, 7, 20, tzinfo=UTC)
    written = exports.export_forms(
        version=built.version, kind=FormKind.MONITORING, file_format=FileFormat.XLSX, now=before_the_next
    )
    assert built.checkpoints[1].label in written.name


def test_a_monitoring_form_takes_values_and_spend_up_to_its_checkpoint(built: Built, cast) -> None:
    enter(built, cast, "7")
    make_payment(built.lines[0], "105000", day=date(2023, 6, 30))
    make_payment(built.lines[0], "1", day=date(2023, 7, 1))
    found = texts(built, FormKind.MONITORING, line=built.lines[0], checkpoint=built.checkpoints[1])
    assert {"7次", "10.5", "50.00%", "1-6月执行数"} <= found
    assert "7次" not in texts(built, FormKind.MONITORING, checkpoint=built.checkpoints[0])


def test_a_voided_payment_is_not_spent(built: Built) -> None:
    make_payment(built.lines[0], "105000", day=date(2023, 6, 1), state="void")
    material = contents(built.version, line=built.lines[0], checkpoint=built.checkpoints[1])
    assert material.projects[0].total.executed == 0


def test_the_form_of_one_project_leaves_out_the_others(built: Built) -> None:
    found = texts(built, FormKind.TARGET, line=built.lines[1])
    assert "教育培训" in found and "网络安全检查" not in found


def test_all_projects_are_read_in_a_constant_number_of_queries(
    built: Built, cast, django_assert_max_num_queries
) -> None:
    many = make_plan(unit=cast.school, user=cast.administrator, projects=12)
    for plan in (built, many):
        with django_assert_max_num_queries(16):
            contents(plan.version, checkpoint=plan.checkpoints[1], scored=True)


def test_a_plan_without_projects_says_what_to_do(built: Built, cast) -> None:
    empty = make_plan(unit=cast.school, user=cast.administrator, projects=0)
    with pytest.raises(FormError, match="没有可以导出的项目"):
        exports.export_forms(version=empty.version, kind=FormKind.TARGET, file_format="docx", now=NOW)


@pytest.mark.parametrize("file_format", FileFormat.values)
@pytest.mark.parametrize("kind", FormKind.values)
def test_every_form_is_written_in_every_format_and_kept(built: Built, cast, kind, file_format) -> None:
    export = exports.request_export(
        version=built.version, kind=kind, file_format=file_format, actor=cast.staff, now=NOW
    )
    exports.run(export_id=export.pk, now=NOW)
    export.refresh_from_db()
    assert export.state == Export.State.DONE, export.error_what
    assert export.file.name.endswith(f".{file_format}") and export.done == export.total == 3
    with open_file(export.file) as content:
        assert len(content.read()) == export.file.size > 2000
    assert Record.objects.filter(action="reports.export", actor=cast.staff).exists()


def test_a_failure_is_kept_for_the_person_who_waits(built: Built, cast) -> None:
    empty = make_plan(unit=cast.school, user=cast.administrator, projects=0)
    export = exports.request_export(
        version=empty.version, kind="target", file_format="pdf", actor=cast.staff, now=NOW
    )
    exports.run(export_id=export.pk, now=NOW)
    export.refresh_from_db()
    assert (export.state, export.file) == (Export.State.FAILED, None)
    assert "没有可以导出的项目" in export.error_what


def test_a_fault_of_the_program_does_not_leave_anybody_waiting(built: Built, cast, monkeypatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("disk")

    export = exports.request_export(
        version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=NOW
    )
    monkeypatch.setattr(exports, "keep_written", broken)
    with pytest.raises(RuntimeError):
        exports.run(export_id=export.pk, now=NOW)
    export.refresh_from_db()
    assert (export.state, export.error_what) == (Export.State.FAILED, "程序出错，没有生成。")


def test_the_limit_of_uploads_does_not_bind_what_is_written_here(built: Built, cast, settings) -> None:
    settings.PLUMBLINE_UPLOAD_LIMIT = 1000
    export = exports.request_export(
        version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=NOW
    )
    exports.run(export_id=export.pk, now=NOW)
    export.refresh_from_db()
    assert export.state == Export.State.DONE


def test_an_export_whose_worker_was_stopped_is_not_asked_for_for_ever(built: Built, cast, client) -> None:
    export = exports.request_export(
        version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=timezone.now()
    )
    client.force_login(cast.staff)
    url = reverse("reports:export", kwargs={"export_id": export.pk})
    assert "every 1s" in client.get(url).content.decode()
    Export.objects.filter(pk=export.pk).update(made_at=timezone.now() - timedelta(hours=1))
    page = client.get(url).content.decode()
    assert "every 1s" not in page
    assert "请重新导出" in page


def test_a_finished_export_is_not_written_again(built: Built, cast) -> None:
    export = exports.request_export(
        version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=NOW
    )
    exports.run(export_id=export.pk, now=NOW)
    first = Export.objects.get(pk=export.pk).file_id
    exports.run(export_id=export.pk, now=NOW)
    assert Export.objects.get(pk=export.pk).file_id == first


def test_the_page_offers_queues_and_gives_out(built: Built, cast, client) -> None:
    client.force_login(cast.staff)
    url = reverse("reports:forms", kwargs={"plan_id": built.plan.pk})
    assert "还没有导出过表格" in client.get(url).content.decode()
    answer = client.post(url, {"kind": "target", "file_format": "xlsx", "project": "", "checkpoint": ""})
    assert answer.status_code == 302
    export = Export.objects.get()
    exports.run(export_id=export.pk, now=NOW)
    assert "下载" in client.get(reverse("reports:export", kwargs={"export_id": export.pk})).content.decode()
    answer = client.get(reverse("reports:export_file", kwargs={"export_id": export.pk}))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(book.sheetnames) == 3


def test_the_whole_text_is_only_for_all_projects(built: Built, cast, client) -> None:
    client.force_login(cast.staff)
    url = reverse("reports:forms", kwargs={"plan_id": built.plan.pk})
    data = {"kind": "document", "file_format": "docx", "project": str(built.lines[0].pk)}
    answer = client.post(url, data)
    assert answer.status_code == 422 and "只能导出全部项目" in answer.content.decode()
    assert not Export.objects.exists()


def test_a_leader_takes_away_but_an_expert_does_not_order(built: Built, cast, client) -> None:
    url = reverse("reports:forms", kwargs={"plan_id": built.plan.pk})
    client.force_login(cast.expert)
    assert client.post(url, {"kind": "target", "file_format": "xlsx"}).status_code in (403, 404)
    assert not Export.objects.exists()


def test_people_see_only_exports_of_plans_they_may_see(built: Built, cast, client) -> None:
    export = exports.request_export(
        version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=NOW
    )
    exports.run(export_id=export.pk, now=NOW)
    for person in (cast.liaison, cast.other_liaison, cast.expert):
        client.force_login(person)
        for name, key in (("reports:export", "export_id"), ("reports:export_file", "export_id")):
            assert client.get(reverse(name, kwargs={key: export.pk})).status_code in (403, 404)
    client.force_login(cast.expert)
    assert client.get(reverse("reports:export", kwargs={"export_id": export.pk})).status_code == 404


def test_the_list_asks_a_constant_number_of_queries(
    built: Built, cast, client, django_assert_max_num_queries
) -> None:
    for _ in range(8):
        exports.request_export(
            version=built.version, kind="target", file_format="xlsx", actor=cast.staff, now=NOW
        )
    client.force_login(cast.staff)
    with django_assert_max_num_queries(14):
        client.get(reverse("reports:index"))
