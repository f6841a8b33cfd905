"""A plan in few lines, for every test of the targets room.

`plan = make_plan()` is an approved plan of 2023 with three projects, their spend points, three
tracked indicators each, and the four checkpoints of the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.targets.models import (
    Checkpoint,
    Fund,
    Indicator,
    IndicatorLine,
    Payment,
    Plan,
    PlanVersion,
    Project,
    ProjectLine,
    SpendPoint,
)
from plumbline.office.units.models import Membership, Unit

YEAR = 2023
NOW = datetime(2023, 7, 10, 2, 0, tzinfo=UTC)
DAYS = (date(2023, 3, 31), date(2023, 6, 30), date(2023, 10, 31), date(2023, 12, 31))
PERCENTS = (25, 50, 75, 100)
#: name, code, budget in yuan
PROJECTS = (
    ("网络安全检查", "P-001", "210000.00"),
    ("教育培训", "P-002", "80000.00"),
    ("设备运行维护", "P-003", "730500.00"),
)
#: level 1, level 2, level 3, kind, raw, comparator, value, unit
INDICATORS = (
    ("产出指标", "数量指标", "检查次数", "quantitative", "≥12次", ">=", "12", "次"),
    ("产出指标", "质量指标", "整改完成率", "quantitative", "≥98%", ">=", "98", "%"),
    ("效益指标", "社会效益指标", "防护水平", "qualitative", "明显提升", "", None, ""),
)


@dataclass(frozen=True)
class Built:
    """What `make_plan` made: `projects` are those of the version, in order."""

    plan: Plan
    version: PlanVersion
    projects: list[Project]
    checkpoints: list[Checkpoint]

    @property
    def lines(self) -> list[ProjectLine]:
        return [project.line for project in self.projects]

    def indicators(self, project: int = 0) -> list[Indicator]:
        """The tracked indicators of one project, in order."""
        return list(self.projects[project].indicators.select_related("line").order_by("ordinal"))


def make_user(role: Role | str = Role.STAFF, *, name: str = "", unit: Unit | None = None) -> User:
    """A person; a liaison belongs to `unit`."""
    username = name or f"{role}-{User.objects.count() + 1}"
    user = User.objects.create_user(
        username, "a-long-password", full_name=username, role=role, password_state=User.PasswordState.OWN
    )
    if unit is not None:
        Membership.objects.create(user=user, unit=unit)
    return user


def make_unit(name: str = "示例县网信办", *, code: str = "") -> Unit:
    unit, _ = Unit.objects.get_or_create(name=name, defaults={"code": code})
    return unit


def make_plan(
    *,
    unit: Unit | None = None,
    user: User | None = None,
    year: int = YEAR,
    state: str = PlanVersion.State.APPROVED,
    projects: int = 3,
    indicators: int = 3,
) -> Built:
    """A plan with one version; more than three projects repeat the three with a number."""
    user = user or User.objects.first() or make_user()
    plan = Plan.objects.create(unit=unit or make_unit(), year=year, created_by=user)
    version = add_version(plan, number=1, state=state, user=user)
    rows = [_project(version, ordinal, indicators=indicators) for ordinal in range(projects)]
    checkpoints = [
        Checkpoint.objects.create(plan=plan, day=day.replace(year=year), label=f"{day.month}月底")
        for day in DAYS
    ]
    return Built(plan, version, rows, checkpoints)


def add_version(plan: Plan, *, number: int, state: str, user: User) -> PlanVersion:
    """A version without content."""
    approved = state in (PlanVersion.State.APPROVED, PlanVersion.State.SUPERSEDED)
    return PlanVersion.objects.create(
        plan=plan,
        number=number,
        state=state,
        organisation_name=plan.unit.name,
        created_by=user,
        approved_at=datetime(plan.year, 1, 15, tzinfo=UTC) if approved else None,
        approved_by=user if approved else None,
    )


def make_payment(
    line: ProjectLine, amount: str | Decimal = "1000", *, day: date = date(2023, 3, 1), **fields: object
) -> Payment:
    """A posted payment, without the checks of the service."""
    defaults: dict[str, object] = {
        "fund": "财政资金",
        "voucher_no": f"V-{Payment.objects.count() + 1:04}",
        "created_by": User.objects.first(),
    }
    return Payment.objects.create(
        project_line=line, amount_yuan=Decimal(amount), paid_on=day, **{**defaults, **fields}
    )


def _project(version: PlanVersion, ordinal: int, *, indicators: int) -> Project:
    name, code, budget = PROJECTS[ordinal % len(PROJECTS)]
    round_ = ordinal // len(PROJECTS)
    suffix = f"（{round_ + 1}）" if round_ else ""
    line = ProjectLine.objects.create(plan=version.plan)
    project = Project.objects.create(
        version=version,
        line=line,
        ordinal=ordinal + 1,
        code=f"{code}{'-' + str(round_) if round_ else ''}",
        name=f"{name}{suffix}",
        budget_yuan=Decimal(budget),
        use="按计划使用",
    )
    Fund.objects.create(project=project, ordinal=1, name="财政资金", amount_yuan=Decimal(budget))
    Fund.objects.create(project=project, ordinal=2, name="其他资金", amount_yuan=None)
    SpendPoint.objects.bulk_create(
        SpendPoint(
            project=project, origin="table", day=day.replace(year=version.plan.year), percent=Decimal(percent)
        )
        for day, percent in zip(DAYS, PERCENTS, strict=True)
    )
    for number in range(indicators):
        _indicator(project, number)
    return project


def _indicator(project: Project, ordinal: int) -> Indicator:
    level1, level2, level3, kind, raw, comparator, value, unit = INDICATORS[ordinal % len(INDICATORS)]
    return Indicator.objects.create(
        project=project,
        line=IndicatorLine.objects.create(project_line=project.line),
        ordinal=ordinal + 1,
        origin="table",
        level1=level1,
        level2=level2,
        level3=level3,
        target_raw=raw,
        target_kind=kind,
        target_comparator=comparator,
        target_value=Decimal(value) if value else None,
        target_unit=unit,
    )
