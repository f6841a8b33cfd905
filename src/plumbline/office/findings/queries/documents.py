"""Number series and templates as the page of documents shows them."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.office.findings.models import Letterhead, Notice, NoticeTemplate, NumberSeries
from plumbline.office.findings.notice_defaults import SeriesDefault, notice_defaults
from plumbline.office.findings.services import letters, numbering


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series.

    Attributes:
        following: what the next document will be numbered, as text.
        given: how many numbers were given this year.
        kinds: which kinds of notices it numbers.
    """

    series: NumberSeries
    shipped: SeriesDefault
    following: str
    given: int
    kinds: tuple[str, ...]

    @property
    def kinds_text(self) -> str:
        return "、".join(self.kinds)


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One kind of notice: the office's own template (None: the shipped one), and those before."""

    kind: str
    title: str
    current: NoticeTemplate | None
    replaced: tuple[NoticeTemplate, ...]


def series_lines(*, year: int) -> tuple[SeriesLine, ...]:
    """The series of notices, in the order of the shipped data."""
    lines = []
    defaults = notice_defaults()
    for shipped in defaults.series:
        series = numbering.series(shipped.key)
        number = numbering.next_number(series, year=year)
        kinds = tuple(
            str(kind.label) for kind in Notice.Kind if defaults.series_of[kind.value] == shipped.key
        )
        text = numbering.number_text(series.pattern, year=year, number=number)
        lines.append(SeriesLine(series, shipped, text, number - 1, kinds))
    return tuple(lines)


def template_lines() -> tuple[TemplateLine, ...]:
    """The templates of every kind."""
    rows = list(NoticeTemplate.objects.select_related("file", "uploaded_by"))
    return tuple(
        TemplateLine(
            kind=kind.value,
            title=str(kind.label),
            current=next((row for row in rows if row.kind == kind and row.state == "current"), None),
            replaced=tuple(row for row in rows if row.kind == kind and row.state == "replaced"),
        )
        for kind in Notice.Kind
    )


def head() -> Letterhead:
    """Who issues."""
    return letters.letterhead()
