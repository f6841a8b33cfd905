"""Posting, voiding, replacing and approving payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.audit.models import Record
from plumbline.office.targets.models import Payment, PlanVersion
from plumbline.office.targets.services.ledger import (
    LedgerError,
    OverBudget,
    PaymentEntry,
    approve_payment,
    post_payment,
    refuse_payment,
    replace_payment,
    restore_payment,
    void_payment,
)
from tests.office.targets.factories import NOW, Built, make_payment, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return make_user(Role.STAFF, name="李强")


@pytest.fixture
def leader() -> User:
    return make_user(Role.LEADER, name="赵建国")


@pytest.fixture
def built(staff: User) -> Built:
    return make_plan(user=staff)


def entry(amount: str = "1000.00", **fields: Any) -> PaymentEntry:
    values: dict[str, Any] = {"paid_on": date(2023, 3, 1), "fund": "财政资金", "voucher_no": "记-1"}
    return PaymentEntry(amount_yuan=Decimal(amount), **{**values, **fields})


def post(built: Built, actor: User, amount: str = "1000.00", **fields: Any) -> Payment:
    return post_payment(actor=actor, line=built.lines[1], entry=entry(amount, **fields), now=NOW).payment


def test_a_payment_is_posted_and_recorded(built: Built, staff: User) -> None:
    payment = post(built, staff)
    assert payment.state == Payment.State.POSTED
    act = Record.objects.get()
    assert (act.action, act.actor, act.object_id) == ("ledger.post", staff, str(payment.pk))
    assert act.detail["amount_yuan"] == "1000.00"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"paid_on": date(2022, 12, 31)}, "不在 2023 年度内"),
        ({"paid_on": date(2023, 7, 11)}, "今天之后"),
        ({"voucher_no": " "}, "没有凭证号"),
        ({"fund": "上级补助"}, "不在该项目的预算中"),
        ({"amount": "0"}, "金额不能为 0"),
        ({"amount": "1.005"}, "两位小数"),
        ({"amount": "-1"}, "退款多于"),
    ],
)
def test_what_cannot_be_is_refused(built: Built, staff: User, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        post(built, staff, **fields)
    assert not Payment.objects.exists()
    assert not Record.objects.exists()


@pytest.mark.parametrize("state", [PlanVersion.State.DRAFT, PlanVersion.State.DISCARDED])
def test_nothing_is_posted_before_the_plan_is_approved(staff: User, state: str) -> None:
    with pytest.raises(LedgerError, match="已批准"):
        post(make_plan(user=staff, state=state), staff)


def test_the_budget_may_be_used_up_to_the_cent(built: Built, staff: User) -> None:
    post(built, staff, "79999.99")
    assert post(built, staff, "0.01", voucher_no="记-2").state == Payment.State.POSTED
    with pytest.raises(OverBudget) as caught:
        post(built, staff, "0.01", voucher_no="记-3")
    assert caught.value.excess == Decimal("0.01")


def test_over_the_budget_staff_leave_it_waiting_and_it_does_not_count(built: Built, staff: User) -> None:
    payment = post(built, staff, "80000.01", over_budget_reason="追加培训一期")
    assert payment.state == Payment.State.PENDING
    assert payment.over_budget_by is None
    assert post(built, staff, "80000", voucher_no="记-2").state == Payment.State.POSTED


def test_a_leader_lets_a_waiting_payment_pass(built: Built, staff: User, leader: User) -> None:
    payment = post(built, staff, "80000.01", over_budget_reason="追加培训一期")
    with pytest.raises(LedgerError, match="无权"):
        approve_payment(actor=staff, payment=payment)
    approved = approve_payment(actor=leader, payment=payment)
    assert (approved.state, approved.over_budget_by) == (Payment.State.POSTED, leader)
    assert Record.objects.latest("sequence").action == "ledger.override"
    with pytest.raises(LedgerError, match="不能进行此操作"):
        approve_payment(actor=leader, payment=payment)


def test_a_refused_payment_is_void_with_the_reason(built: Built, staff: User, leader: User) -> None:
    payment = post(built, staff, "80000.01", over_budget_reason="追加培训一期")
    refused = refuse_payment(actor=leader, payment=payment, reason="无指标")
    assert (refused.state, refused.void_reason) == (Payment.State.VOID, "无指标")


def test_who_may_override_posts_at_once_but_only_with_a_reason(built: Built) -> None:
    admin = make_user(Role.ADMINISTRATOR, name="王敏")
    with pytest.raises(OverBudget):
        post(built, admin, "80000.01")
    payment = post(built, admin, "80000.01", over_budget_reason="追加预算已批复")
    assert (payment.state, payment.over_budget_by) == (Payment.State.POSTED, admin)


def test_a_fund_beyond_its_share_is_warned_of(built: Built, staff: User) -> None:
    done = post_payment(actor=staff, line=built.lines[1], entry=entry(fund="其他资金"), now=NOW)
    assert done.payment.state == Payment.State.POSTED
    assert "其他资金" in done.warnings[0]


def test_a_voucher_stands_once_a_project_and_fund(built: Built, staff: User) -> None:
    post(built, staff)
    with pytest.raises(LedgerError, match="登记过"):
        post(built, staff)
    assert post(built, staff, fund="其他资金").pk
    assert post_payment(actor=staff, line=built.lines[0], entry=entry(), now=NOW).payment.pk


def test_a_void_payment_frees_budget_and_voucher(built: Built, staff: User) -> None:
    payment = post(built, staff, "80000")
    with pytest.raises(LedgerError, match="作废理由"):
        void_payment(actor=staff, payment=payment, reason=" ")
    void_payment(actor=staff, payment=payment, reason="重复登记")
    assert post(built, staff, "80000").state == Payment.State.POSTED


def test_a_void_payment_comes_back_if_the_budget_still_allows(built: Built, staff: User) -> None:
    payment = void_payment(actor=staff, payment=post(built, staff, "50000"), reason="误记")
    assert restore_payment(actor=staff, payment=payment, now=NOW).payment.state == Payment.State.POSTED
    void_payment(actor=staff, payment=payment, reason="误记")
    post(built, staff, "40000", voucher_no="记-2")
    with pytest.raises(OverBudget):
        restore_payment(actor=staff, payment=payment, now=NOW)


def test_voiding_twice_tells_the_second_person(built: Built, staff: User) -> None:
    payment = post(built, staff)
    void_payment(actor=staff, payment=payment, reason="误记")
    with pytest.raises(LedgerError, match="已作废"):
        void_payment(actor=staff, payment=payment, reason="误记")


def test_a_payment_with_its_refund_is_not_voided_first(built: Built, staff: User) -> None:
    payment = post(built, staff, "100")
    post(built, staff, "-100", voucher_no="记-2")
    with pytest.raises(LedgerError, match="先作废"):
        void_payment(actor=staff, payment=payment, reason="误记")


def test_voiding_a_refund_does_not_carry_the_total_over_the_budget(
    built: Built, staff: User, leader: User
) -> None:
    post(built, staff, "80000")
    refund = post(built, staff, "-50000", voucher_no="记-2")
    post(built, staff, "50000", voucher_no="记-3")
    with pytest.raises(LedgerError, match=r"超出预算 50,000\.00 元"):
        void_payment(actor=staff, payment=refund, reason="误记")
    assert void_payment(actor=leader, payment=refund, reason="误记").state == Payment.State.VOID


def test_correcting_a_refund_is_held_to_the_budget_only_at_the_end(built: Built, staff: User) -> None:
    post(built, staff, "80000")
    refund = post(built, staff, "-50000", voucher_no="记-2")
    post(built, staff, "50000", voucher_no="记-3")

    def correct(amount: str, payment: Payment) -> Payment:
        new = entry(amount, voucher_no="记-4")
        return replace_payment(
            actor=staff, payment=payment, line=built.lines[1], entry=new, reason="录错", now=NOW
        ).payment

    right = correct("-50000", refund)
    with pytest.raises(LedgerError, match=r"超出预算 40,000\.00 元"):
        correct("-10000", right)


def test_the_voucher_of_a_refunded_payment_can_be_corrected(built: Built, staff: User) -> None:
    payment = post(built, staff, "100")
    post(built, staff, "-100", voucher_no="记-2")
    right = replace_payment(
        actor=staff,
        payment=payment,
        line=built.lines[1],
        entry=entry("100", voucher_no="记-3"),
        reason="凭证号录错",
        now=NOW,
    ).payment
    assert right.state == Payment.State.POSTED


def test_a_replaced_payment_does_not_come_back_beside_its_replacement(built: Built, staff: User) -> None:
    wrong = post(built, staff, "100")
    new = entry("100", voucher_no="记-3")
    right = replace_payment(
        actor=staff, payment=wrong, line=built.lines[1], entry=new, reason="录错", now=NOW
    ).payment
    with pytest.raises(LedgerError, match="代替"):
        restore_payment(actor=staff, payment=wrong, now=NOW)
    void_payment(actor=staff, payment=right, reason="误记")
    assert restore_payment(actor=staff, payment=wrong, now=NOW).payment.state == Payment.State.POSTED


def test_states_are_recorded_in_chinese_whoever_works(built: Built, staff: User) -> None:
    payment = post(built, staff)
    with translation.override("en"):
        void_payment(actor=staff, payment=payment, reason="误记")
    assert Record.objects.latest("sequence").detail["state"] == {"old": "已记账", "new": "已作废"}


def test_a_replacement_voids_the_wrong_one_and_names_it(built: Built, staff: User) -> None:
    wrong = post(built, staff, "70000")
    right = replace_payment(
        actor=staff, payment=wrong, line=built.lines[1], entry=entry("70001"), reason="金额录错", now=NOW
    ).payment
    wrong.refresh_from_db()
    assert (wrong.state, wrong.void_reason, right.replaces) == (Payment.State.VOID, "金额录错", wrong)
    changed = Record.objects.latest("sequence").detail["amount_yuan"]
    assert changed == {"old": "70000.00", "new": "70001"}


def test_a_replacement_that_is_refused_leaves_everything_as_it_was(built: Built, staff: User) -> None:
    wrong = post(built, staff, "70000")
    with pytest.raises(OverBudget):
        replace_payment(
            actor=staff, payment=wrong, line=built.lines[1], entry=entry("90000"), reason="金额录错", now=NOW
        )
    wrong.refresh_from_db()
    assert wrong.state == Payment.State.POSTED
    assert Payment.objects.count() == 1


def test_the_budget_of_the_adjusted_version_binds(built: Built, staff: User) -> None:
    make_payment(built.lines[1], "80000")
    project = built.projects[1]
    PlanVersion.objects.filter(pk=built.version.pk).update(state=PlanVersion.State.SUPERSEDED)
    version = PlanVersion.objects.create(
        plan=built.plan, number=2, state=PlanVersion.State.APPROVED, organisation_name="甲", created_by=staff
    )
    project.pk, project.version, project.budget_yuan = None, version, Decimal("90000")
    project.save()
    project.funds.create(ordinal=1, name="财政资金", amount_yuan=Decimal("90000"))
    assert post(built, staff, "10000").state == Payment.State.POSTED
    with pytest.raises(OverBudget):
        post(built, staff, "0.01", voucher_no="记-9")
