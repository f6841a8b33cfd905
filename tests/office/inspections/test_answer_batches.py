"""A checklist answered at once: everything or nothing, one record, never over what is there."""

from __future__ import annotations

import pytest

from plumbline.office.audit.models import Record
from plumbline.office.inspections.models import Answer
from plumbline.office.inspections.services.answer_batches import save_answers
from plumbline.office.inspections.services.answering import save_answer
from plumbline.office.inspections.services.progress import InspectionRefused, move
from plumbline.office.inspections.services.reviewing import submit
from tests.office.inspections.conduct import NOW, item_of, make_checklist, make_inspection

pytestmark = pytest.mark.django_db
FULL = {"1.1": "yes", "1.2": "no", "2.1": "3", "2.2": "钓鱼邮件识别"}


@pytest.fixture
def running(cast):
    inspection = make_inspection(cast, version=make_checklist())
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    return inspection


def given(inspection, values=FULL):
    return {item_of(inspection.checklist, key): (value, "") for key, value in values.items()}


def test_everything_is_kept_with_one_record_and_can_be_handed_in(cast, running) -> None:
    before = Record.objects.count()
    assert save_answers(running, given(running), actor=cast.liaison, now=NOW) == 4
    assert dict(running.answers.values_list("item__key", "value")) == FULL
    assert running.answers.get(item__key="1.1").points == 10
    assert Record.objects.count() == before + 1
    assert Record.objects.latest("sequence").detail["检查项"][0] == "1.1 yes"
    submit(running, actor=cast.liaison, now=NOW)
    assert running.state == "submitted"


def test_what_was_answered_is_not_overwritten(cast, running) -> None:
    item = item_of(running.checklist, "1.1")
    save_answer(running, item, value="no", note="", actor=cast.liaison, now=NOW)
    with pytest.raises(InspectionRefused) as refusal:
        save_answers(running, given(running), actor=cast.liaison, now=NOW)
    assert refusal.value.where == "1.1"
    assert dict(running.answers.values_list("item__key", "value")) == {"1.1": "no"}


@pytest.mark.parametrize(("key", "value"), [("1.1", "perhaps"), ("2.1", "many"), ("2.2", "字" * 2001)])
def test_one_wrong_value_saves_nothing(cast, running, key: str, value: str) -> None:
    with pytest.raises(InspectionRefused) as refusal:
        save_answers(running, given(running, {**FULL, key: value}), actor=cast.liaison, now=NOW)
    assert refusal.value.where == key
    assert not Answer.objects.filter(inspection=running).exists()


def test_only_a_running_inspection_takes_answers(cast) -> None:
    planned = make_inspection(cast, version=make_checklist())
    with pytest.raises(InspectionRefused):
        save_answers(planned, given(planned), actor=cast.liaison, now=NOW)


def test_a_leader_may_not_answer(cast, running) -> None:
    with pytest.raises(InspectionRefused):
        save_answers(running, given(running), actor=cast.leader, now=NOW)
