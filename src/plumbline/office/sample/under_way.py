"""Work that is under way on the day the sample is loaded: something to do for each of its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from plumbline.office.accounts.models import User
from plumbline.office.inspections.models import Inspection
from plumbline.office.inspections.services.answering import add_evidence
from plumbline.office.inspections.services.arranging import Arrangement, arrange
from plumbline.office.inspections.services.progress import move
from plumbline.office.inspections.services.visits import save_record
from plumbline.office.lib.workdays import add_workdays
from plumbline.office.sample.answering import fill, said_of
from plumbline.office.sample.beginning import begin_visit
from plumbline.office.sample.county import County, read
from plumbline.office.sample.diary import at
from plumbline.office.sample.papers import paper
from plumbline.office.sample.photos import take_photos

SELF, SITE, EXPERT = Inspection.Method.SELF_CHECK, Inspection.Method.ON_SITE, Inspection.Method.EXPERT


def plan_under_way(county: County) -> None:
    """Put the work into the diary: it began some days ago, and ends some days ahead."""
    today = timezone.localdate(county.diary.now)
    notes = read("texts")["notes"]
    for row in read("under-way")["inspection"]:
        work = UnderWay(county, row, notes, today)
        county.diary.add(at(work.day("begins"), "08:30"), work.begin)
        county.diary.add(at(work.day("answered"), "16:20"), work.answer)


@dataclass
class UnderWay:
    """One inspection that has begun and is not through."""

    county: County
    row: dict[str, Any]
    notes: dict[str, dict[str, list[str]]]
    today: date

    def day(self, name: str) -> date:
        return add_workdays(self.today, self.row[name])

    @property
    def inspection(self) -> Inspection:
        return self.county.inspections[self._key]

    @property
    def _key(self) -> str:
        return f"under way {self.row['unit']} {self.row['method']}"

    @property
    def _speaker(self) -> User:
        people = self.county.people
        by_method = {EXPERT: people.expert, SITE: people.staff}
        return by_method.get(self.row["method"]) or self.county.speaker(self.row["unit"])

    def begin(self, now: datetime) -> None:
        """Arranged and started on its first day."""
        people, method = self.county.people, self.row["method"]
        lead = {EXPERT: people.colleague, SITE: people.staff}.get(method)
        members = {EXPERT: [people.expert], SITE: [people.colleague]}.get(method, [])
        checklist = self.county.checklists[self.row["checklist"]]
        wanted = Arrangement(
            method, self.day("begins"), self.day("ends"), checklist, lead=lead, members=members
        )
        unit = self.county.unit(self.row["unit"])
        [made] = arrange([unit], wanted, plan=None, actor=people.staff, now=now)
        if method == SELF:
            move(inspection=made, act="start", actor=people.staff, now=now)
        else:
            begin_visit(made, actor=people.staff, now=now)
        self.county.inspections[self._key] = made

    def answer(self, now: datetime) -> None:
        """Some of it: answers, what backs them, and the record of a visit."""
        row, actor, inspection = self.row, self._speaker, self.inspection
        said = said_of(row["partly"], row["no"])
        of_unit = self.county.register.rows[row["unit"]]
        fill(inspection, of_unit, said, self.notes, actor=actor, now=now, so_far=row["so_far"])
        for key, title, text in row.get("papers", ()):
            item = inspection.answers.select_related("item").get(item__key=key).item
            add_evidence(inspection, item, paper(title, text), title=title, actor=actor, now=now)
        take_photos(inspection, row.get("photos", ()), actor=actor, now=now)
        if row["method"] != SELF:
            companion = self.county.register.liaison(row["unit"])
            values = {"place": row["place"], "companions": companion, "record": row["record"]}
            save_record(inspection, values, actor=actor, now=now)
