"""The sample's yearly plan, its random draw, self-checks, visits and technical tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import Answer, Inspection, InspectionPlan
from plumbline.office.inspections.services import answer_sheets
from plumbline.office.inspections.services.answer_workbooks import write_workbook
from plumbline.office.inspections.services.answering import save_answer
from plumbline.office.inspections.services.arranging import Arrangement, arrange, rearrange
from plumbline.office.inspections.services.draws import draw_units, use_draw
from plumbline.office.inspections.services.inspectors import declare_interest
from plumbline.office.inspections.services.plans import approve_plan, save_plan, submit_plan
from plumbline.office.inspections.services.progress import move
from plumbline.office.inspections.services.reviewing import (
    Decision,
    conclude,
    give_back,
    save_review,
    submit,
)
from plumbline.office.inspections.services.visits import save_record
from plumbline.office.sample.answering import fill, said_of
from plumbline.office.sample.beginning import begin_visit
from plumbline.office.sample.county import County
from plumbline.office.sample.diary import at
from plumbline.office.sample.photos import take_photos

SELF, SITE, EXPERT = Inspection.Method.SELF_CHECK, Inspection.Method.ON_SITE, Inspection.Method.EXPERT


@dataclass
class Inspecting:
    """Puts a year's inspections into the diary."""

    county: County
    work: dict[str, Any]
    year: int

    def key(self, unit: str, method: str) -> str:
        return f"{self.year} {unit} {method}"

    def plan(self) -> None:
        """The plan is drafted with everything in it, drawn for, and approved by somebody else."""
        row, people = self.work["plan"], self.county.people

        def draft(now: datetime) -> None:
            quotas = {f"quota_q{n}": count for n, count in enumerate(row["quotas"], start=1)}
            plan = save_plan(
                InspectionPlan(year=self.year, note=row["note"], **quotas), actor=people.staff, now=now
            )
            self.county.plans[self.year] = plan
            for tie in row.get("interests", ()):
                self._declare(tie, now)
            self._arrange_self_checks(plan, now)
            self._arrange_visits(plan, now)
            if "draw" in row:
                self._draw(plan, row["draw"], now)

        self.county.diary.add(at(row["drafted"]), draft)
        self.county.diary.add(
            at(row["submitted"], "10:00"),
            lambda now: submit_plan(self.county.plans[self.year], actor=people.staff, now=now),
        )
        self.county.diary.add(
            at(row["approved"], "15:20"),
            lambda now: approve_plan(self.county.plans[self.year], actor=people.leader, now=now),
        )

    def _declare(self, tie: dict[str, str], now: datetime) -> None:
        declare_interest(
            user=self.county.people.expert, unit=self.county.unit(tie["unit"]), reason=tie["reason"],
            until=date.fromisoformat(tie["until"]), actor=self.county.people.staff, now=now,
        )  # fmt: skip

    def _arrange_self_checks(self, plan: InspectionPlan, now: datetime) -> None:
        for batch in self.work.get("self_check", ()):
            first, last = (date.fromisoformat(day) for day in batch["window"])
            made = arrange(
                [self.county.unit(row[0]) for row in batch["units"]],
                Arrangement(SELF, first, last, self.county.checklists[batch["checklist"]]),
                plan=plan, actor=self.county.people.staff, now=now,
            )  # fmt: skip
            for inspection, row in zip(made, batch["units"], strict=True):
                self.county.inspections[self.key(row[0], SELF)] = inspection

    def _arrange_visits(self, plan: InspectionPlan, now: datetime) -> None:
        for visit in self.work.get("visit", ()):
            if visit["unit"].startswith("#"):
                continue
            [made] = arrange(
                [self.county.unit(visit["unit"])], self._arrangement(visit), plan=plan,
                actor=self.county.people.staff, now=now,
            )  # fmt: skip
            self.county.inspections[self.key(visit["unit"], visit.get("method", SITE))] = made

    def _arrangement(self, visit: dict[str, Any]) -> Arrangement:
        people, method = self.county.people, visit.get("method", SITE)
        first = date.fromisoformat(visit["day"])
        last = date.fromisoformat(visit.get("until", visit["day"]))
        if method == EXPERT:
            return Arrangement(EXPERT, first, last, lead=people.colleague, members=[people.expert])
        checklist = self.county.checklists[visit.get("checklist", "county-yearly")]
        return Arrangement(SITE, first, last, checklist, lead=people.staff, members=[people.colleague])

    def _draw(self, plan: InspectionPlan, row: dict[str, Any], now: datetime) -> None:
        """Draw units; the visits "#1", "#2" … go to them by their rank."""
        people = self.county.people
        draw = draw_units(
            plan, [self.county.unit(name) for name in row["pool"]], seed=row["seed"],
            seed_source=row["source"], wanted=row["wanted"], scope=row["scope"], reason="",
            actor=people.staff, now=now,
        )  # fmt: skip
        visits = {v["unit"]: v for v in self.work["visit"] if v["unit"].startswith("#")}
        made = use_draw(draw, self._arrangement(visits["#1"]), actor=people.staff, now=now)
        names = {unit.pk: name for name, unit in self.county.register.units.items()}
        for rank, inspection in enumerate(made, start=1):
            visit = visits[f"#{rank}"]
            day = date.fromisoformat(visit["day"])
            inspection.planned_from = inspection.planned_to = day
            rearrange(inspection, actor=people.staff, now=now)
            name = names[inspection.unit_id]
            self.county.inspections[self.key(f"#{rank}", SITE)] = inspection
            self.county.inspections[self.key(name, SITE)] = inspection

    def self_checks(self) -> None:
        """Started together, answered by the units, reviewed; some given back once."""
        for batch in self.work.get("self_check", ()):
            for unit, submitted, reviewed, partly, no in batch["units"]:
                check = SelfCheck(self, unit, self.key(unit, SELF), said_of(partly, no))
                self.county.diary.add(at(batch["window"][0], "08:40"), check.start)
                if submitted:
                    self.county.diary.add(at(submitted, "10:10"), check.answer)
                begun = batch.get("so_far", {}).get(unit)
                if begun:
                    self.county.diary.add(at(begun["day"], "15:40"), check.answering_some(begun["sections"]))
                again = batch.get("returned", {}).get(unit)
                if again:
                    self.county.diary.add(at(again["day"], "16:00"), check.returning(again))
                    if again.get("answered"):
                        self.county.diary.add(at(again["answered"], "11:00"), check.answering_again(again))
                if reviewed:
                    self.county.diary.add(at(reviewed, "15:00"), check.accept)

    def visits(self) -> None:
        """Visits with a record and a conclusion; tests without a checklist."""
        for row in self.work.get("visit", ()):
            visit = Visit(self, row, self.key(row["unit"], row.get("method", SITE)))
            if "cancelled" in row:
                self.county.diary.add(at(row["cancelled"], "09:10"), visit.cancel)
            elif row.get("state") != "planned":
                self.county.diary.add(at(row["day"], "09:00"), visit.begin)
            done = row.get("done")
            if done:
                self.county.diary.add(at(row.get("until", row["day"]), "11:30"), visit.answer)
                self.county.diary.add(at(done, "17:00"), visit.conclude)


