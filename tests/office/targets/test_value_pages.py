"""The matrix of values, the form of one, evidence and access."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plumbline.office.targets.models import Indicator, IndicatorValue, PlanVersion, ValueEvidence
from tests.office.targets.factories import NOW, Built, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.school, user=cast.staff)


@pytest.fixture
def staff(client: Client, cast: Any) -> Client:
    client.force_login(cast.staff)
    return client


def cell(built: Built, indicator: int = 0, checkpoint: int = 0) -> str:
    line, point = built.indicators()[indicator].line_id, built.checkpoints[checkpoint].pk
    return reverse("targets:values_cell", args=[built.plan.pk, line, point])


def matrix(built: Built) -> str:
    return reverse("targets:values", args=[built.plan.pk])


def typed(**fields: Any) -> dict[str, Any]:
    return {"way": "number", "value": "3", "unit": "次", **fields}


def pdf(name: str = "统计表.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 x")


def test_the_matrix_marks_what_is_missing(staff: Client, built: Built) -> None:
    page = staff.get(matrix(built)).content.decode()
    assert page.count("cell-missing") == 9 * 4
    assert "检查次数" in page and "≥12次" in page


def test_a_share_is_shown_to_two_decimals(staff: Client, built: Built) -> None:
    staff.post(cell(built, 1), typed(way="ratio", numerator="83", denominator="95", unit="%"))
    assert IndicatorValue.objects.get().value == Decimal("87.36842105")
    assert "87.37%" in staff.get(matrix(built)).content.decode()
    assert "87.36842105%" not in staff.get(cell(built, 1)).content.decode()


def test_a_ratio_without_a_unit_is_in_the_unit_of_its_target(staff: Client, built: Built) -> None:
    staff.post(cell(built, 1), typed(way="ratio", numerator="97", denominator="100", unit=""))
    value = IndicatorValue.objects.get()
    assert (value.value, value.unit) == (Decimal(97), "%")


def test_an_approved_reading_decides_how_a_value_is_asked_for(staff: Client, built: Built, cast: Any) -> None:
    Indicator.objects.filter(pk=built.indicators()[2].pk).update(
        reading_raw="≥95%", reading_approved_at=NOW, reading_approved_by=cast.leader
    )
    initial = staff.get(cell(built, 2)).context["form"].initial
    assert (initial["way"], initial["unit"]) == ("number", "%")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (typed(), "3"),
        (typed(way="ratio", numerator="97", denominator="100", unit="%"), "97"),
        (typed(way="text", text="防护水平明显提升"), None),
        (typed(way="day", day="2023-03-05"), None),
        (typed(way="unmeasured", unmeasured="平台停机"), None),
    ],
)
def test_a_value_is_entered_each_way(
    staff: Client, built: Built, fields: dict[str, Any], expected: str | None
) -> None:
    assert staff.post(cell(built), fields).status_code == 302
    value = IndicatorValue.objects.get()
    assert (str(value.value.normalize()) if value.value is not None else None) == expected
    assert staff.get(cell(built)).status_code == 200
    assert staff.get(matrix(built)).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        typed(value=""),
        typed(value="约三次"),
        typed(way="ratio", numerator="1"),
        typed(way="unmeasured"),
        typed(way="x"),
    ],
)
def test_what_a_way_needs_is_asked_for_and_typing_is_kept(
    staff: Client, built: Built, fields: dict[str, Any]
) -> None:
    response = staff.post(cell(built), fields | {"note": "来自检查记录"})
    assert response.status_code == 422
    assert "来自检查记录" in response.content.decode()
    assert not IndicatorValue.objects.exists()


def test_a_zero_denominator_is_refused_with_advice(staff: Client, built: Built) -> None:
    response = staff.post(cell(built), typed(way="ratio", numerator="0", denominator="0"))
    assert "未能测量" in response.content.decode()
    assert response.status_code == 422


def test_evidence_is_kept_carried_over_and_handed_out(staff: Client, built: Built) -> None:
    staff.post(cell(built), typed(files=[pdf("一.pdf"), pdf("二.pdf")]))
    first = IndicatorValue.objects.get()
    assert [e.title for e in first.evidence.all()] == ["一.pdf", "二.pdf"]
    keep = first.evidence.first().pk
    staff.post(
        cell(built), typed(value="4", seen=first.pk, reason="漏计", keep=[keep], files=[pdf("三.pdf")])
    )
    second = IndicatorValue.objects.get(state="current")
    assert [e.title for e in second.evidence.all()] == ["一.pdf", "三.pdf"]
    got = staff.get(reverse("targets:values_evidence", args=[built.plan.pk, keep]))
    assert b"".join(got.streaming_content) == b"%PDF-1.4 x"


def test_a_program_is_no_evidence_and_good_files_need_not_be_sent_again(staff: Client, built: Built) -> None:
    bad = SimpleUploadedFile("佐证.pdf", b"MZ\x90 program")
    response = staff.post(cell(built), typed(files=[bad]))
    assert response.status_code == 422
    response = staff.post(cell(built), typed(value="", files=[pdf()]))
    tokens = [token for token, _file in response.context["kept"]]
    staff.post(cell(built), typed(kept=tokens))
    assert ValueEvidence.objects.get().title == "统计表.pdf"


def test_two_people_enter_the_same_value_and_the_second_sees_both(
    staff: Client, built: Built, cast: Any
) -> None:
    other = Client()
    other.force_login(cast.administrator)
    staff.post(cell(built), typed(value="3"))
    response = other.post(cell(built), typed(value="5", note="另一份统计"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "李强" in page and "3次" in page and "另一份统计" in page
    seen = response.context["form"].data["seen"]
    other.post(cell(built), typed(value="5", seen=seen, reason="以复核为准"))
    assert IndicatorValue.objects.get(state="current").value == 5
    assert IndicatorValue.objects.get(state="replaced").replaced_reason == "以复核为准"


def test_a_value_is_withdrawn_and_restored_from_its_history(staff: Client, built: Built) -> None:
    staff.post(cell(built), typed())
    value = IndicatorValue.objects.get()
    staff.post(reverse("targets:values_withdraw", args=[built.plan.pk, value.pk]), {"reason": "填错"})
    assert not IndicatorValue.objects.filter(state="current").exists()
    assert "填错" in staff.get(cell(built)).content.decode()
    staff.post(reverse("targets:values_restore", args=[built.plan.pk, value.pk]), {"reason": "原值无误"})
    assert IndicatorValue.objects.filter(state="current").count() == 1


def test_restoring_over_a_value_that_was_entered_meanwhile_is_refused(staff: Client, built: Built) -> None:
    staff.post(cell(built), typed())
    old = IndicatorValue.objects.get()
    staff.post(cell(built), typed(value="5", seen=old.pk, reason="复核"))
    place = reverse("targets:values_restore", args=[built.plan.pk, old.pk])
    seen = IndicatorValue.objects.get(state="current")
    assert f"{place}?seen={seen.pk}" in staff.get(cell(built)).content.decode()
    staff.post(cell(built), typed(value="6", seen=seen.pk, reason="再复核"))
    assert staff.post(f"{place}?seen={seen.pk}", {"reason": "原值无误"}).status_code == 422
    assert IndicatorValue.objects.get(state="current").value == 6


def test_saving_leads_on_to_the_next_indicator_without_a_value(staff: Client, built: Built) -> None:
    response = staff.post(cell(built), typed(next="1"))
    assert response.url == cell(built, indicator=1)


def test_the_matrix_is_searched_and_filtered(staff: Client, built: Built) -> None:
    staff.post(cell(built), typed(way="unmeasured", unmeasured="停机"))
    for query, count in [
        ({"q": "整改"}, 3),
        ({"q": "没有的"}, 0),
        ({"project": built.lines[0].pk}, 3),
        ({"level": "效益指标"}, 3),
        ({"state": "unmeasured"}, 1),
        ({"state": "missing"}, 9),
        ({"state": "nonsense", "project": "x", "sort": "-name"}, 9),
    ]:
        assert len(staff.get(matrix(built), query).context["matrix"]) == count, query


def test_another_units_liaison_gets_404_and_the_own_reads_only(
    client: Client, built: Built, cast: Any
) -> None:
    client.force_login(cast.staff)
    client.post(cell(built), typed(files=[pdf()]))
    evidence = reverse("targets:values_evidence", args=[built.plan.pk, ValueEvidence.objects.get().pk])
    client.force_login(cast.other_liaison)
    assert {client.get(page).status_code for page in (matrix(built), cell(built), evidence)} == {404}
    client.force_login(cast.liaison)
    assert {client.get(page).status_code for page in (matrix(built), cell(built), evidence)} == {200}
    assert client.post(cell(built, 1), typed()).status_code == 403
    assert IndicatorValue.objects.count() == 1


def test_before_approval_the_pages_say_why(staff: Client, built: Built) -> None:
    PlanVersion.objects.update(state=PlanVersion.State.DRAFT)
    assert "尚未批准" in staff.get(matrix(built)).content.decode()
    assert "尚未批准" in staff.post(cell(built), typed()).content.decode()


def test_queries_do_not_grow_with_the_plan(
    staff: Client, cast: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    counts = []
    for unit, projects in ((cast.school, 1), (cast.town, 12)):
        built = make_plan(unit=unit, user=cast.staff, projects=projects)
        staff.post(cell(built), typed())
        staff.get(matrix(built))
        with django_assert_max_num_queries(20) as captured:
            staff.get(matrix(built))
        counts.append(len(captured))
    assert counts[0] == counts[1]
