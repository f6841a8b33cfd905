"""What verifying the frozen values and evaluations of a plan found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Altered:
    """A record that is gone, or is not what it was."""

    kind: str
    title: str
    key: str
    label: str
    url: str
    gone: bool
    #: "altered", "gone", "late" (entered after the value was taken), "amended" (corrected since, on record)
    how: str = "altered"


@dataclass(frozen=True, slots=True)
class ValueReport:
    """One frozen value.

    Attributes:
        problems: of the manifest or the value, Chinese sentences.
        gone, changed: how many records.
        late: how many are dated inside the value's days and were entered after it was taken (补录).
        amended: how many were corrected since by an act on record, which says what they were: no alteration.
        altered: up to `MOST_NAMED` of them.
    """

    value: int
    line: int
    checkpoint_id: int
    indicator: str
    checkpoint: str
    figure: str
    metric: str
    current: bool
    digest: str
    records: int
    problems: tuple[str, ...] = ()
    gone: int = 0
    changed: int = 0
    late: int = 0
    amended: int = 0
    altered: tuple[Altered, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not (self.problems or self.gone or self.changed or self.late)


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """One frozen evaluation, computed again."""

    evaluation: int
    project: str
    number: int
    total: str
    same: bool
    differences: tuple[str, ...] = ()


@dataclass
class Report:
    """What verifying a plan found."""

    plan: str
    values: list[ValueReport] = field(default_factory=list)
    scores: list[ScoreReport] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return all(value.is_sound for value in self.values) and all(score.same for score in self.scores)

    @property
    def problems(self) -> int:
        wrong = sum(1 for value in self.values if not value.is_sound)
        return wrong + sum(1 for score in self.scores if not score.same)
