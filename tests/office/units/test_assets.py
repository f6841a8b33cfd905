"""Assets: registered in one form, found by an address within, retired, and claimed twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.units.assets import AssetError
from plumbline.office.units.matching import AssetIndex
from plumbline.office.units.models import Asset, System
from plumbline.office.units.queries.assets import AssetFilter, asset_conflicts, assets
from plumbline.office.units.services.assets import restore_asset, retire_asset, save_asset

pytestmark = pytest.mark.django_db


def asset(cast, unit, kind, value, **values):
    return save_asset(Asset(unit=unit, kind=kind, value=value, **values), actor=cast.staff)


def form_values(unit, **values):
    empty = dict.fromkeys(("title", "system", "vendor", "version", "place", "keeper", "note"), "")
    return {"unit": unit.pk, "kind": "ip", "value": "10.8.1.0-10.8.1.255", **empty, **values}


def test_an_asset_is_kept_in_its_one_form(cast, signed_in):
    answer = signed_in(cast.liaison).post(reverse("units:asset_create"), form_values(cast.school))
    saved = Asset.objects.get()
    assert answer.status_code == 302
    assert (saved.value, saved.low[-8:], saved.high[-8:]) == ("10.8.1.0/24", "0a080100", "0a0801ff")
    assert Record.objects.get(action="units.asset_create").detail["value"]["new"] == "10.8.1.0/24"


def test_what_is_wrong_is_said_beside_the_field(cast, signed_in):
    answer = signed_in(cast.staff).post(
        reverse("units:asset_create"), form_values(cast.school, value="10.8.1.5/24")
    )
    assert answer.status_code == 422
    assert "整个网段请写 10.8.1.0/24" in answer.context["form"].errors["value"][0]


def test_an_asset_stands_once_in_a_unit(cast, signed_in):
    first = asset(cast, cast.school, "ip", "10.8.1.0/24")
    answer = signed_in(cast.staff).post(reverse("units:asset_create"), form_values(cast.school))
    assert "本单位已登记" in answer.content.decode()
    retire_asset(asset=first, actor=cast.staff, reason="收回")
    with pytest.raises(AssetError, match="已停用"):
        asset(cast, cast.school, "ip", "10.8.1.0/24")
    asset(cast, cast.town, "ip", "10.8.1.0/24")


def test_an_asset_belongs_to_a_system_of_its_own_unit(cast):
    other = System.objects.create(unit=cast.town, name="政务公开")
    with pytest.raises(AssetError, match="不属于这个单位"):
        asset(cast, cast.school, "ip", "10.8.1.1", system=other)


def test_an_asset_is_retired_and_restored_with_reasons(cast, signed_in):
    saved = asset(cast, cast.school, "domain", "Example.gov.cn")
    client = signed_in(cast.liaison)
    assert client.post(reverse("units:asset_retire", args=[saved.pk])).status_code == 422
    client.post(reverse("units:asset_retire", args=[saved.pk]), {"reason": "域名注销"})
    saved.refresh_from_db()
    assert saved.state == Asset.State.RETIRED
    assert AssetIndex.load().match("www.example.gov.cn") is None
    with pytest.raises(AssetError, match="无需重复"):
        retire_asset(asset=saved, actor=cast.staff, reason="再停")
    restore_asset(asset=saved, actor=cast.staff, reason="续费")
    assert AssetIndex.load().match("www.example.gov.cn") == saved
    assert AssetIndex.load(units=[cast.town.pk]).match("www.example.gov.cn") is None


def test_the_index_is_built_with_one_query(cast, django_assert_num_queries):
    asset(cast, cast.school, "ip", "10.8.1.0/24")
    with django_assert_num_queries(1):
        found = AssetIndex.load().match("10.8.1.7")
        assert found.unit == cast.school


def test_an_address_finds_the_ranges_that_hold_it(cast):
    asset(cast, cast.school, "ip", "10.8.0.0/16", title="校园网")
    asset(cast, cast.town, "ip", "10.9.0.0/16")
    asset(cast, cast.town, "domain", "示例.中国")

    def values(user, text, **more):
        return [row.value for row in assets(user, wanted=AssetFilter(search=text, **more)).order_by("value")]

    assert values(cast.staff, "10.8.3.4") == ["10.8.0.0/16"]
    assert values(cast.staff, "示例.中国") == ["xn--fsq092h.xn--fiqs8s"]
    assert values(cast.staff, "校园") == ["10.8.0.0/16"]
    assert values(cast.liaison, "10.9.1.1") == []
    assert values(cast.staff, "10.8.3.4", kind="domain") == []


def test_what_two_units_claim_is_listed(cast, signed_in):
    asset(cast, cast.school, "ip", "222.240.1.0/24")
    asset(cast, cast.town, "ip", "222.240.1.128/25")
    asset(cast, cast.school, "ip", "222.240.1.1")  # within its own unit: no conflict
    asset(cast, cast.school, "domain", "a.gov.cn")
    asset(cast, cast.town, "domain", "a.gov.cn")
    asset(cast, cast.school, "ip", "192.168.1.0/24")
    asset(cast, cast.town, "ip", "192.168.1.0/24")
    public = asset_conflicts()
    assert {(c.first.value, c.second.value, c.is_same) for c in public} == {
        ("a.gov.cn", "a.gov.cn", True),
        ("222.240.1.0/24", "222.240.1.128/25", False),
    }
    (private,) = asset_conflicts(private=True)
    assert private.is_same
    assert private.is_private
    page = signed_in(cast.staff).get(reverse("units:asset_conflicts")).content.decode()
    assert "222.240.1.128/25" in page
    assert "192.168.1.0/24" not in page
    assert signed_in(cast.liaison).get(reverse("units:asset_conflicts")).status_code == 403


def test_the_second_to_save_is_told(cast, signed_in):
    saved = asset(cast, cast.school, "ip", "10.8.1.1")
    changed = Asset.objects.get(pk=saved.pk)
    changed.keeper = "刘芳"
    save_asset(changed, actor=cast.staff)
    values = form_values(cast.school, value="10.8.1.1", keeper="王敏", revision=saved.revision)
    answer = signed_in(cast.staff).post(reverse("units:asset_edit", args=[saved.pk]), values)
    assert answer.status_code == 409
    assert answer.context["form"].errors["keeper"] == ["现在保存的是“刘芳”。"]


def test_the_fields_follow_the_unit_and_the_kind(cast, signed_in):
    System.objects.create(unit=cast.school, name="教务系统")
    System.objects.create(unit=cast.town, name="政务公开")
    page = signed_in(cast.staff).get(
        reverse("units:asset_fields"), {"unit": cast.school.pk, "kind": "domain", "value": "a.gov.cn"}
    )
    text = page.content.decode()
    assert "教务系统" in text
    assert "政务公开" not in text
    assert "不带 http" in text
    assert 'value="a.gov.cn"' in text
    foreign = signed_in(cast.liaison).get(reverse("units:asset_fields"), {"unit": cast.town.pk, "kind": "ip"})
    assert "政务公开" not in foreign.content.decode()


@pytest.mark.parametrize("name", ["asset", "asset_edit", "asset_retire", "asset_restore"])
def test_another_units_liaison_gets_404(cast, signed_in, name):
    saved = asset(cast, cast.school, "domain", "school.example.cn")
    address = reverse(f"units:{name}", args=[saved.pk])
    client = signed_in(cast.other_liaison)
    answer = (
        client.post(address, {"reason": "x"}) if name.endswith(("retire", "restore")) else client.get(address)
    )
    assert answer.status_code == 404
    assert client.get(reverse("units:unit_assets", args=[cast.school.pk])).status_code == 404
    assert "school.example.cn" not in client.get(reverse("units:assets")).content.decode()


@pytest.mark.parametrize(
    ("page", "form"), [("unit_assets", "asset_create"), ("unit_systems", "system_create")]
)
def test_an_empty_tab_of_a_unit_leads_to_the_form_for_that_unit(cast, signed_in, page, form):
    body = signed_in(cast.staff).get(reverse(f"units:{page}", args=[cast.school.pk])).content.decode()
    assert body.count(f'href="{reverse(f"units:{form}")}?unit={cast.school.pk}"') == 2
    assert f'href="{reverse(f"units:{form}")}"' not in body


@pytest.mark.parametrize("page", ["assets", "unit_assets", "asset_conflicts"])
def test_the_number_of_queries_does_not_grow_with_the_list(cast, signed_in, page):
    client = signed_in(cast.staff)
    address = reverse(f"units:{page}", args=[cast.school.pk] if page == "unit_assets" else [])
    first = System.objects.create(unit=cast.school, name="教务系统")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def add(count):
        for n in range(count):
            asset(cast, cast.school, "ip", f"222.240.{count}.{n}", system=first)
            asset(cast, cast.town, "ip", f"222.240.{count}.{n}")

    add(1)
    queries()
    few = queries()
    add(12)
    assert queries() == few


def test_saving_and_registering_another_keeps_the_unit(cast, signed_in):
    answer = signed_in(cast.staff).post(
        reverse("units:asset_create"), {**form_values(cast.school), "another": "1"}
    )
    assert answer["Location"].endswith(f"?unit={cast.school.pk}")
