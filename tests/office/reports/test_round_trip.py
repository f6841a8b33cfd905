"""What leaves as an official form is read back as the same plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile

from plumbline.kernel.plans.json_form import document_json
from plumbline.kernel.plans.reading import read_plan
from plumbline.office.files.services import keep_unchecked
from plumbline.office.reports.services.exports import export_forms
from plumbline.office.sample.description import describe
from plumbline.office.targets.models import PlanVersion
from plumbline.office.targets.services.imports import Decisions, import_plan

NOW = datetime(2026, 1, 20, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def imported(cast, name: str = "office-2026") -> PlanVersion:
    described = describe(name)
    file, data = described.file_name(), described.document()
    return import_plan(
        name=file,
        data=data,
        unit=None,
        actor=cast.staff,
        now=NOW,
        stored=keep_unchecked(ContentFile(data, name=file), user=cast.staff),
        decisions=Decisions(new_unit=True),
    )


def plan_of(name: str, data: bytes, *, origin: str | None = None) -> dict:
    """The plan as JSON without where things stood."""
    plan = document_json(read_plan(name, data))

    def projects():
        for project in plan["projects"]:
            yield {
                "code": project["code"],
                "name": project["name"],
                "budget": project["budget_yuan"],
                "funds": {
                    (f["name"], f["yuan"]) for f in project["funds"] if f["yuan"] is not None
                },
                "use": project["use"],
                "spend": {(p["date"], p["percent"]) for p in project["spend_points"]},
                "indicators": sorted(
                    (
                        i["level1"], i["level2"], i["level3"], i["description"], i["target"]["raw"],
                        i["target"]["value"] or "", i["target"]["unit"] or "", i["weight"] or "",
                        i["origin"],
                    )
                    for i in project["indicators"]
                    if origin in (None, i["origin"])
                ),
            }  # fmt: skip

    return {"year": plan["year"], "organisation": plan["organisation"]["name"], "projects": list(projects())}


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_the_whole_text_comes_back_as_the_same_plan(cast, file_format: str) -> None:
    described = describe("office-2026")
    version = imported(cast)
    written = export_forms(version=version, kind="document", file_format=file_format, now=NOW)
    original = plan_of(described.file_name(), described.document())
    assert plan_of(written.name, written.data) == original
    document = read_plan(written.name, written.data)
    assert [(t.name, t.yuan) for t in document.totals] == [
        (t.name, t.yuan) for t in read_plan(described.file_name(), described.document()).totals
    ]
    assert [g.value for g in document.goals] == [g.text for g in version.goals.filter(kind="goal")]


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_the_tables_alone_come_back_as_the_same_tables(cast, file_format: str) -> None:
    described = describe("office-2026")
    written = export_forms(version=imported(cast), kind="target", file_format=file_format, now=NOW)
    original = plan_of(described.file_name(), described.document(), origin="table")
    assert plan_of(written.name, written.data, origin="table") == original


@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
@pytest.mark.parametrize("kind", ["monitoring", "evaluation"])
def test_report_forms_come_back_with_every_indicator(cast, kind: str, file_format: str) -> None:
    version = imported(cast)
    written = export_forms(version=version, kind=kind, file_format=file_format, now=NOW)
    plan = plan_of(written.name, written.data)
    assert [p["name"] for p in plan["projects"]] == [p.name for p in version.projects.order_by("ordinal")]
    for project, row in zip(plan["projects"], version.projects.order_by("ordinal"), strict=True):
        tracked = row.indicators.filter(use="tracked")
        assert {i[2] for i in project["indicators"]} == {i.level3 for i in tracked}
        assert {i[4] for i in project["indicators"]} == {i.target_raw for i in tracked}
        assert project["budget"] == f"{row.budget_yuan:.2f}"
