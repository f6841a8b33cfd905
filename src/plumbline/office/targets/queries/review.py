"""A version beside its document: what the review page shows, and where each value stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, Max, Prefetch, Q, QuerySet, Sum

from plumbline.office.lib.addresses import whole_number
from plumbline.office.targets.models import (
    Indicator,
    Plan,
    PlanFinding,
    PlanVersion,
    Project,
    SpendPoint,
    Statement,
)
from plumbline.office.targets.queries.plans import current_version
from plumbline.office.targets.queries.review_shapes import (
    Chunk,
    IndicatorRow,
    Mark,
    Marks,
    ProjectBody,
    ProjectView,
    Review,
    Stated,
    Value,
)

#: lines that the page asks for at a time
CHUNK = 300
#: more projects than this are filled when they are opened
AT_ONCE = 12
RANK = {"error": 0, "warning": 1, "note": 2, "confirmed": 3}


def chosen_version(plan: Plan, number: str) -> PlanVersion | None:
    """The version of that number, else the one that counts."""
    asked = whole_number(number)
    chosen = plan.versions.filter(number=asked).first() if asked else None
    return chosen or current_version(plan)


def finding_counts(version: PlanVersion) -> dict[str, int]:
    """Open findings by severity, "confirmed", and "done" (mended or accepted)."""
    counts = {"error": 0, "warning": 0, "note": 0, "confirmed": 0, "done": 0}
    rows = version.findings.order_by().values("severity", "state").annotate(n=Count("pk"))
    for row in rows:
        open_ = row["state"] == PlanFinding.State.OPEN
        counts[row["severity"] if open_ or row["severity"] == "confirmed" else "done"] += row["n"]
    return counts


def marks_of(findings: Iterable[PlanFinding]) -> dict[int, Mark]:
    """The open findings by line."""
    by_line: dict[int, list[PlanFinding]] = defaultdict(list)
    for finding in findings:
        if finding.state == PlanFinding.State.OPEN:
            for line in finding.lines:
                by_line[line].append(finding)
    marks = {}
    for line, here in by_line.items():
        here.sort(key=lambda finding: (RANK[finding.severity], finding.pk))
        issues = frozenset(finding.pk for finding in here if finding.severity != "confirmed")
        marks[line] = Mark(here[0].severity, tuple(finding.pk for finding in here), issues)
    return marks


def review(version: PlanVersion, *, first_line: int = 1) -> Review:
    """Everything that the page shows at once; the same number of queries whatever the document's size."""
    findings = sorted(
        version.findings.defer("advice", "message", "disposition", "where"),
        key=lambda finding: (RANK[finding.severity], finding.lines[:1], finding.pk),
    )
    marks = marks_of(findings)
    rows = list(_projects(version))
    full = len(rows) <= AT_ONCE
    if full:
        rows = list(with_parts(version.projects.all()))
    figures = version.projects.aggregate(budget=Sum("budget_yuan"))
    return Review(
        version=version,
        chunks=_chunks(version, marks, first_line),
        totals=tuple(
            (total, _at(total.lines, total.raw, marks, total.mended)) for total in version.totals.all()
        ),
        goals=tuple((goal, _at(goal.lines, goal.text, marks, [])) for goal in version.goals.all()),
        projects=tuple(project_view(row, marks, full=full) for row in rows),
        budget=figures["budget"],
        indicators=Indicator.objects.filter(project__version=version).count(),
        counts=finding_counts(version),
        findings=[{"id": f.pk, "severity": f.severity, "state": f.state, "lines": f.lines} for f in findings],
    )


def _projects(version: PlanVersion) -> QuerySet[Project]:
    return version.projects.prefetch_related(
        Prefetch("statements", queryset=Statement.objects.only("project", "lines"))
    )


