"""Two people pay from one budget at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connections, transaction

from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import verify
from plumbline.office.targets.models import Payment
from plumbline.office.targets.services import ledger
from plumbline.office.targets.services.approval import approve
from plumbline.office.targets.services.ledger import OverBudget, PaymentEntry, post_payment
from plumbline.office.targets.services.ledger_rules import verdict
from plumbline.office.targets.services.versions import adjust
from tests.office.targets.factories import NOW, make_plan, make_user


@pytest.mark.django_db(transaction=True)
def test_simultaneous_payments_cannot_exceed_the_budget_together() -> None:
    user = make_user(Role.STAFF, name="李强")
    built = make_plan(user=user, projects=1)
    start = Barrier(4)

    def pay(number: int) -> str:
        try:
            entry = PaymentEntry(date(2023, 3, 1), Decimal("80000"), "财政资金", f"记-{number}")
            start.wait(timeout=10)
            post_payment(actor=user, line=built.lines[0], entry=entry, now=NOW)
            return "posted"
        except OverBudget:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as people:
        outcomes = sorted(people.map(pay, range(4)))

    assert outcomes == ["posted", "posted", "refused", "refused"]
    assert sum(p.amount_yuan for p in Payment.objects.all()) == Decimal("160000")
    assert verify().is_sound


@pytest.mark.django_db(transaction=True)
def test_an_approval_waits_for_a_payment_that_is_being_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(Role.STAFF, name="李强")
    built = make_plan(user=user, projects=1)
    draft = adjust(plan=built.plan, reason="压减预算", actor=user)
    draft.projects.update(budget_yuan=Decimal("10000"))
    looked, order = Event(), []

    def slowly(*given: Any, **named: Any) -> Any:
        looked.set()
        time.sleep(0.5)
        return verdict(*given, **named)

    monkeypatch.setattr(ledger, "verdict", slowly)

    def pay() -> None:
        try:
            entry = PaymentEntry(date(2023, 3, 1), Decimal("80000"), "财政资金", "记-1")
            with transaction.atomic():
                post_payment(actor=user, line=built.lines[0], entry=entry, now=NOW)
                order.append("paid")
        finally:
            connections.close_all()

    def freeze() -> None:
        try:
            looked.wait(timeout=10)
            approve(version=draft, revision=draft.revision, actor=user, now=NOW)
            order.append("approved")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as people:
        for act in [people.submit(pay), people.submit(freeze)]:
            act.result(timeout=30)

    assert order == ["paid", "approved"]
    monkeypatch.undo()
    with pytest.raises(OverBudget):
        entry = PaymentEntry(date(2023, 3, 1), Decimal("1"), "财政资金", "记-2")
        post_payment(actor=user, line=built.lines[0], entry=entry, now=NOW)
