"""The sample's yearly plan, its random draw, self-checks, visits and technical tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from plumbline.kernel.checklists.branching import asked
from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection, InspectionPlan
from plumbline.office.inspections.services import answer_sheets
from plumbline.office.inspections.services.answer_batches import save_answers
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
from plumbline.office.sample.county import County
from plumbline.office.sample.diary import at

SELF, SITE, EXPERT = Inspection.Method.SELF_CHECK, Inspection.Method.ON_SITE, Inspection.Method.EXPERT
_LATE = "正在完善，计划本季度内完成。"


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
                check = SelfCheck(self, unit, self.key(unit, SELF), partly.split(), no.split())
                self.county.diary.add(at(batch["window"][0], "08:40"), check.start)
                if submitted:
                    self.county.diary.add(at(submitted, "10:10"), check.answer)
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
    partly: list[str]
    no: list[str]

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
        fill(self.year, self.inspection, self.unit, self.partly, self.no, actor=self.speaker, now=now)
        if by_sheet:
            answer_sheets.import_workbooks([upload], actor=self.speaker, now=now)
        submit(self.inspection, actor=self.speaker, now=now)

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
        if self.partly or self.no:
            open_items = len(self.partly) + len(self.no)
            words = f"自查基本属实，{open_items} 项未完全符合，已列入后续督促事项，审核通过。"
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
        move(inspection=self.inspection, act="visit", actor=self.year.county.people.staff, now=now)

    def cancel(self, now: datetime) -> None:
        move(
            inspection=self.inspection, act="cancel", actor=self.year.county.people.staff, now=now,
            note=self.row["reason"],
        )  # fmt: skip

    def answer(self, now: datetime) -> None:
        county, inspection = self.year.county, self.inspection
        if inspection.checklist is not None:
            partly, no = self.row.get("partly", "").split(), self.row.get("no", "").split()
            fill(self.year, inspection, self._name(), partly, no, actor=county.people.staff, now=now)
        head = county.register.liaison(self._name())
        place = county.register.rows[self._name()]["address"]
        values = {"place": place, "companions": head, "record": self.row["record"]}
        save_record(inspection, values, actor=county.people.staff, now=now)

    def conclude(self, now: datetime) -> None:
        conclude(
            self.inspection, conclusion=self.row["conclusion"], actor=self.year.county.people.staff, now=now
        )

    def _name(self) -> str:
        names = {unit.pk: name for name, unit in self.year.county.register.units.items()}
        return names[self.inspection.unit_id]


def fill(
    year: Inspecting,
    inspection: Inspection,
    unit: str,
    partly: list[str],
    no: list[str],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Answer everything that is asked: conforming, but for the items named."""
    row = year.county.register.rows[unit]
    said = {**dict.fromkeys(partly, "partly"), **dict.fromkeys(no, "no")}
    checklist = inspection.checklist
    if checklist is None:
        return
    key = checklist.checklist.key
    notes = year.work["notes"].get(key, {})
    items = list(checklist.items.order_by("ordinal"))
    values = {item.key: value_of(item, row, said, key=key) for item in items if item.answer}
    asks = asked(items, values)
    given = {
        item: (values[item.key], notes.get(item.key, [_LATE])[0] if item.key in said else "")
        for item in items
        if item.answer and item.key in asks
    }
    save_answers(inspection, given, actor=actor, now=now)


def value_of(item: ChecklistItem, row: dict[str, Any], said: dict[str, str], *, key: str) -> str:
    """What a unit answers, by what the register says of it."""
    systems = row.get("systems", ())
    has_site = any(asset[0] == "site" for asset in row.get("assets", ()))
    facts: dict[str, bool | str] = {
        "county-yearly 0.1": bool(systems),
        "county-yearly 0.2": any(system[2] == "3" for system in systems),
        "county-yearly 0.3": any(system[3] == "designated" for system in systems),
        "county-yearly 0.4": has_site,
        "county-yearly 0.5": row["kind"] in ("party", "government", "township"),
        "county-yearly 0.6": row["kind"] != "party",
        "county-yearly 0.7": bool(systems),
        "county-yearly 0.8": str(row["staff_total"] * 4 // 5),
        "county-yearly 6.3": str(78 + row["staff_total"] % 20),
        "institution-self-check 0.1": has_site,
        "institution-self-check 0.2": bool(systems),
        "institution-self-check 0.3": row["kind"],
    }
    fact = facts.get(f"{key} {item.key}")
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return fact or said.get(item.key, "yes")