def with_parts(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with all their parts at hand."""
    people = ("line", "reading_proposed_by", "reading_approved_by")
    return projects.prefetch_related(
        "statements",
        "funds",
        "spend_points",
        Prefetch("indicators", queryset=Indicator.objects.select_related(*people)),
    )


def project_view(row: Project, marks: Marks, *, full: bool) -> ProjectView:
    """A project as the page shows it."""
    lines = sorted({line for statement in row.statements.all() for line in statement.lines})
    here = [marks[line] for line in lines if line in marks]
    return ProjectView(
        row=row,
        ranges=_ranges(lines),
        anchor=lines[0] if lines else 0,
        issues=len(frozenset().union(*(mark.issues for mark in here))),
        worst=min((mark.severity for mark in here), key=RANK.__getitem__, default=""),
        body=project_body(row, marks) if full else None,
    )


def project_body(row: Project, marks: Marks) -> ProjectBody:
    """The inside of a project whose parts are at hand (`with_parts`)."""
    statements = list(row.statements.all())
    points = list(row.spend_points.all())
    origins = {point.origin for point in points}
    counted = "table" if "table" in origins else "text"
    indicators = [_indicator(indicator, marks) for indicator in row.indicators.all()]
    return ProjectBody(
        values=tuple(_project_values(row, statements, marks)),
        funds=tuple((fund, _at(fund.lines, fund.raw, marks, [])) for fund in row.funds.all()),
        points=tuple((point, _planned(point, marks)) for point in points if point.origin == counted),
        statements=tuple(
            _stated(statement, [p for p in points if p.origin == statement.origin], marks)
            for statement in statements
        ),
        tracked=tuple(i for i in indicators if i.row.use == Indicator.Use.TRACKED),
        reference=tuple(i for i in indicators if i.row.use != Indicator.Use.TRACKED),
    )


def _project_values(
    row: Project, statements: list[Statement], marks: Marks
) -> Iterable[tuple[str, str, Value]]:
    """(field, text, value) of a project; the line is where the value that counts was stated."""
    ranked = sorted(statements, key=lambda statement: statement.origin != "table")
    texts = {
        "code": row.code,
        "category": row.category,
        "department": row.department,
        "implementer": row.implementer,
        "use": row.use,
        "goal": row.goal,
        "basis": row.basis,
    }
    for name, text in texts.items():
        source = next((s for s in ranked if getattr(s, name, "")), None)
        line = _line(source, name) if source else 0
        yield name, text, Value(text, line, _own(marks, line, source), name in row.mended)


def _own(marks: Marks, line: int, statement: Statement | None) -> Mark | None:
    """A paragraph of prose holds everything at once; its marks stand at the statement, not at each value."""
    return marks.get(line) if statement is not None and statement.origin == "table" else None


def _line(statement: Statement, name: str) -> int:
    span = statement.spans.get(name)
    return int(span) if span else (statement.lines[0] if statement.lines else 0)


def _planned(point: SpendPoint, marks: Marks) -> Value:
    """A point of the prose stands in a paragraph with much else; only a table's has marks of its own."""
    return _at(point.lines, point.raw_percent, marks if point.origin == "table" else {}, [])


def _stated(statement: Statement, points: list[SpendPoint], marks: Marks) -> Stated:
    shown = (("name", statement.name), ("budget", statement.budget_raw), ("goal", statement.goal))
    values = tuple(
        (name, Value(text, _line(statement, name), _own(marks, _line(statement, name), statement)))
        for name, text in shown
        if text
    )
    return Stated(statement, values, tuple(points))


def _indicator(row: Indicator, marks: Marks) -> IndicatorRow:
    def value(name: str, text: str) -> Value:
        line = int(row.spans.get(name) or (row.lines[0] if row.lines else 0))
        mark = marks.get(line) if row.origin == "table" and name in row.spans else None
        return Value(text, line, mark, name in row.mended)

    weight = "" if row.weight is None else f"{row.weight.normalize():f}"
    return IndicatorRow(
        row=row,
        level1=value("level1", row.level1),
        level2=value("level2", row.level2),
        level3=value("level3", row.level3),
        description=value("description", row.description),
        target=value("target", row.target_raw),
        basis=value("basis", row.basis),
        weight=value("weight", weight),
    )


def _at(lines: list[int], text: str, marks: Marks, mended: list[str]) -> Value:
    line = lines[0] if lines else 0
    return Value(text, line, marks.get(line), bool(mended))


def _ranges(lines: list[int]) -> str:
    """Lines as "20 45-63": what a script looks a line up in."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line <= spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _chunks(version: PlanVersion, marks: Marks, first_line: int) -> tuple[Chunk, ...]:
    last = version.source_lines.aggregate(last=Max("number"))["last"] or 0
    start = max(1, min(first_line, last)) // CHUNK * CHUNK
    chunks = []
    for first in range(1, last + 1, CHUNK):
        end = min(first + CHUNK - 1, last)
        near = first <= start + 1 <= end
        chunks.append(chunk(version, first, marks=marks) if near else Chunk(first, end))
    return tuple(chunks)


def chunk(version: PlanVersion, first: int, *, marks: Marks | None = None) -> Chunk:
    """The lines from `first` on, at most CHUNK of them, each with its mark."""
    end = first + CHUNK - 1
    if marks is None:
        marks = marks_of(
            version.findings.filter(state=PlanFinding.State.OPEN).only("lines", "severity", "state")
        )
    rows = list(version.source_lines.filter(Q(number__gte=first) & Q(number__lte=end)))
    return Chunk(
        first, rows[-1].number if rows else first, tuple((row, marks.get(row.number)) for row in rows), True
    )
