"""Two devices at the same moment, with real transactions; PostgreSQL alone has row locks."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from plumbline.kernel.errors import PlumblineError
from plumbline.office.inspections.models import Answer, Delivery, Inspection
from plumbline.office.inspections.services.answering import AnswerConflict, save_answer
from plumbline.office.inspections.services.arranging import Arrangement, arrange
from plumbline.office.inspections.services.deliveries import once
from plumbline.office.inspections.services.progress import move
from tests.office.inspections.conduct import DAY, NOW, item_of, make_checklist, make_inspection

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share SQLite's test database"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*works):
    """Run them together; what they refused."""
    problems = []
    ready = threading.Barrier(len(works))

    def run(work):
        try:
            ready.wait(10)
            work()
        except PlumblineError as refused:
            problems.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return problems


@pytest.fixture
def running(cast):
    inspection = make_inspection(cast, version=make_checklist())
    move(inspection=inspection, act="start", actor=cast.staff, now=NOW)
    return inspection


def test_one_of_two_devices_saves_and_the_other_is_told(cast, running):
    item = item_of(running.checklist, "1.1")

    def save(value):
        return lambda: save_answer(
            running, item, value=value, note="", actor=cast.liaison, now=NOW, revision=0
        )

    problems = at_once(save("yes"), save("no"), save("partly"))
    assert [type(one) for one in problems] == [AnswerConflict, AnswerConflict]
    assert Answer.objects.get().revision == 1


def test_a_change_that_arrives_twice_at_once_is_made_once(cast, running):
    item = item_of(running.checklist, "1.1")
    made = []

    def run():
        save_answer(running, item, value="yes", note="", actor=cast.liaison, now=NOW, revision=0)
        made.append(1)
        return {"state": "saved"}

    results = []

    def work():
        results.append(once(running, "a" * 32, now=NOW, run=run))

    assert at_once(*[work] * 4) == []
    assert len(made) == 1
    assert results == [{"state": "saved"}] * 4
    assert Delivery.objects.count() == 1


def test_no_number_is_given_twice(cast):
    arrangement = Arrangement(method="self_check", planned_from=DAY, planned_to=DAY)

    def work():
        arrange([cast.school, cast.town], arrangement, plan=None, actor=cast.staff, now=NOW)

    assert at_once(*[work] * 4) == []
    numbers = sorted(Inspection.objects.values_list("number", flat=True))
    assert numbers == [f"JC-2026-{n:04d}" for n in range(1, 9)]


def test_an_inspection_is_started_once(cast):
    inspection = make_inspection(cast, version=make_checklist())

    def work():
        move(inspection=Inspection.objects.get(), act="start", actor=cast.staff, now=NOW)

    assert len(at_once(*[work] * 3)) == 2
    assert inspection.events.count() == 1


def test_of_two_drafts_put_to_use_at_once_the_second_is_told(cast):
    from plumbline.office.inspections.models import ChecklistItem, ChecklistVersion
    from plumbline.office.inspections.services.checklists import ChecklistRefused, publish

    made = make_checklist()
    drafts = []
    for number in (2, 3):
        draft = ChecklistVersion.objects.create(
            checklist=made.checklist, number=number, edition=str(number), digest="", imported_at=NOW
        )
        ChecklistItem.objects.create(
            version=draft, key="1", ordinal=0, answer="yes_no", title=f"第 {number} 版的问题"
        )
        drafts.append(draft.pk)

    def work(pk):
        return lambda: publish(ChecklistVersion.objects.get(pk=pk), actor=cast.staff, now=NOW)

    problems = at_once(*[work(pk) for pk in drafts])
    assert [type(one) for one in problems] in ([], [ChecklistRefused])  # [] where one was quite done before
    assert ChecklistVersion.objects.filter(state="published").count() == 1


def test_an_item_is_confirmed_with_one_item_only_in_two_windows(cast):
    from plumbline.office.inspections.models import ItemMapping
    from plumbline.office.inspections.services.checklist_mappings import confirm_sure, decide

    before, after = make_checklist("old"), make_checklist("new")
    new = item_of(after, "1.1")
    hand = ItemMapping.objects.create(before=item_of(before, "1.3"), after=new, reason="hand")
    ItemMapping.objects.create(before=item_of(before, "1.1"), after=new, reason="key")
    at_once(
        lambda: decide(ItemMapping.objects.get(pk=hand.pk), state="confirmed", actor=cast.staff),
        lambda: confirm_sure(before, after, actor=cast.staff),
        lambda: confirm_sure(before, after, actor=cast.staff),
    )
    assert ItemMapping.objects.filter(state="confirmed").count() == 1
