"""Two people pay from one budget at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections

from plumbline.office.accounts.roles import Role
from plumbline.office.audit.services import verify
from plumbline.office.targets.models import Payment
from plumbline.office.targets.services.ledger import OverBudget, PaymentEntry, post_payment
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
