"""A county's register and work written straight into the tables.

300 units, 3,000 systems, 10,000 assets, 100,000 findings with their events, 900 inspections, and one
plan whose indicators are filled by every metric there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

UNITS, SYSTEMS, ASSETS, FINDINGS, INSPECTIONS = 300, 3_000, 10_000, 100_000, 900
YEAR = 2026
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAYS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 10, 31), date(2026, 12, 31))
KINDS = ("government", "school", "hospital", "township", "enterprise")
SECTORS = ("party_government", "education", "health", "utilities", "manufacturing")
SEVERITIES = ("critical", "high", "high", "medium", "medium", "medium", "low", "low")
#: how a finding went: its acts after it was raised, each with days and the state after it
COURSES: tuple[tuple[tuple[str, int, str], ...], ...] = (
    (),
    (("confirm", 1, "confirmed"),),
    (("confirm", 1, "confirmed"), ("notify", 3, "notified")),
    (("confirm", 1, "confirmed"), ("notify", 3, "notified"), ("reply", 9, "replied")),
    (
        ("confirm", 1, "confirmed"),
        ("notify", 3, "notified"),
        ("reply", 9, "replied"),
        ("return", 11, "returned"),
    ),
    *(
        (
            ("confirm", 1, "confirmed"),
            ("notify", 3, "notified"),
            ("reply", 9, "replied"),
            ("pass", 12, "closed"),
        ),
    )
    * 15,
)


@dataclass(frozen=True, slots=True)
class Register:
    """What was written: one of each in the middle, and who looks."""

    administrator_id: int
    liaison_id: int
    plan_id: int
    unit_id: int
    finding_id: int
    inspection_id: int


def build() -> Register:
    """Fill an empty, migrated database."""
    from plumbline.office.accounts.models import User
    from plumbline.office.accounts.roles import Role
    from plumbline.office.units.models import Membership, Unit

    administrator, liaison = (
        User.objects.create_user(name, None, full_name=name, role=role, password_state=User.PasswordState.OWN)
        for name, role in (("bench", Role.ADMINISTRATOR), ("liaison", Role.LIAISON))
    )
    office = Unit.objects.create(name="示例县委网信办", code="119001", kind="party")
    units = Unit.objects.bulk_create(
        Unit(
            name=f"示例县第{n:03}单位",
            short_name=f"第{n:03}单位",
            code=f"9{n:05}",
            kind=KINDS[n % len(KINDS)],
            sector=SECTORS[n % len(SECTORS)],
            parent=office,
            staff_total=20 + n,
            staff_security=1 + n % 3,
        )
        for n in range(UNITS)
    )
    middle = units[UNITS // 2]
    Membership.objects.create(user=liaison, unit=middle)
    systems = _systems(units)
    _assets(units, systems)
    _contacts(units)
    inspections = _inspections(units, administrator)
    _findings(units, systems, inspections, administrator)
    from plumbline.office.findings.models import Finding

    return Register(
        administrator_id=administrator.pk,
        liaison_id=liaison.pk,
        plan_id=_plan(office, administrator),
        unit_id=middle.pk,
        finding_id=Finding.objects.filter(unit=middle, state="notified").values_list("pk", flat=True)[0],
        inspection_id=inspections[INSPECTIONS // 2].pk,
    )


def _batches(rows: Iterable[Any], size: int = 5_000) -> Iterable[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _systems(units: Sequence[Any]) -> list[Any]:
    from plumbline.office.units.models import System

    return System.objects.bulk_create(
        System(
            unit=units[n % UNITS],
            name=f"业务系统{n // UNITS + 1}",
            level=2 + n % 2 if n % 4 else None,
            filed_on=date(2025, 3, 1) if n % 4 else None,
            assessed_on=date(2025, 9, 1) if n % 4 else None,
            assessment_due_on=date(2026, 9, 1) + timedelta(days=n % 200) if n % 4 else None,
        )
        for n in range(SYSTEMS)
    )


def _assets(units: Sequence[Any], systems: Sequence[Any]) -> None:
    from plumbline.office.units.models import Asset

    def asset(n: int) -> Any:
        unit, place = n % UNITS, n // UNITS
        address = f"10.{unit // 256}.{unit % 256}.{place + 1}"
        packed = "00000000000000000000ffff" + "".join(f"{int(part):02x}" for part in address.split("."))
        return Asset(
            unit=units[unit], system=systems[n % SYSTEMS], kind="ip", value=address, low=packed, high=packed
        )

    Asset.objects.bulk_create((asset(n) for n in range(ASSETS)), batch_size=2_000)


def _contacts(units: Sequence[Any]) -> None:
    from plumbline.office.units.models import Contact

    Contact.objects.bulk_create(
        Contact(unit=unit, role=role, name="王某某", position="负责人", mobile="13800000000")
        for unit in units
        for role in ("head", "deputy", "liaison")
    )


def _inspections(units: Sequence[Any], user: Any) -> list[Any]:
    from plumbline.office.inspections.models import Inspection, InspectionPlan

    plan = InspectionPlan.objects.create(
        year=YEAR, state="approved", quota_q1=200, quota_q2=450, quota_q3=700, quota_q4=900, drafted_by=user
    )

    def inspection(n: int) -> Any:
        day = date(2026, 1, 10) + timedelta(days=n * 350 // INSPECTIONS)
        done = day + timedelta(days=12 if n % 9 else 25) <= NOW.date()
        return Inspection(
            number=f"JC-{YEAR}-{n + 1:04}",
            plan=plan,
            unit=units[n % UNITS],
            method=("self_check", "on_site", "expert")[n % 3],
            state="done" if done else "planned",
            planned_from=day,
            planned_to=day + timedelta(days=14),
            started_on=day if done else None,
            finished_on=day + timedelta(days=12 if n % 9 else 25) if done else None,
            score=Decimal(70 + n % 30) if done else None,
            full_score=Decimal(100) if done else None,
        )

    return Inspection.objects.bulk_create(inspection(n) for n in range(INSPECTIONS))


def _findings(units: Sequence[Any], systems: Sequence[Any], inspections: Sequence[Any], user: Any) -> None:
    from plumbline.office.findings.models import Counter, Finding, FindingEvent, NumberSeries

    span = (NOW - START).total_seconds()

    def finding(n: int) -> Any:
        raised = START + timedelta(seconds=n * span / FINDINGS)
        course = COURSES[n % len(COURSES)]
        steps = [(act, raised + timedelta(days=days), after) for act, days, after in course]
        # what would lie in the future has not happened
        steps = [step for step in steps if step[1] <= NOW]
        state = steps[-1][2] if steps else "new"
        due = (raised + timedelta(days=18)).date() if len(steps) >= 2 else None
        scanned = bool(n % 5)
        return steps, Finding(
            number=f"WT-{YEAR}-{n + 1:06}",
            unit=units[n % UNITS],
            system=systems[n % SYSTEMS],
            state=state,
            severity=SEVERITIES[n % len(SEVERITIES)],
            title=f"存在弱口令或未修补漏洞（{n % 400}）",
            detail="扫描发现该主机的服务版本存在公开漏洞。",
            place=f"10.0.{n % UNITS % 256}.{n % 30 + 1}:443",
            source="scan" if scanned else "inspection",
            source_name="nessus" if scanned else "county-yearly",
            source_key="" if scanned else str(inspections[n % INSPECTIONS].pk),
            fingerprint=f"{n:064x}",
            raised_at=raised,
            last_seen_at=raised,
            raised_by=user,
            due_on=due,
            first_due_on=due,
            replied_at=next((at for act, at, _after in steps if act == "reply"), None),
            rounds=sum(act in ("pass", "return") for act, _at, _after in steps),
            closed_at=steps[-1][1] if state == "closed" else None,
            closing="verified" if state == "closed" else "",
        )

    for batch in _batches(finding(n) for n in range(FINDINGS)):
        saved = Finding.objects.bulk_create([row for _steps, row in batch], batch_size=1_000)
        events = []
        for (steps, _row), row in zip(batch, saved, strict=True):
            before = "new"
            events.append(FindingEvent(finding=row, at=row.raised_at, actor=user, act="raise", after="new"))
            for act, at, after in steps:
                round_number = 1 if act in ("reply", "pass", "return") else 0
                events.append(
                    FindingEvent(
                        finding=row,
                        at=at,
                        actor=user,
                        act=act,
                        before=before,
                        after=after,
                        round=round_number,
                    )
                )
                before = after
        FindingEvent.objects.bulk_create(events, batch_size=2_000)
    series, _made = NumberSeries.objects.get_or_create(
        key="finding", defaults={"title": "问题", "pattern": "WT-{year}-{number}"}
    )
    Counter.objects.update_or_create(series=series, year=YEAR, defaults={"last": FINDINGS})


def _plan(office: Any, user: Any) -> int:
    """An approved plan with an indicator for every metric, each bound to it."""
    from plumbline.kernel.metrics.metric import METRICS
    from plumbline.office.targets.models import (
        Binding,
        Checkpoint,
        Indicator,
        IndicatorLine,
        Plan,
        PlanVersion,
        Project,
        ProjectLine,
        SpendPoint,
    )
    from plumbline.office.targets.services.approval import content_digest

    plan = Plan.objects.create(unit=office, year=YEAR, created_by=user)
    version = PlanVersion.objects.create(
        plan=plan,
        number=1,
        organisation_name=office.name,
        created_by=user,
        layout="county_text",
        form="目标表",
    )
    Checkpoint.objects.bulk_create(Checkpoint(plan=plan, day=d, label=f"{d.month}月底") for d in DAYS)
    project = Project.objects.create(
        version=version,
        line=ProjectLine.objects.create(plan=plan),
        ordinal=1,
        name="网络安全检查",
        budget_yuan=Decimal(500_000),
        place="1",
    )
    SpendPoint.objects.bulk_create(
        SpendPoint(project=project, origin="table", day=day, percent=Decimal(percent))
        for day, percent in zip(DAYS, (25, 50, 75, 100), strict=True)
    )
    for ordinal, metric in enumerate(METRICS.latest(), start=1):
        line = IndicatorLine.objects.create(project_line_id=project.line_id)
        Indicator.objects.create(
            project=project,
            line=line,
            ordinal=ordinal,
            origin="table",
            level1="产出指标",
            level2="数量指标",
            level3=metric.title,
            description=metric.title,
            target_raw=f"≥90{metric.unit}",
            target_kind="quantitative",
            target_comparator=">=",
            target_value=Decimal(90),
            target_unit=metric.unit,
            place=f"0.0.{ordinal}",
        )
        Binding.objects.create(
            indicator_line=line,
            kind=Binding.Kind.METRIC,
            state=Binding.State.CONFIRMED,
            metric=metric.key,
            metric_version=metric.version,
            decided_by=user,
            decided_at=NOW,
        )
    version.state, version.approved_at, version.approved_by = PlanVersion.State.APPROVED, NOW, user
    version.frozen_digest = content_digest(version)
    version.save(update_fields=["state", "approved_at", "approved_by", "frozen_digest"])
    return plan.pk
