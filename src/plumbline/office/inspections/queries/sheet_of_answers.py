"""What the page of an inspection's items shows: sections, items, answers, what is asked, how far it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from plumbline.office.inspections.models import Answer, ChecklistItem, Inspection, Photo
from plumbline.office.inspections.queries.checklists import earlier_answers
from plumbline.office.inspections.services.answer_words import options, word_of
from plumbline.office.inspections.services.answering import values_of
from plumbline.office.inspections.services.reviewing import answers_of, items_of, open_points
from plumbline.office.inspections.services.scoring import asked
from plumbline.office.inspections.services.visits import failing

Kind = ChecklistItem.Answer


@dataclass
class Row:
    """One item as the page draws it.

    Attributes:
        options: (value, word) of its choices. free: "number", "text" or "".
        condition: JSON for the page's script; "" where it is always asked.
        failing: values, separated by blanks, that speak for a finding.
        needs_points: a person has to give points.
        earlier, earlier_word: what the unit answered last time to the same thing, or what it continues.
    """

    item: ChecklistItem
    answer: Answer | None
    options: list[tuple[str, str]]
    free: str
    is_asked: bool
    word: str
    condition: str
    failing: str
    needs_points: bool
    photos: list[Photo] = field(default_factory=list)
    earlier: Answer | None = None
    earlier_word: str = ""

    @property
    def is_answered(self) -> bool:
        return self.answer is not None and bool(self.answer.value)

    @property
    def fails(self) -> bool:
        return self.answer is not None and self.answer.value in self.failing.split(" ") and self.is_answered


@dataclass
class Section:
    """A section with the items up to the next one; the first has no heading where items come before any."""

    key: str
    title: str
    depth: int
    condition: str
    rows: list[Row] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return sum(row.is_asked for row in self.rows)

    @property
    def answered(self) -> int:
        return sum(row.is_asked and row.is_answered for row in self.rows)


@dataclass(frozen=True)
class AnswerPage:
    """All sections, and the sums over them."""

    sections: list[Section]
    asked: int
    answered: int
    returned: int

    @property
    def left(self) -> int:
        return self.asked - self.answered

    @property
    def share(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]


def answer_page(inspection: Inspection) -> AnswerPage:
    """The items of an inspection with what was answered; a handful of queries for any number of items."""
    items, answers = items_of(inspection), answers_of(inspection)
    asks = asked(items, values_of(answers))
    earlier = earlier_answers(inspection)
    photos: dict[int, list[Photo]] = {}
    for photo in inspection.photos.select_related("file", "taken_by"):
        if photo.item_id is not None:
            photos.setdefault(photo.item_id, []).append(photo)
    to_score = {item.key for item in open_points(items, answers)}
    sections: list[Section] = []
    for item in items:
        condition = json.dumps(item.condition, ensure_ascii=False) if item.condition else ""
        if item.answer == Kind.NONE:
            sections.append(Section(item.key, item.title, item.depth, condition))
            continue
        if not sections:
            sections.append(Section("", "", 0, ""))
        answer, before = answers.get(item.key), earlier.get(item.pk)
        sections[-1].rows.append(
            Row(
                item=item,
                answer=answer,
                options=options(item),
                free={Kind.NUMBER: "number", Kind.TEXT: "text"}.get(Kind(item.answer), ""),
                is_asked=item.key in asks,
                word=word_of(item, answer.value) if answer else "",
                condition=condition,
                failing=" ".join(failing(item)),
                needs_points=item.key in to_score,
                photos=photos.get(item.pk, []),
                earlier=before,
                earlier_word=word_of(before.item, before.value) if before else "",
            )
        )
    rows = [row for section in sections for row in section.rows if row.is_asked]
    return AnswerPage(
        sections=sections,
        asked=len(rows),
        answered=sum(row.is_answered for row in rows),
        returned=sum(row.answer is not None and row.answer.state == Answer.State.RETURNED for row in rows),
    )


def answer_facts(answer: Answer | None) -> dict[str, Any]:
    """An answer as the page's script takes it."""
    if answer is None:
        return {"value": "", "note": "", "revision": 0, "word": ""}
    return {
        "value": answer.value,
        "note": answer.note,
        "revision": answer.revision,
        "word": word_of(answer.item, answer.value),
        "by": answer.answered_by.full_name or answer.answered_by.username,
    }
