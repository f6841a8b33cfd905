"""The sample county, for an office that is still empty."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from plumbline.office.operations.people import acting_person
from plumbline.office.sample.loading import Loaded, load_sample
from plumbline.office.targets.models import Plan


def load() -> Loaded | None:
    """Fill in the sample county, all or nothing; None where there are plans already.

    Raises:
        PlumblineError: there is no administrator, or a service refuses.
    """
    if Plan.objects.exists():
        return None
    with transaction.atomic():
        return load_sample(actor=acting_person(""), now=datetime.now(UTC))
