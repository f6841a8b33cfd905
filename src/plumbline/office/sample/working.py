"""The office's work on machines through a year of the sample: from the register to the reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from plumbline.office.findings.services.letters import change_letterhead
from plumbline.office.findings.services.numbering import change_series, next_number, series
from plumbline.office.inspections.services import reports
from plumbline.office.sample.county import County, read
from plumbline.office.sample.diary import at
from plumbline.office.sample.inspecting import Inspecting
from plumbline.office.sample.rectifying import Case, watch
from plumbline.office.sample.scanning import Scanning
from plumbline.office.units.services import merge_units
from plumbline.office.units.services.reminders import remind


def plan_work(county: County, year: int) -> dict[str, Any]:
    """Put a year's work into the diary; returns its description."""
    work = read(f"work-{year}")
    common = read("texts")
    work["notes"] = common["notes"]
    inspecting = Inspecting(county, work, year)
    inspecting.plan()
    inspecting.self_checks()
    inspecting.visits()
    for row in work.get("scan", ()):
        name = f"{year} scan {row['key']}"
        if "inspection" in row:
            row["inspection"] = f"{year} {row['inspection']}"
        scanning = Scanning(county, row, common["rules"], name)
        county.diary.add(at(row["day"], "16:00"), scanning.take_in)
    for row in work.get("case", ()):
        name = f"{year} {row['of']}"
        Case(county, name, row, _texts(name, row, common)).plan()
    watch(county, first=date(year, 1, 5), last=date(year, 12, 31))
    for row in work.get("merger", ()):
        county.diary.add(at(row["day"], "10:00"), _merging(county, row))
    for row in work.get("report", ()):
        county.diary.add(at(row["day"], "17:30"), _reporting(county, row, year))
    for row in work.get("reminder", ()):
        county.diary.add(at(row["day"], "09:40"), _reminding(county, row))
    return work


def write_letterhead(county: County, row: dict[str, str], *, now: datetime) -> None:
    """Who issues the notices, and how they are numbered from this year on."""
    actor = county.people.administrator
    change_letterhead(issuer=row["issuer"], contact=row["contact"], actor=actor)
    for key in ("rectify", "circular"):
        following = next_number(series(key), year=now.year)
        change_series(key=key, pattern=row[key], following=following, year=now.year, actor=actor)


def _texts(name: str, row: dict[str, Any], common: dict[str, Any]) -> dict[str, list[str]]:
    """What was wrong and what was done, by key of the case's findings."""
    if "by_hand" in row:
        return row["texts"]
    if " scan " in name:
        rules = {rule: [of["detail"], of["done"]] for rule, of in common["rules"].items()}
        return {key: rules[key.partition("@")[0]] for key in row["fates"]}
    return common["notes"][row.get("checklist", "county-yearly")]


def _merging(county: County, row: dict[str, str]) -> Any:
    def merge(_now: datetime) -> None:
        merge_units(
            county.unit(row["unit"]), into=county.unit(row["into"]), on=date.fromisoformat(row["day"]),
            reason=row["reason"], actor=county.people.staff,
        )  # fmt: skip

    return merge


def _reporting(county: County, row: dict[str, str], year: int) -> Any:
    def report(now: datetime) -> None:
        unit = county.unit(row["unit"]) if "unit" in row else None
        made = reports.request_report(
            kind=row["kind"], file_format=row["format"], year=year, actor=county.people.staff, now=now,
            unit=unit, grouping=row.get("grouping", "unit"),
        )  # fmt: skip
        reports.run(report_id=made.pk, attempt=made.attempt, clock=lambda: now)

    return report


def _reminding(county: County, row: dict[str, Any]) -> Any:
    def ask(now: datetime) -> None:
        units = [county.unit(name) for name in row["units"]]
        for unit in units:
            unit.refresh_from_db()
        due_on = date.fromisoformat(row["due"])
        remind(units, due_on=due_on, note=row["note"], actor=county.people.staff, now=now)

    return ask
