"""People and plans for the tests of import, mending and approval."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plumbline.office.accounts.models import User
from plumbline.office.accounts.roles import Role
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.imports import Decisions, import_plan
from tests.office.targets.factories import make_user

sys.path.insert(0, str(Path(__file__).parent))

NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return make_user(Role.STAFF, name="李强")


@pytest.fixture
def leader(db: None) -> User:
    return make_user(Role.LEADER, name="赵建国")


@pytest.fixture
def administrator(db: None) -> User:
    return make_user(Role.ADMINISTRATOR, name="王敏")


@pytest.fixture
def load(staff: User) -> Callable[..., PlanVersion]:
    """`load(budget=…)`: the invented county's document as a version."""
    from documents import plan_text

    def make(*, decisions: Decisions | None = None, name: str = "示例县.txt", **changes: Any) -> PlanVersion:
        return import_plan(
            name=name,
            data=plan_text(**changes),
            unit=None,
            actor=staff,
            now=NOW,
            decisions=decisions or Decisions(new_unit=True),
        )

    return make


@pytest.fixture
def draft(load: Callable[..., PlanVersion]) -> PlanVersion:
    """A draft with open errors: a placeholder, a vague target, a project without a table."""
    return load()


@pytest.fixture
def approved(draft: PlanVersion, staff: User, leader: User) -> PlanVersion:
    """The same, approved after its errors were accepted."""
    from plumbline.office.targets.services.approval import approve, open_errors
    from plumbline.office.targets.services.findings import accept

    ids = [finding.pk for finding in open_errors(draft)]
    accept(version=draft, findings=ids, reason="已与财政局核实", actor=staff, now=NOW)
    return approve(version=draft, revision=draft.revision, actor=leader, now=NOW)
