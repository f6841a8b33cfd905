"""A checklist as it was read: sections and questions in order, and what is wrong with it.

The fields mirror `inspections.models.ChecklistItem`, so that what was read can be kept as it is and what is
kept can be scored, branched and compared by the same functions (`Question` is all they ask for).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Protocol

#: kinds of answer; "" is a section, which is not answered
SECTION, CONFORMITY, YES_NO, CHOICE, NUMBER, TEXT = "", "conformity", "yes_no", "choice", "number", "text"
ANSWERS = (SECTION, CONFORMITY, YES_NO, CHOICE, NUMBER, TEXT)
NOT_APPLICABLE = "not_applicable"
#: how much of its points each answer brings
SHARES: dict[str, dict[str, Decimal]] = {
    CONFORMITY: {"yes": Decimal(1), "partly": Decimal("0.5"), "no": Decimal(0)},
    YES_NO: {"yes": Decimal(1), "no": Decimal(0)},
}
SEVERITIES = ("critical", "high", "medium", "low")
CONFIDENCES = ("high", "medium", "low")


class Question(Protocol):
    """What scoring and branching need of an item, read or kept.

    Attributes:
        key: unique within its checklist.
        depth: 0 for the outermost; an item belongs to the nearest item above it with a smaller depth.
        answer: one of `ANSWERS`.
        title: what is looked at.
        points: most points; None where it is not scored.
        choices: [value, title, share of the points as text or None] each. For a number the value is the
            lower bound of a band; the highest band that the number reaches decides.
        condition: {} always asked; {"item": key, "in": [values]} asked when that item was asked and answered
            so; {"any": [conditions]} or {"all": [conditions]} of these.
    """

    @property
    def key(self) -> str: ...
    @property
    def depth(self) -> int: ...
    @property
    def answer(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def points(self) -> Decimal | None: ...
    @property
    def choices(self) -> Sequence[Sequence[str | None]]: ...
    @property
    def condition(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One section or question; see `Question` for the shapes.

    Attributes:
        guidance: how to look. basis: citations, one a line. evidence: what is to be shown.
        severity: of the finding that a failed answer raises, one of `SEVERITIES` or "".
        finding, advice: what that finding is pre-filled with.
        confidence: how sure the citation is, one of `CONFIDENCES`; "" where the file does not say.
        where: the place in the file, for messages.
    """

    key: str
    title: str
    depth: int = 0
    answer: str = SECTION
    guidance: str = ""
    basis: str = ""
    evidence: str = ""
    points: Decimal | None = None
    choices: tuple[tuple[str, str, str | None], ...] = ()
    condition: Mapping[str, Any] = field(default_factory=dict)
    severity: str = ""
    finding: str = ""
    advice: str = ""
    confidence: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stands in the way of using the checklist, or that the reader should know.

    Attributes:
        blocking: the checklist cannot be kept before it is mended.
    """

    what: str
    where: str = ""
    advice: str = ""
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class ChecklistDraft:
    """A checklist as it was read.

    Attributes:
        key: the same through its editions. edition: as its issuer calls it.
        format: key of the reader.
        problems: from the reader and from `checking.check`.
        notes: what was left out or read in a way that the user should know.
    """

    key: str
    title: str
    format: str
    edition: str = ""
    description: str = ""
    licence: str = ""
    items: tuple[ItemDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[ItemDraft, ...]:
        """The items that are answered."""
        return tuple(item for item in self.items if item.answer)

    @property
    def is_usable(self) -> bool:
        """No problem stands in the way."""
        return not any(problem.blocking for problem in self.problems)

    @property
    def points(self) -> Decimal:
        """Most points of all questions together."""
        return sum((item.points for item in self.questions if item.points is not None), Decimal(0))

    @property
    def digest(self) -> str:
        """SM3 over the content; the place in the file does not count."""
        content: dict[str, Any] = {
            "key": self.key,
            "title": self.title,
            "edition": self.edition,
            "description": self.description,
            "licence": self.licence,
            "items": [{k: v for k, v in asdict(item).items() if k != "where"} for item in self.items],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)
        return hashlib.new("sm3", text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def with_ancestors(items: Sequence[Question]) -> Iterator[tuple[Question, tuple[Question, ...]]]:
    """Each item with what it belongs to, outermost first."""
    above: list[Question] = []
    for item in items:
        while above and above[-1].depth >= item.depth:
            above.pop()
        yield item, tuple(above)
        above.append(item)
