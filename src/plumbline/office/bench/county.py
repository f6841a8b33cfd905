"""A county's plans written straight into the tables: 50 plans, 2,000 projects, 40,000 indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

PLANS, PROJECTS, INDICATORS = 50, 40, 20
YEAR = 2026
NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAYS = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 10, 31), date(2026, 12, 31))
NAMES = ("网络安全检查服务", "设备运行维护", "从业人员培训", "网站监测")
LEVELS = (
    ("产出指标", "数量指标", "完成数量", ">=", "60", "家"),
    ("产出指标", "质量指标", "合格率", ">=", "98", "%"),
    ("效益指标", "社会效益指标", "事件次数", "<=", "2", "次"),
    ("满意度指标", "服务对象满意度指标", "满意度", ">=", "90", "%"),
)


@dataclass(frozen=True, slots=True)
class County:
    """What was written: ids of one plan in the middle, and who may see all."""

    plan_id: int
    checkpoint_id: int
    line_id: int
    administrator_id: int


def build() -> County:
    """Fill an empty, migrated database."""
    from plumbline.office.accounts.models import User
    from plumbline.office.accounts.roles import Role
    from plumbline.office.targets.models import Checkpoint, Plan, PlanVersion
    from plumbline.office.targets.services.approval import content_digest
    from plumbline.office.units.models import Unit

    user = User.objects.create_user("bench", None, full_name="性能测试", role=Role.ADMINISTRATOR)
    user.password_state = User.PasswordState.OWN
    user.save()
    units = Unit.objects.bulk_create(
        Unit(name=f"示例县第{n:03}局", short_name=f"第{n:03}局", code=f"9{n:05}", kind="government")
        for n in range(PLANS)
    )
    plans = Plan.objects.bulk_create(Plan(unit=u, year=YEAR, created_by=user) for u in units)
    versions = PlanVersion.objects.bulk_create(
        PlanVersion(
            plan=p,
            number=1,
            state=PlanVersion.State.DRAFT,
            organisation_name=str(p.unit.name),
            created_by=user,
            layout="county_text",
            form="目标表",
        )
        for p in plans
    )
    checkpoints = Checkpoint.objects.bulk_create(
        Checkpoint(plan=p, day=day, label=f"{day.month}月底") for p in plans for day in DAYS
    )
    projects = _projects(plans, versions)
    lines = _indicators(projects)
    _year(plans, projects, lines, checkpoints, user)
    _findings(versions)
    # the database refuses changes below an approved version, so the approval comes last
    for version in versions:
        version.state, version.approved_at, version.approved_by = PlanVersion.State.APPROVED, NOW, user
        version.frozen_digest = content_digest(version)
        version.save(update_fields=["state", "approved_at", "approved_by", "frozen_digest"])
    middle = PLANS // 2
    return County(
        plan_id=plans[middle].pk,
        checkpoint_id=checkpoints[middle * len(DAYS) + 2].pk,
        line_id=projects[middle * PROJECTS].line_id,
        administrator_id=user.pk,
    )


def _projects(plans: Sequence[Any], versions: Sequence[Any]) -> list[Any]:
    from plumbline.office.targets.models import Fund, Project, ProjectLine, SpendPoint

    lines = ProjectLine.objects.bulk_create(ProjectLine(plan=p) for p in plans for _ in range(PROJECTS))
    projects = Project.objects.bulk_create(
        Project(
            version=versions[n // PROJECTS],
            line=line,
            ordinal=n % PROJECTS + 1,
            code=f"13099926P{n:012}",
            name=f"{NAMES[n % len(NAMES)]}（{n}）",
            budget_yuan=Decimal(50_000 + n * 37),
            use="平台服务费和检查工作经费",
            goal="完成全年任务",
            place=str(n % PROJECTS),
        )
        for n, line in enumerate(lines)
    )
    Fund.objects.bulk_create(
        Fund(project=p, ordinal=1, name="财政资金", amount_yuan=p.budget_yuan) for p in projects
    )
    SpendPoint.objects.bulk_create(
        SpendPoint(project=p, origin="table", day=day, percent=Decimal(percent))
        for p in projects
        for day, percent in zip(DAYS, (25, 50, 75, 100), strict=True)
    )
    return projects


def _indicators(projects: Sequence[Any]) -> list[Any]:
    from plumbline.office.targets.models import Indicator, IndicatorLine

    lines = IndicatorLine.objects.bulk_create(
        (IndicatorLine(project_line_id=p.line_id) for p in projects for _ in range(INDICATORS)),
        batch_size=5000,
    )
    rows = (
        Indicator(
            project=projects[n // INDICATORS],
            line=line,
            ordinal=n % INDICATORS + 1,
            origin="table",
            level1=level1,
            level2=level2,
            level3=f"{name}{n}",
            description=f"{name}的统计说明",
            basis="示网信发〔2026〕3号",
            target_raw=f"{ {'>=': '≥', '<=': '≤'}[sign] }{value}{unit}",
            target_kind="quantitative",
            target_comparator=sign,
            target_value=Decimal(value),
            target_unit=unit,
            place=f"{n // INDICATORS % PROJECTS}.0.{n % INDICATORS}",
        )
        for n, line in enumerate(lines)
        for level1, level2, name, sign, value, unit in [LEVELS[n % INDICATORS * len(LEVELS) // INDICATORS]]
    )
    while batch := list(islice(rows, 5000)):
        Indicator.objects.bulk_create(batch, batch_size=1000)
    return lines


def _year(
    plans: Sequence[Any], projects: Sequence[Any], lines: Sequence[Any], checkpoints: Sequence[Any], user: Any
) -> None:
    """Two payments a project, and a value at two checkpoints for three of four indicators."""
    from plumbline.office.targets.models import IndicatorValue, Payment

    Payment.objects.bulk_create(
        Payment(
            project_line_id=p.line_id,
            paid_on=day,
            amount_yuan=p.budget_yuan * Decimal("0.31"),
            fund="财政资金",
            voucher_no=f"记-{p.pk}-{day.month}",
            created_by=user,
        )
        for p in projects
        for day in (date(2026, 4, 12), date(2026, 9, 18))
    )
    per_plan = PROJECTS * INDICATORS
    values = (
        IndicatorValue(
            indicator_line=line,
            checkpoint=checkpoints[n // per_plan * len(DAYS) + place],
            value=Decimal(90 + n % 11),
            unit="%",
            computed_at=NOW,
            entered_by=user,
        )
        for n, line in enumerate(lines)
        if n % 4
        for place in (1, 2)
    )
    while batch := list(islice(values, 5000)):
        IndicatorValue.objects.bulk_create(batch, batch_size=1000)


def _findings(versions: Sequence[Any]) -> None:
    from plumbline.office.targets.models import PlanFinding

    PlanFinding.objects.bulk_create(
        PlanFinding(
            version=v,
            rule="desc-equals-name",
            severity="warning",
            lines=[n],
            where=[f"第{n}行"],
            message=f"第{n}项的描述照抄名称",
            advice="写明统计什么。",
        )
        for v in versions
        for n in range(1, 31)
    )
