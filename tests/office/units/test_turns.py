"""The turns of a unit's life, and what stays of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plumbline.office.audit.models import Record
from plumbline.office.units.access import visible_units
from plumbline.office.units.errors import RegisterError
from plumbline.office.units.models import Asset, Contact, Membership, System, Unit, UnitChange
from plumbline.office.units.queries import active_units, units
from plumbline.office.units.services import (
    close_unit,
    merge_units,
    move_unit,
    rename_unit,
    reopen_unit,
    save_unit,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
WHY = "示例县编委〔2026〕8号"


def turn(cast, **fields):
    return {"on": DAY, "reason": WHY, "actor": cast.staff, **fields}


def test_a_renamed_unit_is_found_by_its_old_name(cast):
    rename_unit(cast.school, **turn(cast, name="示例县实验中学", short_name="实验中学"))
    found = units(cast.staff, search="示例县第一中学").get()
    assert (found.name, found.short_name) == ("示例县实验中学", "实验中学")
    change = found.changes.get()
    assert (change.kind, change.before, change.after) == ("renamed", "示例县第一中学", "示例县实验中学")
    assert Record.objects.get(action="units.renamed").detail["reason"] == WHY


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "示例县第一中学"}, "与现名称相同"),
        ({"name": "示例县城关镇人民政府"}, "已有名为"),
        ({"reason": "  "}, "没有写明依据"),
        ({"on": date(2999, 1, 1)}, "日期在今天之后"),
    ],
)
def test_a_rename_that_makes_no_sense_is_refused(cast, fields, says):
    with pytest.raises(RegisterError, match=says) as caught:
        rename_unit(cast.school, **turn(cast, **{"name": "新名称", "short_name": "", **fields}))
    assert caught.value.advice
    assert not UnitChange.objects.exists()


def test_a_unit_never_belongs_to_itself_by_any_way_round(cast):
    move_unit(cast.school, **turn(cast, parent=cast.town))
    with pytest.raises(RegisterError, match="自己或其下级"):
        move_unit(cast.town, **turn(cast, parent=cast.school))
    with pytest.raises(RegisterError, match="自己或其下级"):
        move_unit(cast.town, **turn(cast, parent=cast.town))
    cast.town.refresh_from_db()
    cast.town.parent = cast.school
    with pytest.raises(RegisterError, match="自己或其下级"):
        save_unit(cast.town, user=cast.staff)


def test_moving_says_from_where_and_whither(cast):
    change = move_unit(cast.school, **turn(cast, parent=cast.town))
    assert (change.before, change.after, change.other) == ("", "示例县城关镇人民政府", cast.town)
    change = move_unit(Unit.objects.get(pk=cast.school.pk), **turn(cast, parent=None))
    assert (change.before, change.after) == ("示例县城关镇人民政府", "")


def test_a_closed_unit_leaves_the_pickers_and_keeps_everything(cast):
    close_unit(cast.school, **turn(cast))
    assert cast.school not in active_units(cast.staff)
    assert cast.school in visible_units(cast.staff)
    with pytest.raises(RegisterError, match=r"已撤销.*只供查阅"):
        rename_unit(cast.school, **turn(cast, name="另一名称", short_name=""))


def test_a_unit_with_subordinates_is_not_closed(cast):
    Unit.objects.filter(pk=cast.school.pk).update(parent=cast.town)
    with pytest.raises(RegisterError, match="还有 1 个在用的下级单位"):
        close_unit(cast.town, **turn(cast))


def test_a_closed_unit_comes_back(cast):
    close_unit(cast.school, **turn(cast))
    reopen_unit(cast.school, **turn(cast))
    assert [c.kind for c in cast.school.changes.all()] == ["reopened", "closed"]
    assert cast.school in active_units(cast.staff)
    with pytest.raises(RegisterError, match="不需要恢复"):
        reopen_unit(cast.school, **turn(cast))


@pytest.fixture
def rich(cast):
    """The school has people, a system, an asset, a responsible person, and a unit below it."""
    System.objects.create(unit=cast.school, name="门户网站")
    System.objects.create(unit=cast.town, name="门户网站")
    for unit in (cast.school, cast.town):
        Asset.objects.create(unit=unit, kind="domain", value="example.cn")
    Asset.objects.create(unit=cast.school, kind="domain", value="school.example.cn")
    Contact.objects.create(unit=cast.school, role="head", name="王校长")
    Contact.objects.create(unit=cast.school, role="liaison", name="张老师", mobile="13800001111")
    Contact.objects.create(unit=cast.town, role="head", name="周镇长")
    Unit.objects.create(name="示例县第一中学分校", parent=cast.school)
    return cast


def test_what_a_merger_moves_and_what_it_leaves(rich):
    cast = rich
    merge_units(cast.school, into=cast.town, **turn(cast))
    assert sorted(cast.town.systems.values_list("name", flat=True)) == ["门户网站", "门户网站（原县一中）"]
    assert set(cast.town.assets.filter(state="active").values_list("value", flat=True)) == {
        "example.cn",
        "school.example.cn",
    }
    assert cast.town.assets.filter(state="retired").count() == 1
    assert cast.town.contacts.get(role="liaison").name == "张老师"
    former = cast.school.contacts.get()
    assert (former.name, former.state, former.ended_on) == ("王校长", "former", DAY)
    assert Unit.objects.get(name="示例县第一中学分校").parent == cast.town
    assert set(visible_units(cast.liaison)) == {cast.school, cast.town}
    cast.school.refresh_from_db()
    assert (cast.school.state, cast.school.merged_into) == ("merged", cast.town)
    assert cast.town.changes.get().kind == "absorbed"


def test_the_liaison_of_the_other_unit_reads_the_history_and_changes_nothing(rich, signed_in):
    cast = rich
    merge_units(cast.school, into=cast.town, **turn(cast))
    client = signed_in(cast.other_liaison)
    page = client.get(reverse("units:unit", args=[cast.school.pk]))
    assert page.status_code == 200
    assert "已并入“示例县城关镇人民政府”" in page.content.decode()
    address = reverse("units:figures", args=[cast.school.pk])
    answer = client.post(
        address, {"staff_total": 5, "revision": Unit.objects.get(pk=cast.school.pk).revision}
    )
    assert answer.status_code == 422
    assert "只供查阅" in answer.content.decode()


def test_the_liaison_of_the_other_unit_opens_no_form_with_the_numbers_of_its_people(rich, signed_in):
    cast = rich
    Contact.objects.filter(role="head", unit=cast.school).update(mobile="13955556666")
    merge_units(cast.school, into=cast.town, **turn(cast))
    former = cast.school.contacts.get()
    client = signed_in(cast.other_liaison)
    assert client.get(reverse("units:contact", args=[former.pk])).status_code == 404
    page = client.get(reverse("units:contacts", args=[cast.school.pk])).content.decode()
    assert "13955556666" not in page
    assert "王校长" in page


def test_a_merger_by_mistake_is_taken_back_whole(rich):
    cast = rich
    merge_units(cast.school, into=cast.town, **turn(cast))
    reopen_unit(cast.school, **turn(cast, reason="误操作"))
    cast.school.refresh_from_db()
    assert (cast.school.state, cast.school.merged_into) == ("active", None)
    assert cast.school.systems.count() == 1
    assert cast.school.systems.get().name == "门户网站"
    assert cast.school.assets.filter(state="active").count() == 2
    assert cast.school.contacts.get(state="current").name == "张老师"
    assert Unit.objects.get(name="示例县第一中学分校").parent == cast.school
    assert list(visible_units(cast.liaison)) == [cast.school]
    assert list(visible_units(cast.other_liaison)) == [cast.town]


def test_somebody_of_both_units_stays_in_both_after_a_mistake(rich):
    cast = rich
    Membership.objects.create(user=cast.liaison, unit=cast.town)
    merge_units(cast.school, into=cast.town, **turn(cast))
    reopen_unit(cast.school, **turn(cast, reason="误操作"))
    assert set(visible_units(cast.liaison)) == {cast.school, cast.town}


def test_of_a_chain_of_mergers_the_last_unit_sees_all(rich):
    cast = rich
    merge_units(cast.school, into=cast.town, **turn(cast))
    merge_units(cast.town, into=cast.office, **turn(cast))
    cast.school.refresh_from_db()
    assert cast.school.merged_into == cast.office
    assert set(visible_units(cast.other_liaison)) == {cast.school, cast.town, cast.office}


def test_who_comes_back_out_of_a_chain_has_what_was_merged_into_it(rich):
    cast = rich
    merge_units(cast.school, into=cast.town, **turn(cast))
    merge_units(cast.town, into=cast.office, **turn(cast))
    reopen_unit(cast.town, **turn(cast, reason="误操作"))
    cast.school.refresh_from_db()
    assert cast.school.merged_into == cast.town
    assert set(visible_units(cast.other_liaison)) == {cast.school, cast.town}


def test_a_unit_that_comes_back_closes_no_ring(rich):
    cast = rich
    branch = Unit.objects.get(name="示例县第一中学分校")
    board = Unit.objects.create(name="示例县教育局")
    move_unit(cast.school, parent=board, **turn(cast))
    merge_units(cast.school, into=cast.town, **turn(cast))
    move_unit(board, parent=branch, **turn(cast))
    with pytest.raises(RegisterError, match="不能作为上级单位"):
        reopen_unit(cast.school, **turn(cast))
    cast.school.refresh_from_db()
    branch.refresh_from_db()
    assert (cast.school.state, branch.parent) == ("merged", cast.town)


def test_mergers_that_make_no_sense_are_refused(rich):
    cast = rich
    branch = Unit.objects.get(name="示例县第一中学分校")
    with pytest.raises(RegisterError, match="不能并入自己"):
        merge_units(cast.school, into=cast.school, **turn(cast))
    with pytest.raises(RegisterError, match="不能让上级并入下级"):
        merge_units(cast.school, into=branch, **turn(cast))
    close_unit(cast.town, **turn(cast))
    with pytest.raises(RegisterError, match="只供查阅"):
        merge_units(cast.school, into=cast.town, **turn(cast))
    assert cast.school.systems.count() == 1


def test_a_turn_is_taken_on_its_page_and_stands_in_the_history(cast, signed_in):
    client = signed_in(cast.staff)
    page = client.get(reverse("units:merge", args=[cast.school.pk]))
    assert "误操作" not in page.content.decode()
    answer = client.post(
        reverse("units:merge", args=[cast.school.pk]),
        {"into": cast.town.pk, "on": "2026-09-01", "reason": WHY},
    )
    assert answer["Location"] == reverse("units:history", args=[cast.school.pk])
    history = client.get(answer["Location"]).content.decode()
    assert "2026年9月1日" in history
    assert WHY in history


def test_a_refused_turn_keeps_what_was_typed(cast, signed_in):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = signed_in(cast.staff).post(
        reverse("units:close", args=[cast.school.pk]), {"on": tomorrow.isoformat(), "reason": WHY}
    )
    assert answer.status_code == 422
    assert "日期在今天之后" in answer.content.decode()
    assert WHY in answer.content.decode()


def test_a_liaison_takes_no_turns(cast, signed_in):
    client = signed_in(cast.liaison)
    for name in ("rename", "move", "merge", "close", "reopen", "edit"):
        assert client.get(reverse(f"units:{name}", args=[cast.school.pk])).status_code == 403


def test_old_addresses_lead_to_the_new_ones(cast, signed_in):
    client = signed_in(cast.staff)
    assert client.get("/system/units/?q=学校")["Location"] == "/units/?q=%E5%AD%A6%E6%A0%A1"
    assert client.get(f"/system/units/{cast.school.pk}/")["Location"] == f"/units/{cast.school.pk}/"
    assert client.get("/system/units/new/")["Location"] == "/units/new/"


def test_what_was_done_about_the_old_unit_is_seen_by_the_liaison_of_the_new_one(rich, signed_in):
    from plumbline.office.findings.models import Finding
    from plumbline.office.inspections.models import Inspection

    cast = rich
    finding = Finding.objects.create(
        number="WT-2026-00001", unit=cast.school, title="弱口令", severity="high", state="notified",
        first_due_on=DAY,
        raised_at=timezone.now(), last_seen_at=timezone.now(),
    )  # fmt: skip
    inspection = Inspection.objects.create(
        number="JC-2026-001", unit=cast.school, method="onsite", state="running", started_on=DAY,
        planned_from=DAY, planned_to=DAY,
    )  # fmt: skip
    client = signed_in(cast.other_liaison)
    addresses = [
        reverse("findings:finding", args=[finding.pk]),
        reverse("inspections:inspection", args=[inspection.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    merge_units(cast.school, into=cast.town, **turn(cast))
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert {finding.unit, inspection.unit} == {cast.school}
