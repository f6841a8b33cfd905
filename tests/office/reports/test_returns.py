from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from plumbline.kernel.errors import FormError
from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.plans.forms.answers import read_answers
from plumbline.kernel.plans.forms.xlsx_writer import ANSWER_SHEET
from plumbline.kernel.plans.rulesets import ruleset
from plumbline.office.audit.models import Record
from plumbline.office.files.kinds import ContentRefused
from plumbline.office.files.models import StoredFile
from plumbline.office.files.services import open_file
from plumbline.office.reports.models import FormReturn
from plumbline.office.reports.services import exports, returns
from plumbline.office.targets.models import IndicatorValue, MonitoringNote
from plumbline.office.targets.services import evaluation as evaluations
from plumbline.office.targets.services.values import record_value
from tests.office.targets.factories import Built, make_plan

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def built(cast) -> Built:
    return make_plan(unit=cast.office, user=cast.administrator)


def exported(built: Built, kind: str = "monitoring") -> bytes:
    return exports.export_forms(
        version=built.version, kind=kind, file_format="xlsx", now=NOW, checkpoint=built.checkpoints[1]
    ).data


def filled(data: bytes, answers: dict[tuple[int, str], object]) -> ContentFile:
    """A copy with cells filled in: by (position of the answer among its field, field)."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = read_answers("表.xlsx", data).answers
    for (position, field), value in answers.items():
        place = [a for a in cells if a.field == field][position]
        book[place.sheet][place.cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return ContentFile(buffer.getvalue(), name="监控表.xlsx")


def send(built: Built, cast, answers: dict[tuple[int, str], object], kind: str = "monitoring") -> FormReturn:
    return returns.receive(
        plan=built.plan, upload=filled(exported(built, kind), answers), actor=cast.staff, now=NOW
    )


def current(built: Built, indicator: int = 0) -> IndicatorValue:
    return IndicatorValue.objects.get(indicator_line=built.indicators()[indicator].line, state="current")


def test_values_and_notes_are_taken_over_and_recorded(built: Built, cast) -> None:
    returned = send(
        built,
        cast,
        {(0, "actual"): 7, (1, "actual"): "49/50", (0, "likelihood"): "有可能", (0, "cause"): "汛期推迟"},
    )
    assert not IndicatorValue.objects.exists()
    done = returns.apply(returned, actor=cast.staff, now=NOW)
    assert (done.state, done.applied, done.left_out) == (FormReturn.State.APPLIED, 4, 0)
    assert (current(built).value, current(built).unit) == (Decimal(7), "次")
    assert (current(built, 1).numerator, current(built, 1).denominator) == (49, 50)
    note = MonitoringNote.objects.get()
    assert (note.likelihood, note.cause) == ("possible", "汛期推迟")
    actions = set(Record.objects.values_list("action", flat=True))
    assert {"reports.return_upload", "reports.return_apply", "values.enter", "monitoring.note"} <= actions


def test_a_form_is_chinese_whoever_exports_it_and_sends_it_back(built: Built, cast) -> None:
    with translation.override("en"):
        done = returns.apply(send(built, cast, {(0, "likelihood"): "有可能"}), actor=cast.staff, now=NOW)
        assert (done.applied, MonitoringNote.objects.get().likelihood) == (1, "possible")
        again = send(built, cast, {(0, "likelihood"): "确定能"})
        assert [cell.problem for cell in returns.review(again).cells] == [""]


def test_what_is_kept_of_a_return_is_chinese_whoever_sends_it(built: Built, cast) -> None:
    with translation.override("en"):
        returns.apply(send(built, cast, {(0, "actual"): 7}), actor=cast.staff, now=NOW)
    assert current(built).note.startswith("填报表“监控表.xlsx”")


def test_a_cell_with_a_problem_keeps_everything_out(built: Built, cast) -> None:
    returned = send(built, cast, {(0, "actual"): 7, (1, "actual"): "大概都改了", (0, "likelihood"): "没问题"})
    found = returns.review(returned)
    assert (len(found.good), len(found.bad)) == (1, 2)
    assert {cell.field for cell in found.bad} == {"实际完成值", "完成目标可能性"}
    assert all(cell.answer.where for cell in found.bad)
    with pytest.raises(FormError, match="有 2 个单元格有问题"):
        returns.apply(returned, actor=cast.staff, now=NOW)
    assert not IndicatorValue.objects.exists()


def test_the_good_cells_can_be_taken_without_the_bad(built: Built, cast) -> None:
    returned = send(built, cast, {(0, "actual"): 7, (1, "actual"): "?"})
    done = returns.apply(returned, actor=cast.staff, now=NOW, partial=True)
    assert (done.applied, done.left_out) == (1, 1)
    assert current(built).value == 7


def test_a_value_that_somebody_entered_meanwhile_is_not_overwritten(built: Built, cast) -> None:
    upload = filled(exported(built), {(0, "actual"): 7})
    record_value(
        actor=cast.administrator,
        line=built.indicators()[0].line,
        checkpoint=built.checkpoints[1],
        measure=Measure(Decimal(9), "次"),
        now=NOW,
        seen=None,
    )
    returned = returns.receive(plan=built.plan, upload=upload, actor=cast.staff, now=NOW)
    assert "9次" in returns.review(returned).bad[0].problem
    with pytest.raises(FormError):
        returns.apply(returned, actor=cast.staff, now=NOW)
    assert current(built).value == 9


def test_a_workbook_is_taken_over_once(built: Built, cast) -> None:
    returned = send(built, cast, {(0, "actual"): 7})
    returns.apply(returned, actor=cast.staff, now=NOW)
    with pytest.raises(FormError, match="已经处理过"):
        returns.apply(returned, actor=cast.staff, now=NOW)


def test_a_workbook_of_another_plan_is_refused_and_kept(built: Built, cast) -> None:
    other = make_plan(unit=cast.school, user=cast.administrator)
    upload = filled(exported(built), {(0, "actual"): 7})
    refused = returns.receive(plan=other.plan, upload=upload, actor=cast.staff, now=NOW)
    assert (refused.state, refused.version, refused.checkpoint) == ("refused", other.version, None)
    assert "另一份绩效目标" in refused.error_what and "它所属的绩效目标" in refused.error_advice
    upload.seek(0)
    with open_file(refused.file) as kept:
        assert kept.read() == upload.read()
    assert Record.objects.get(action="reports.return_refuse").detail == {"file": "监控表.xlsx"}
    with pytest.raises(FormError, match="已经处理过"):
        returns.apply(refused, actor=cast.staff, now=NOW)


def test_an_untouched_copy_has_nothing_to_take(built: Built, cast) -> None:
    returned = send(built, cast, {})
    assert not returns.review(returned).cells
    with pytest.raises(FormError, match="没有可以导入"):
        returns.apply(returned, actor=cast.staff, now=NOW)


def test_a_dropped_workbook_changes_nothing_and_stays_on_record(built: Built, cast) -> None:
    returned = returns.drop(send(built, cast, {(0, "actual"): 7}), actor=cast.staff, now=NOW)
    assert returned.state == FormReturn.State.DROPPED and returned.file.size
    assert not IndicatorValue.objects.exists()


def test_an_evaluation_form_fills_the_draft_evaluation(built: Built, cast) -> None:
    rules = ruleset("national-2020", 1)
    evaluation = evaluations.start(
        actor=cast.staff, project_line=built.lines[0], checkpoint=built.checkpoints[1], rules=rules, now=NOW
    )
    returned = send(
        built, cast, {(0, "goal_actual"): "全部完成", (0, "cause"): "汛期推迟"}, kind="evaluation"
    )
    returns.apply(returned, actor=cast.staff, now=NOW)
    evaluation.refresh_from_db()
    assert evaluation.goal_result == "全部完成"
    assert evaluation.rows.get(ordinal=1).deduction_reason == "汛期推迟"


def test_texts_of_a_project_without_evaluation_are_a_problem(built: Built, cast) -> None:
    returned = send(built, cast, {(0, "goal_actual"): "全部完成"}, kind="evaluation")
    assert "没有正在评分的自评" in returns.review(returned).bad[0].problem


def test_the_page_shows_the_cells_and_takes_them_over(built: Built, cast, client) -> None:
    client.force_login(cast.staff)
    upload = filled(exported(built), {(0, "actual"): 7, (1, "actual"): "?"})
    url = reverse("reports:return_upload", kwargs={"plan_id": built.plan.pk})
    page = client.post(url, {"file": upload}, follow=True).content.decode()
    assert "不是一个数" in page and "跳过有问题的" in page
    returned = FormReturn.objects.get()
    client.post(reverse("reports:return_apply", kwargs={"return_id": returned.pk}), {"partial": "yes"})
    assert current(built).value == 7


def test_a_wrong_file_is_named_on_the_page_listed_and_kept(built: Built, cast, client) -> None:
    client.force_login(cast.staff)
    url = reverse("reports:return_upload", kwargs={"plan_id": built.plan.pk})
    page = client.post(url, {"file": ContentFile(b"MZ\x90", name="x.xlsx")}, follow=True).content.decode()
    assert "alert-danger" in page and "未受理" in page
    refused = FormReturn.objects.get()
    assert refused.error_what in page
    listed = client.get(reverse("reports:forms", kwargs={"plan_id": built.plan.pk})).content.decode()
    assert refused.error_what in listed
    kept = client.get(reverse("reports:return_file", kwargs={"return_id": refused.pk}))
    assert b"".join(kept) == b"MZ\x90" and kept["Content-Disposition"].startswith("attachment")


def test_an_empty_file_leaves_nothing(built: Built, cast) -> None:
    with pytest.raises(ContentRefused, match="空"):
        returns.receive(plan=built.plan, upload=ContentFile(b"", name="x.xlsx"), actor=cast.staff, now=NOW)
    assert not FormReturn.objects.exists() and not StoredFile.objects.exists()


def test_others_neither_see_nor_take_over(built: Built, cast, client) -> None:
    returned = send(built, cast, {(0, "actual"): 7})
    for person in (cast.liaison, cast.other_liaison, cast.leader, cast.expert):
        client.force_login(person)
        url = reverse("reports:return_apply", kwargs={"return_id": returned.pk})
        assert client.post(url).status_code in (403, 404)
    assert not IndicatorValue.objects.exists()


def test_a_checkpoint_that_is_no_number_is_refused(built: Built, cast) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(built)))
    stamp = json.loads(book[ANSWER_SHEET]["A1"].value) | {"checkpoint": "第二季度"}
    book[ANSWER_SHEET]["A1"].value = json.dumps(stamp)
    buffer = io.BytesIO()
    book.save(buffer)
    upload = ContentFile(buffer.getvalue(), name="表.xlsx")
    refused = returns.receive(plan=built.plan, upload=upload, actor=cast.staff, now=NOW)
    assert refused.state == FormReturn.State.REFUSED and "监控节点" in refused.error_what


@pytest.mark.parametrize(("position", "value"), [(0, "9" * 30), (1, f"{'9' * 30}/0.1"), (2, "很好" * 300)])
def test_what_cannot_be_kept_is_a_problem_of_its_cell(built: Built, cast, position: int, value: str) -> None:
    returned = send(built, cast, {(position, "actual"): value})
    assert [bool(cell.problem) for cell in returns.review(returned).cells] == [True]
