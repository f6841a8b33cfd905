"""What of the indicators' sources waits for a person, among his tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.office.lib.agenda import MOST, SOURCES, Task
from plumbline.office.targets.models import Binding, Indicator, PlanVersion
from plumbline.office.targets.queries.plans import visible_plans


def undecided(user: Any, now: datetime) -> Iterator[Task]:
    """Approved plans of this year with indicators that nobody said how to fill."""
    if not user.may("measures.bind"):
        return
    decided = Binding.objects.filter(indicator_line=OuterRef("line"), state=Binding.State.CONFIRMED)
    rows = (
        Indicator.objects.filter(
            ~Exists(decided), use=Indicator.Use.TRACKED,
            project__version__state=PlanVersion.State.APPROVED,
            project__version__plan__in=visible_plans(user).filter(year=timezone.localdate(now).year),
        )
        .order_by("project__version__plan")
        .values("project__version__plan", "project__version__plan__unit__name")
        .annotate(count=Count("pk"))
    )[:MOST]  # fmt: skip
    for row in rows:
        count = row["count"]
        words = ngettext("确定 %(n)d 个指标的取值方式", "确定 %(n)d 个指标的取值方式", count) % {"n": count}
        url = reverse("targets:bindings", args=[row["project__version__plan"]]) + "?kind=undecided"
        yield Task(words, url, label=_("取值"), detail=row["project__version__plan__unit__name"], count=count)


SOURCES.add("targets.bindings", undecided)