@dataclass
class SelfCheck:
    """One unit's self-check."""

    year: Inspecting
    unit: str
    key: str
    said: dict[str, str]

    @property
    def inspection(self) -> Inspection:
        return self.year.county.inspections[self.key]

    @property
    def speaker(self) -> User:
        return self.year.county.speaker(self.unit)

    def start(self, now: datetime) -> None:
        move(inspection=self.inspection, act="start", actor=self.year.county.people.staff, now=now)

    def answer(self, now: datetime) -> None:
        """Online, or in a workbook that comes back."""
        by_sheet = self.unit in self.year.work.get("sheets", ())
        if by_sheet:
            content = write_workbook(self.inspection, now=now)
            upload = ContentFile(content, name=f"{self.unit}网络安全自查表.xlsx")
        self._fill(now)
        if by_sheet:
            answer_sheets.import_workbooks([upload], actor=self.speaker, now=now)
        submit(self.inspection, actor=self.speaker, now=now)

    def answering_some(self, sections: str) -> Callable[[datetime], None]:
        return lambda now: self._fill(now, so_far=sections)

    def _fill(self, now: datetime, *, so_far: str = "") -> None:
        row, notes = self.year.county.register.rows[self.unit], self.year.work["notes"]
        fill(self.inspection, row, self.said, notes, actor=self.speaker, now=now, so_far=so_far)

    def returning(self, again: dict[str, str]) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            staff = self.year.county.people.staff
            save_review(
                self.inspection, {again["item"]: Decision(Answer.State.RETURNED, again["reason"])},
                actor=staff, now=now,
            )  # fmt: skip
            give_back(self.inspection, note="请按退回意见补正后重新提交。", actor=staff, now=now)

        return act

    def answering_again(self, again: dict[str, str]) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            answer = self.inspection.answers.select_related("item").get(item__key=again["item"])
            save_answer(
                self.inspection,
                answer.item,
                value=answer.value,
                note=again["note"],
                actor=self.speaker,
                now=now,
            )
            submit(self.inspection, actor=self.speaker, now=now)

        return act

    def accept(self, now: datetime) -> None:
        words = "自查认真、材料齐全，审核通过。"
        if self.said:
            words = f"自查基本属实，{len(self.said)} 项未完全符合，已列入后续督促事项，审核通过。"
        reason = "情形轻微，已列入后续督促事项，由单位自行改正，下次检查复核。"
        conclude(
            self.inspection, conclusion=words, actor=self.year.county.people.staff, now=now,
            unraised_reason=reason,
        )  # fmt: skip


@dataclass
class Visit:
    """One visit, or one technical test."""

    year: Inspecting
    row: dict[str, Any]
    key: str

    @property
    def inspection(self) -> Inspection:
        return self.year.county.inspections[self.key]

    def begin(self, now: datetime) -> None:
        begin_visit(self.inspection, actor=self.year.county.people.staff, now=now)

    def cancel(self, now: datetime) -> None:
        move(
            inspection=self.inspection, act="cancel", actor=self.year.county.people.staff, now=now,
            note=self.row["reason"],
        )  # fmt: skip

    def answer(self, now: datetime) -> None:
        county, inspection = self.year.county, self.inspection
        row, staff = county.register.rows[self._name()], county.people.staff
        said = said_of(self.row.get("partly", ""), self.row.get("no", ""))
        fill(inspection, row, said, self.year.work["notes"], actor=staff, now=now)
        take_photos(inspection, self.row.get("photos", ()), actor=staff, now=now)
        head = county.register.liaison(self._name())
        values = {"place": row["address"], "companions": head, "record": self.row["record"]}
        save_record(inspection, values, actor=staff, now=now)

    def conclude(self, now: datetime) -> None:
        conclude(
            self.inspection, conclusion=self.row["conclusion"], actor=self.year.county.people.staff, now=now
        )

    def _name(self) -> str:
        names = {unit.pk: name for name, unit in self.year.county.register.units.items()}
        return names[self.inspection.unit_id]
