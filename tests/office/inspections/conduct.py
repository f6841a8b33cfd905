"""What the tests of plans and inspections start from: a small checklist, a plan, an inspection."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from plumbline.office.inspections.models import (
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    Inspection,
    InspectionPlan,
    Inspector,
)

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)


def make_checklist(key: str = "county-yearly", *, more: int = 0) -> ChecklistVersion:
    """Two sections: a plain item, a branching pair, a number and a text with points; `more` plain items."""
    checklist = Checklist.objects.create(key=key, title=f"年度检查表 {key}", origin=Checklist.Origin.SHIPPED)
    version = ChecklistVersion.objects.create(
        checklist=checklist, number=1, edition="2026",
        digest=f"{key:0<64}"[:64], imported_at=NOW,
    )  # fmt: skip
    Kind = ChecklistItem.Answer
    rows = (
        ("1", 0, Kind.NONE, "责任制", None, {}),
        ("1.1", 1, Kind.CONFORMITY, "是否明确网络安全责任人", Decimal(10), {}),
        ("1.2", 1, Kind.YES_NO, "是否有网站", None, {}),
        ("1.3", 1, Kind.CONFORMITY, "网站是否备案", Decimal(10), {"item": "1.2", "in": ["yes"]}),
        ("2", 0, Kind.NONE, "培训", None, {}),
        ("2.1", 1, Kind.NUMBER, "全年培训次数", None, {}),
        ("2.2", 1, Kind.TEXT, "培训内容", Decimal(5), {}),
    )
    rows += tuple((f"2.{n + 3}", 1, Kind.YES_NO, f"第 {n} 项", Decimal(1), {}) for n in range(more))
    words = {"basis": "《网络安全法》", "guidance": "查看文件", "evidence": "任命文件"}
    foreseen = {"severity": "high", "finding": "未明确责任人", "advice": "发文明确责任人"}
    for number, (item, depth, kind, title, points, condition) in enumerate(rows):
        ChecklistItem.objects.create(
            version=version, key=item, ordinal=number, depth=depth, answer=kind, title=title, points=points,
            condition=condition, **words, **(foreseen if item == "1.1" else {}),
        )  # fmt: skip
    version.state = ChecklistVersion.State.PUBLISHED
    version.save()
    return version


def make_plan(cast, *, state: str = InspectionPlan.State.APPROVED, year: int = 2026) -> InspectionPlan:
    """A plan drafted by the staff."""
    return InspectionPlan.objects.create(
        year=year, state=state, quota_q1=2, quota_q2=1, drafted_by=cast.staff,
        submitted_by=None if state == "draft" else cast.staff,
    )  # fmt: skip


def make_inspection(
    cast, *, version=None, unit=None, method="self_check", number="JC-2026-0001", **more
) -> Inspection:
    """An inspection of the school, planned for March."""
    fields = {"planned_from": date(2026, 3, 1), "planned_to": date(2026, 3, 31), **more}
    return Inspection.objects.create(
        number=number, unit=unit or cast.school, method=method, checklist=version, **fields
    )


def make_visit(cast, *, version=None, second=None, **more) -> Inspection:
    """A visit with two inspectors: the staff leads, the administrator goes along."""
    visit = make_inspection(cast, version=version, method="on_site", **more)
    Inspector.objects.create(inspection=visit, user=cast.staff, role=Inspector.Role.LEAD)
    Inspector.objects.create(inspection=visit, user=second or cast.administrator)
    return visit


def item_of(version: ChecklistVersion, key: str) -> ChecklistItem:
    return version.items.get(key=key)
