"""One payment, and what was done to it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from plumbline.office.audit.models import Record
from plumbline.office.audit.queries import records_of
from plumbline.office.targets.models import Payment, Plan, ProjectLine
from plumbline.office.targets.queries.ledger import payments_of


def payment_or_404(plan: Plan, payment_id: int) -> Payment:
    """A payment of this plan.

    Raises:
        Http404: it is none, or another plan's.
    """
    rows = payments_of(plan).select_related("project_line", "replaces", "imported__file")
    payment = rows.filter(pk=payment_id).first()
    if payment is None:
        raise Http404
    return payment


def line_or_404(plan: Plan, line_id: int) -> ProjectLine:
    """A project of this plan, in whatever version.

    Raises:
        Http404: it is none, or another plan's.
    """
    line = ProjectLine.objects.filter(plan=plan, pk=line_id).first()
    if line is None:
        raise Http404
    return line


def replacement_of(payment: Payment) -> Payment | None:
    """The payment that was entered in its place: the one that counts, else the latest."""
    found = list(payment.replaced_by.order_by("-pk"))
    return next((one for one in found if one.state != Payment.State.VOID), next(iter(found), None))


def acts_on(payment: Payment) -> QuerySet[Record]:
    """What was recorded of a payment, oldest first."""
    return records_of(object_type=payment._meta.label_lower, object_id=str(payment.pk)).order_by("sequence")
