"""Checklists are kept as drafts, published, and never changed after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from plumbline.kernel.checklists.checking import checked
from plumbline.kernel.checklists.draft import ChecklistDraft, ItemDraft
from plumbline.kernel.checklists.scoring import score
from plumbline.office.audit.models import Record
from plumbline.office.inspections.models import Checklist, ChecklistItem, ChecklistVersion, Inspection
from plumbline.office.inspections.services import checklists as services
from plumbline.office.inspections.services.checklist_items import (
    add_item,
    next_key,
    remove_item,
    save_item,
)
from plumbline.office.inspections.services.checklist_shapes import draft_of
from plumbline.office.inspections.services.checklists import ChecklistRefused
from plumbline.office.inspections.services.checklists_shipped import load_shipped, shipped
from plumbline.office.lib.revisions import Outdated

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
State = ChecklistVersion.State

DRAFT = ChecklistDraft(
    key="cabin",
    title="机房检查表",
    format="xlsx",
    edition="2026",
    items=(
        ItemDraft("1", "环境"),
        ItemDraft("1.1", "有门禁", 1, "yes_no", points=Decimal(60)),
        ItemDraft(
            "1.2", "门禁记录", 1, "conformity", points=Decimal(40), condition={"item": "1.1", "in": ["yes"]}
        ),
    ),
)


def keep(draft: ChecklistDraft = DRAFT, **more: object) -> ChecklistVersion:
    return services.keep_draft(draft, actor=None, now=NOW, **more)


def item(version: ChecklistVersion, key: str) -> ChecklistItem:
    return version.items.get(key=key)


def test_what_was_kept_is_what_was_read(cast):
    version = services.keep_draft(DRAFT, actor=cast.staff, now=NOW)
    assert (version.state, version.number, version.checklist.origin) == (State.DRAFT, 1, "xlsx")
    assert draft_of(version).digest == DRAFT.digest == version.digest
    assert score(list(version.items.all()), {"1.1": "yes", "1.2": "partly"}).reached == Decimal(80)
    assert Record.objects.get(action="checklists.import").actor == cast.staff


def test_the_same_content_is_not_kept_twice(cast):
    first = keep()
    with pytest.raises(ChecklistRefused, match="完全相同"):
        keep(checklist=first.checklist)
    assert ChecklistVersion.objects.count() == 1


def test_a_checklist_with_problems_is_refused(cast):
    broken = replace(DRAFT, items=(*DRAFT.items, replace(DRAFT.items[1], title="又一条")))
    with pytest.raises(ChecklistRefused, match="出现 2 次"):
        keep(broken)
    assert not Checklist.objects.exists()


def test_publishing_retires_the_edition_before(cast):
    first = services.publish(keep(), actor=cast.staff, now=NOW)
    second = services.copy_to_draft(first, edition="2027", actor=cast.staff, now=NOW)
    with pytest.raises(ChecklistRefused, match="完全相同"):
        same = replace(draft_of(second), edition="2026")
        second.edition = same.edition
        second.save()
        services.publish(second, actor=cast.staff, now=NOW)
    second.edition = "2027"
    second.save()
    changed = item(second, "1.1")
    changed.title = "机房有门禁"
    save_item(changed, actor=cast.staff, revision=1)
    services.publish(second, actor=cast.staff, now=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.RETIRED, State.PUBLISHED)
    assert item(first, "1.1").title == "有门禁"


def test_only_one_draft_at_a_time(cast):
    first = services.publish(keep(), actor=cast.staff, now=NOW)
    services.copy_to_draft(first, edition="2027", actor=cast.staff, now=NOW)
    with pytest.raises(ChecklistRefused, match="已有一份草稿"):
        services.copy_to_draft(first, edition="2028", actor=cast.staff, now=NOW)


def test_a_published_edition_is_refused_every_change_by_the_services(cast):
    version = services.publish(keep(), actor=cast.staff, now=NOW)
    one = item(version, "1.1")
    one.title = "别的"
    for act in (
        lambda: save_item(one, actor=cast.staff, revision=1),
        lambda: remove_item(one, reason="不要了", actor=cast.staff),
        lambda: add_item(version, after=one, item=ChecklistItem(key="9", title="新"), actor=cast.staff),
        lambda: services.discard(version, actor=cast.staff),
        lambda: services.publish(version, actor=cast.staff, now=NOW),
        lambda: services.rename_draft(
            version, title="别的", description="", edition="", licence="", actor=cast.staff
        ),
    ):
        with pytest.raises(ChecklistRefused):
            act()
    assert draft_of(ChecklistVersion.objects.get()).digest == version.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.items.update(title="改"),
        lambda v: v.items.all().delete(),
        lambda v: ChecklistItem.objects.create(version=v, key="9", ordinal=9, title="加"),
        lambda v: ChecklistVersion.objects.filter(pk=v.pk).update(state=State.DRAFT),
        lambda v: ChecklistVersion.objects.filter(pk=v.pk).update(digest="0"),
        lambda v: ChecklistVersion.objects.filter(pk=v.pk).delete(),
    ],
    ids=["update", "delete", "insert", "reopen", "digest", "version"],
)
def test_a_published_edition_is_refused_every_change_by_the_database(cast, change):
    version = services.publish(keep(), actor=cast.staff, now=NOW)
    with pytest.raises(DatabaseError, match="published checklist is frozen"), transaction.atomic():
        change(version)
    assert version.items.count() == 3


def test_retiring_needs_a_reason_and_can_be_taken_back(cast):
    version = services.publish(keep(), actor=cast.staff, now=NOW)
    with pytest.raises(ChecklistRefused, match="原因"):
        services.retire(version, reason=" ", actor=cast.staff)
    services.retire(version, reason="改用新表", actor=cast.staff)
    version.refresh_from_db()
    assert version.state == State.RETIRED
    services.restore(version, actor=cast.staff)
    version.refresh_from_db()
    assert version.state == State.PUBLISHED
    with pytest.raises(ChecklistRefused):
        services.restore(version, actor=cast.staff)


def test_a_draft_in_an_inspection_is_not_discarded(cast):
    version = keep()
    inspection = Inspection.objects.create(
        number="J-1",
        unit=cast.school,
        method="self_check",
        checklist=version,
        planned_from=date(2026, 3, 1),
        planned_to=date(2026, 3, 31),
    )
    with pytest.raises(ChecklistRefused, match="已有检查安排"):
        services.discard(version, actor=cast.staff)
    inspection.delete()
    services.discard(version, actor=cast.staff)
    assert not Checklist.objects.exists()


def test_the_later_of_two_savers_is_told(cast):
    version = keep()
    one, other = item(version, "1.1"), item(version, "1.1")
    one.title = "甲的写法"
    save_item(one, actor=cast.staff, revision=1)
    other.title = "乙的写法"
    with pytest.raises(Outdated):
        save_item(other, actor=cast.leader, revision=1)
    assert item(version, "1.1").title == "甲的写法"


def test_a_change_that_breaks_the_checklist_is_refused(cast):
    version = keep()
    one = item(version, "1.2")
    for values, word in (
        ({"key": "1.1"}, "出现 2 次"),
        ({"condition": {"item": "nowhere", "in": ["yes"]}}, "不存在"),
        ({"condition": {"item": "1.2", "in": ["yes"]}}, "循环"),
        ({"title": ""}, "检查内容是空的"),
    ):
        for name, value in values.items():
            setattr(one, name, value)
        with pytest.raises(ChecklistRefused, match=word):
            save_item(one, actor=cast.staff, revision=1)
        one = item(version, "1.2")


def test_items_are_added_behind_another_and_removed_with_what_belongs_to_them(cast):
    version = keep()
    first = item(version, "1")
    key = next_key(version, item(version, "1.2"))
    assert key == "1.3"
    add_item(
        version,
        after=first,
        item=ChecklistItem(key=key, title="有灭火器", depth=1, answer="yes_no"),
        actor=cast.staff,
    )
    assert list(version.items.values_list("key", flat=True)) == ["1", "1.3", "1.1", "1.2"]
    with pytest.raises(ChecklistRefused, match="适用条件"):
        remove_item(item(version, "1.1"), reason="重复", actor=cast.staff)
    with pytest.raises(ChecklistRefused, match="原因"):
        remove_item(first, reason="", actor=cast.staff)
    remove_item(first, reason="整组不要", actor=cast.staff)
    assert not version.items.exists()


def test_what_is_shipped_holds_together(db):
    found = shipped()
    assert {draft.key for draft in found} >= {"county-yearly", "institution-self-check"}
    for draft in found:
        assert not checked(draft).problems
        assert not draft.notes
        assert draft.points == 100
        assert draft.title and draft.edition and draft.description and draft.licence
        for question in draft.questions:
            if question.points is not None:
                wanted = (
                    question.guidance,
                    question.basis,
                    question.evidence,
                    question.finding,
                    question.advice,
                )
                assert all(wanted), (draft.key, question.key)
                assert question.severity and question.confidence, (draft.key, question.key)
    county = next(draft for draft in found if draft.key == "county-yearly")
    assert 45 <= len(county.questions) <= 70


def test_a_unit_without_critical_infrastructure_or_site_is_not_asked_for_them(db):
    county = next(draft for draft in shipped() if draft.key == "county-yearly")
    answers = {f"0.{n}": "no" for n in range(1, 8)}
    result = score(county.items, answers)
    assert not {"7", "9.1"} & {section.key for section in result.per_section}
    everything = score(county.items, {f"0.{n}": "yes" for n in range(1, 8)})
    assert everything.reachable == Decimal(100)
    assert result.reachable < everything.reachable


def test_loading_what_is_shipped_twice_loads_once(cast):
    loaded = load_shipped(now=NOW)
    assert {version.state for version in loaded} == {State.PUBLISHED}
    assert load_shipped(now=NOW) == []
    assert Record.objects.filter(action="checklists.load").count() == len(loaded)


def test_a_changed_file_becomes_a_new_edition(cast, monkeypatch):
    load_shipped(now=NOW)
    draft = shipped()[0]
    edited = replace(draft, edition="2027", items=(*draft.items, ItemDraft("99", "新增", 0, "yes_no")))
    monkeypatch.setattr("plumbline.office.inspections.services.checklists_shipped.shipped", lambda: [edited])
    (new,) = load_shipped(now=NOW)
    first = new.checklist.versions.get(number=1)
    assert (new.number, new.state, first.state) == (2, State.PUBLISHED, State.RETIRED)
    assert first.items.count() == len(draft.items)


def test_an_edition_of_the_offices_own_stays_in_use(cast, monkeypatch):
    version = load_shipped(now=NOW)[0]
    own = services.copy_to_draft(version, edition="本县", actor=cast.staff, now=NOW)
    services.publish(own, actor=cast.staff, now=NOW)
    draft = shipped()[0]
    monkeypatch.setattr(
        "plumbline.office.inspections.services.checklists_shipped.shipped",
        lambda: [replace(draft, edition="2027")],
    )
    (new,) = load_shipped(now=NOW)
    own.refresh_from_db()
    assert (new.state, own.state) == (State.DRAFT, State.PUBLISHED)
