"""The forms that the product writes are read back as they were, from .docx and from .xlsx."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from plumbline.kernel.plans.document import PlanDocument
from plumbline.kernel.plans.forms.data import ProjectForm
from plumbline.kernel.plans.forms.docx_writer import write_docx
from plumbline.kernel.plans.forms.evaluation_form import evaluation_form
from plumbline.kernel.plans.forms.grid import Form
from plumbline.kernel.plans.forms.monitoring_form import monitoring_form
from plumbline.kernel.plans.forms.target_form import target_form
from plumbline.kernel.plans.forms.xlsx_writer import write_xlsx
from plumbline.kernel.plans.reading import read_plan
from tests.kernel.plans.forms.project import project

CREATED = datetime(2026, 1, 5)
PROJECTS = (project(), project(key="p2", number=2, name="网站监测", code="13099926P00JXC600104M"))


def _through(kind: str, form: Callable[[ProjectForm], Form], *, name: str = "表") -> PlanDocument:
    forms = [form(one) for one in PROJECTS]
    write = write_docx if kind == "docx" else write_xlsx
    return read_plan(f"{name}.{kind}", write(forms, created=CREATED))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_target_forms_come_back(kind: str) -> None:
    document = _through(kind, target_form, name="2026年绩效目标表")
    assert document.form == "目标表"
    assert document.organisation.code == "901001"
    assert [p.name for p in document.projects] == [p.name for p in PROJECTS]
    for before, after in zip(PROJECTS, document.projects, strict=True):
        form = after.statements[0]
        assert form.code == before.code
        assert form.budget and form.budget.yuan == Decimal("210000.50")
        assert [(a.name, a.yuan) for a in form.funds] == [
            ("财政资金", Decimal("210000.50")),
            ("其他资金", None),
        ]
        assert (form.use, form.goal) == (before.use, before.goal)
        assert [(p.day, p.percent) for p in form.spend_points] == [(s.day, s.percent) for s in before.spend]
        assert [
            (i.level1, i.level2, i.level3, i.description, i.target.raw, i.basis, i.weight)
            for i in form.indicators
        ] == [
            (i.level1, i.level2, i.level3, i.description, i.target, i.basis, i.weight)
            for i in before.indicators
        ]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_evaluation_forms_come_back(kind: str) -> None:
    document = _through(kind, evaluation_form)
    assert (document.form, document.year) == ("自评表", 2026)
    for before, after in zip(PROJECTS, document.projects, strict=True):
        form = after.statements[0]
        assert (form.total_weight, form.total_score) == (100, Decimal("99.86"))
        assert (form.goal, form.goal_actual) == (before.goal, before.goal_actual)
        assert form.attributes["评价等级"].value == "优"
        total = form.execution[0]
        assert total.executed and total.executed.yuan == Decimal("157500.5")
        assert (total.weight, total.score) == (10, Decimal("9.98"))
        assert [(i.level3, i.target.raw, i.actual and i.actual.raw, i.score) for i in form.indicators] == [
            (i.level3, i.target, i.actual, i.score) for i in before.indicators
        ]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_monitoring_forms_come_back(kind: str) -> None:
    document = _through(kind, monitoring_form)
    assert (document.form, document.year) == ("监控表", 2026)
    assert document.organisation.name == "中共示例县委网络安全和信息化委员会办公室"
    for before, after in zip(PROJECTS, document.projects, strict=True):
        form = after.statements[0]
        assert form.execution[0].forecast and form.execution[0].forecast.yuan == 210_000
        assert [(i.level3, i.likelihood, i.cause) for i in form.indicators] == [
            (i.level3, i.likelihood, i.cause) for i in before.indicators
        ]
