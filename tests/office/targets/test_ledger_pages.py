"""The ledger in the browser's eyes: pages, sheets, access, query counts."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plumbline.office.audit.models import Record
from plumbline.office.targets.models import Payment, PaymentImport, PlanVersion
from tests.office.targets.factories import Built, make_payment, make_plan

pytestmark = pytest.mark.django_db
HEADS = ["项目编码或名称", "支付日期", "金额（元）", "资金来源", "凭证号", "用途", "收款单位"]


@pytest.fixture
def built(cast: Any) -> Built:
    return make_plan(unit=cast.school, user=cast.staff)


@pytest.fixture
def staff(client: Client, cast: Any) -> Client:
    client.force_login(cast.staff)
    return client


def url(name: str, built: Built, **arguments: Any) -> str:
    return reverse(f"targets:{name}", kwargs={"plan_id": built.plan.pk, **arguments})


def typed(built: Built, **fields: Any) -> dict[str, Any]:
    return {
        "project": built.lines[1].pk,
        "paid_on": "2023-03-01",
        "amount_yuan": "1,234.50",
        "fund": "财政资金",
        "voucher_no": "记-1",
        **fields,
    }


def sheet(*rows: list[Any], heads: list[str] = HEADS) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append(heads)
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("支付.xlsx", buffer.getvalue())


def row(
    number: int = 1, *, project: str = "P-002", amount: Any = 100, day: Any = date(2023, 3, 1)
) -> list[Any]:
    return [project, day, amount, "财政资金", f"记-{number}", "培训", "示例印务"]


def test_the_ledger_shows_what_is_late_and_missing(staff: Client, built: Built) -> None:
    make_payment(built.lines[1], "12345.60")
    page = staff.get(url("ledger", built)).content.decode()
    assert "12,345.60" in page
    assert "逾期" in page
    assert 'id="curve-data"' in page


def test_before_approval_the_page_says_why_nothing_can_be_posted(staff: Client, cast: Any) -> None:
    built = make_plan(unit=cast.school, user=cast.staff, state=PlanVersion.State.DRAFT)
    for name in ("ledger", "ledger_payments", "ledger_post", "ledger_import"):
        assert "尚未批准" in staff.get(url(name, built)).content.decode()
    staff.post(url("ledger_post", built), typed(built))
    assert not Payment.objects.exists()


def test_a_payment_is_entered_with_its_attachment(staff: Client, built: Built, cast: Any) -> None:
    file = SimpleUploadedFile("发票.pdf", b"%PDF-1.4 invoice")
    response = staff.post(url("ledger_post", built), typed(built, attachment=file), follow=True)
    payment = Payment.objects.get()
    assert payment.amount_yuan == Decimal("1234.50")
    assert "已记账" in response.content.decode()
    got = staff.get(url("ledger_attachment", built, payment_id=payment.pk))
    assert b"".join(got.streaming_content) == b"%PDF-1.4 invoice"
    assert got["Content-Disposition"].startswith("attachment")


def test_over_the_budget_the_form_asks_for_a_reason_and_keeps_everything(staff: Client, built: Built) -> None:
    file = SimpleUploadedFile("发票.pdf", b"%PDF-1.4 invoice")
    first = staff.post(
        url("ledger_post", built), typed(built, amount_yuan="80000.01", attachment=file, payee="示例公司")
    )
    page = first.content.decode()
    assert first.status_code == 422
    assert "超出 0.01 元" in page
    assert "示例公司" in page and "发票.pdf" in page
    again = typed(
        built, amount_yuan="80000.01", over_budget_reason="追加", kept=first.context["kept"], payee="示例公司"
    )
    staff.post(url("ledger_post", built), again)
    payment = Payment.objects.get()
    assert payment.state == Payment.State.PENDING
    assert payment.attachment.name == "发票.pdf"


def test_a_kept_file_is_good_only_for_who_uploaded_it(staff: Client, built: Built, cast: Any) -> None:
    file = SimpleUploadedFile("发票.pdf", b"%PDF-1.4 invoice")
    first = staff.post(url("ledger_post", built), typed(built, amount_yuan="80000.01", attachment=file))
    other = Client()
    other.force_login(cast.administrator)
    stolen = other.post(url("ledger_post", built), typed(built, kept=first.context["kept"]))
    assert stolen.status_code == 422
    assert not Payment.objects.exists()


def test_a_renamed_program_is_no_attachment(staff: Client, built: Built) -> None:
    file = SimpleUploadedFile("发票.pdf", b"MZ\x90\x00 program")
    response = staff.post(url("ledger_post", built), typed(built, attachment=file))
    assert response.status_code == 422
    assert not Payment.objects.exists()


def test_the_leader_approves_and_staff_cannot(client: Client, staff: Client, built: Built, cast: Any) -> None:
    staff.post(url("ledger_post", built), typed(built, amount_yuan="80000.01", over_budget_reason="追加"))
    payment = Payment.objects.get()
    address = url("ledger_approve", built, payment_id=payment.pk)
    assert staff.post(address).status_code == 403
    leader = Client()
    leader.force_login(cast.leader)
    assert (
        "批准超预算支付" in leader.get(url("ledger_payment", built, payment_id=payment.pk)).content.decode()
    )
    leader.post(address)
    payment.refresh_from_db()
    assert payment.state == Payment.State.POSTED


def test_a_wrong_payment_is_voided_restored_and_replaced(staff: Client, built: Built) -> None:
    staff.post(url("ledger_post", built), typed(built))
    payment = Payment.objects.get()
    staff.post(url("ledger_void", built, payment_id=payment.pk), {"reason": "误记"})
    assert "误记" in staff.get(url("ledger_payment", built, payment_id=payment.pk)).content.decode()
    staff.post(url("ledger_restore", built, payment_id=payment.pk))
    staff.post(
        url("ledger_replace", built, payment_id=payment.pk),
        typed(built, amount_yuan="1234.00", reason="金额录错"),
    )
    assert {(p.state, p.amount_yuan) for p in Payment.objects.all()} == {
        ("void", Decimal("1234.50")),
        ("posted", Decimal("1234.00")),
    }


def test_another_units_liaison_gets_404_and_the_own_reads_only(
    client: Client, built: Built, cast: Any
) -> None:
    payment = make_payment(built.lines[0])
    pages = [
        url("ledger", built),
        url("ledger_payments", built),
        url("ledger_project", built, line_id=built.lines[0].pk),
        url("ledger_payment", built, payment_id=payment.pk),
        url("ledger_export", built),
    ]
    client.force_login(cast.other_liaison)
    assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(cast.liaison)
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.get(url("ledger_post", built)).status_code == 403
    assert client.post(url("ledger_void", built, payment_id=payment.pk), {"reason": "x"}).status_code == 403


def test_a_payment_of_another_plan_is_not_found(staff: Client, built: Built, cast: Any) -> None:
    other = make_plan(unit=cast.town, user=cast.staff)
    payment = make_payment(other.lines[0])
    assert staff.get(url("ledger_payment", built, payment_id=payment.pk)).status_code == 404
    assert staff.get(url("ledger_project", built, line_id=other.lines[0].pk)).status_code == 404


def test_the_list_is_searched_filtered_sorted_and_summed(staff: Client, built: Built) -> None:
    make_payment(built.lines[0], "100", payee="甲公司", day=date(2023, 2, 1))
    make_payment(built.lines[0], "30", payee="乙公司", day=date(2023, 5, 1))
    make_payment(built.lines[1], "7", payee="甲公司", state=Payment.State.VOID)
    address = url("ledger_payments", built)
    found = staff.get(address, {"q": "甲公司"})
    assert (found.context["totals"].count, found.context["totals"].paid) == (2, Decimal("100"))
    found = staff.get(address, {"since": "2023-04-01", "state": "posted"})
    assert [p.amount_yuan for p in found.context["page"]] == [Decimal("30")]
    found = staff.get(address, {"sort": "amount", "project": built.lines[0].pk})
    assert [p.amount_yuan for p in found.context["page"]] == [Decimal("30"), Decimal("100")]
    assert staff.get(address, {"project": "x", "since": "nonsense", "page": "z"}).status_code == 200


def test_the_export_holds_the_filtered_rows_the_sum_and_no_formula(staff: Client, built: Built) -> None:
    make_payment(built.lines[0], "100.10", payee="=cmd|' /C calc'!A0")
    make_payment(built.lines[0], "200.20")
    make_payment(built.lines[1], "7", state=Payment.State.VOID)
    response = staff.get(url("ledger_export", built))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response)))
    rows = list(book.active.iter_rows())
    assert len(rows) == 5
    assert rows[-1][3].value == 300.3
    assert all(cell.data_type != "f" for line in rows for cell in line)
    assert any(cell.value and "=cmd" in str(cell.value) for line in rows for cell in line)


def test_taking_the_ledger_away_is_recorded(staff: Client, built: Built, cast: Any) -> None:
    make_payment(built.lines[0], "100.10", voucher_no="记-9")
    make_payment(built.lines[1], "7")
    staff.get(url("ledger_export", built), {"q": "记-9"})
    taken = Record.objects.get(action="ledger.export")
    assert (taken.actor, taken.object_id) == (cast.staff, str(built.plan.pk))
    assert taken.detail == {"格式": "xlsx", "条数": 1}


def test_the_template_comes_back_filled_in(staff: Client, built: Built) -> None:
    template = staff.get(url("ledger_template", built))
    book = openpyxl.load_workbook(io.BytesIO(template.content))
    assert [c.value for c in next(book.worksheets[0].iter_rows())] == HEADS
    assert book.worksheets[1]["A2"].value == "P-001"
    book.worksheets[0].append(row())
    buffer = io.BytesIO()
    book.save(buffer)
    seen = staff.post(url("ledger_import", built), {"sheet": SimpleUploadedFile("a.xlsx", buffer.getvalue())})
    assert seen.context["preview"].errors == []
    assert not Payment.objects.exists()
    staff.post(url("ledger_import", built), {"kept": seen.context["kept"]})
    payment = Payment.objects.get()
    assert (payment.amount_yuan, payment.paid_on, payment.imported.rows) == (
        Decimal("100"),
        date(2023, 3, 1),
        1,
    )


def look(staff: Client, built: Built, *rows: list[Any], **options: Any) -> Any:
    return staff.post(url("ledger_import", built), {"sheet": sheet(*rows, **options)})


@pytest.mark.parametrize(
    ("wrong", "cell", "words"),
    [
        (row(project="P-999"), "A3", "没有编码或名称"),
        (row(2, day="三月一日"), "B3", "不是日期"),
        (row(2, day="2022-03-01"), "第 3 行", "不在 2023 年度内"),
        (row(2, amount="约一百"), "C3", "不是金额"),
        (row(2, amount="1.234"), "C3", "不是金额"),
        (row(2, amount="=SUM(1,2)"), "C3", "公式"),
        (row(2, amount="=cmd|' /C calc'!A0"), "C3", "公式"),
        (row(2, amount=80000), "C3", "超出项目预算"),
        (row(1), "E3", "已有登记"),
        (["P-002", "2023-03-01", 5, "上级补助", "记-2", "", ""], "第 3 行", "不在该项目的预算中"),
        (["P-002", "2023-03-01", 5, "", "", "", ""], "第 3 行", "没有凭证号"),
        (["P-002", "2023-03-01", 5, "", "记" * 61, "", ""], "E3", "超过 60 个字"),
    ],
)
def test_one_wrong_cell_refuses_the_whole_file(
    staff: Client, built: Built, wrong: list[Any], cell: str, words: str
) -> None:
    errors = look(staff, built, row(1), wrong).context["preview"].errors
    assert [error.cell for error in errors] == [cell]
    assert words in errors[0].what


@pytest.mark.parametrize("day", ["2023-3-5", "2023/03/05", "2023.3.5", "2023年3月5日", "20230305"])
def test_days_are_read_as_the_office_writes_them(staff: Client, built: Built, day: str) -> None:
    rows = look(staff, built, row(day=day)).context["preview"].rows
    assert [r.entry.paid_on for r in rows] == [date(2023, 3, 5)]


@pytest.mark.parametrize("amount", ["1,234.50", "￥1234.5", "1234.50元", 1234.5])
def test_amounts_are_read_as_the_office_writes_them(staff: Client, built: Built, amount: Any) -> None:
    rows = look(staff, built, row(amount=amount)).context["preview"].rows
    assert [r.entry.amount_yuan for r in rows] == [Decimal("1234.50")]


def test_what_was_posted_meanwhile_refuses_the_confirmed_file(staff: Client, built: Built) -> None:
    seen = look(staff, built, row(1, amount=50000), row(2, amount=20000))
    make_payment(built.lines[1], "40000")
    answer = staff.post(url("ledger_import", built), {"kept": seen.context["kept"]})
    assert answer.status_code == 422
    assert Payment.objects.count() == 1
    assert not PaymentImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"MZ\x90 program"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted"),
        ("a.xlsx", b"PK\x03\x04 truncated"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
        ("a.xlsx", b""),
    ],
)
def test_what_is_no_sheet_gets_one_clear_error(
    staff: Client, built: Built, name: str, content: bytes
) -> None:
    response = staff.post(url("ledger_import", built), {"sheet": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert len(response.context["form"].errors["sheet"]) == 1


def test_a_sheet_without_the_heads_or_rows_is_refused(staff: Client, built: Built) -> None:
    assert "没有找到表头" in look(staff, built, row(), heads=["甲"] * 7).content.decode()
    assert "没有支付记录" in look(staff, built).content.decode()


def test_a_sheet_of_ten_thousand_rows_is_refused_in_one_sentence(staff: Client, built: Built) -> None:
    response = look(staff, built, *[row(number) for number in range(10_000)])
    assert response.context["form"].errors["sheet"] == ["表格超过 2000 行。请分成几个文件导入。"]


def test_names_with_markup_are_shown_as_text(staff: Client, built: Built) -> None:
    make_payment(built.lines[0], payee="<script>alert(1)</script>{{ 7|add:1 }}")
    page = staff.get(url("ledger_payments", built)).content.decode()
    assert "<script>alert(1)" not in page
    assert "{{ 7|add:1 }}" in page


@pytest.mark.parametrize("name", ["ledger", "ledger_payments"])
def test_queries_do_not_grow_with_the_plan(
    staff: Client, cast: Any, name: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    small = make_plan(unit=cast.school, user=cast.staff, projects=1)
    large = make_plan(unit=cast.town, user=cast.staff, projects=12)
    for line in large.lines * 3:
        make_payment(line)
    counts = []
    for built in (small, large):
        staff.get(url(name, built))
        with django_assert_max_num_queries(25) as captured:
            staff.get(url(name, built))
        counts.append(len(captured))
    # a list with rows asks the pages count once more than an empty one
    assert counts[1] - counts[0] <= 1
