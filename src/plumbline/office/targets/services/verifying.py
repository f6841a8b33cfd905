"""Frozen values held against their evidence: is the manifest intact, does it still give the value, are the
records still what they were, and do the frozen evaluations still give their scores?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from plumbline.kernel.errors import PlumblineError, ScoringError
from plumbline.kernel.metrics.manifest import Line, Manifest, read, replay
from plumbline.kernel.plans.scoring.numbers import in_unit
from plumbline.office.files.services import FileMissing, demand_intact, open_file
from plumbline.office.targets.evidence.kinds import KINDS
from plumbline.office.targets.measuring.days import end
from plumbline.office.targets.measuring.suggesting import comparable
from plumbline.office.targets.models import Evaluation, EvidenceSet, Indicator, IndicatorValue, Plan
from plumbline.office.targets.services.amended_records import corrected
from plumbline.office.targets.services.evaluation_freezing import replay as replay_score
from plumbline.office.targets.services.late_records import LateRecords
from plumbline.office.targets.services.verify_reports import Altered, Report, ScoreReport, ValueReport
from plumbline.office.targets.wording import value_text

#: records that are named for one value; the counts are whole
MOST_NAMED = 200


def frozen_values(plan: Plan) -> QuerySet[EvidenceSet]:
    """Every evidence set of a plan, of current and replaced values."""
    named = Indicator.objects.filter(line=OuterRef("value__indicator_line"))
    named = named.order_by("-project__version__number")
    return (
        EvidenceSet.objects.filter(value__checkpoint__plan=plan)
        .select_related("value__checkpoint", "value__indicator_line", "file")
        .annotate(
            indicator_name=Subquery(named.values("level3")[:1]),
            indicator_text=Subquery(named.values("description")[:1]),
        )
        .order_by("value__checkpoint__day", "value__indicator_line", "-value")
    )


def unbacked_values(plan: Plan) -> QuerySet[IndicatorValue]:
    """Values of a metric whose manifest is not registered any more; when they were taken, it was."""
    named = Indicator.objects.filter(line=OuterRef("indicator_line")).order_by("-project__version__number")
    return (
        IndicatorValue.objects.filter(checkpoint__plan=plan, evidence_set__isnull=True)
        .exclude(metric="")
        .select_related("checkpoint", "indicator_line")
        .annotate(
            indicator_name=Subquery(named.values("level3")[:1]),
            indicator_text=Subquery(named.values("description")[:1]),
        )
        .order_by("checkpoint__day", "indicator_line", "-pk")
    )


def frozen_evaluations(plan: Plan) -> QuerySet[Evaluation]:
    """Every evaluation of a plan that was ever frozen."""
    return (
        Evaluation.objects.filter(project_line__plan=plan)
        .exclude(snapshot="")
        .select_related("project_line", "version")
        .order_by("project_line", "number")
    )


def verify(plan: Plan) -> Iterator[ValueReport | ScoreReport]:
    """Verify everything that is frozen in a plan, one after the other; nothing is changed."""
    late = LateRecords(plan, timezone.localdate())
    for kept in frozen_values(plan):
        yield _value(kept, late, kept.indicator_name or kept.indicator_text or "")
    for value in unbacked_values(plan):
        gone = _("佐证清单的登记已不存在，无法验证")
        name = value.indicator_name or value.indicator_text or ""
        yield ValueReport(**_base(value, name, digest="", records=0), problems=(gone,))
    for evaluation in frozen_evaluations(plan):
        yield _score(evaluation)


def collected(plan: Plan) -> Report:
    """The whole report of a plan."""
    report = Report(str(plan))
    for found in verify(plan):
        add(report, found)
    return report


def add(report: Report, found: ValueReport | ScoreReport) -> None:
    """Put one result into its report."""
    if isinstance(found, ValueReport):
        report.values.append(found)
    else:
        report.scores.append(found)


def _value(kept: EvidenceSet, late: LateRecords, name: str) -> ValueReport:
    value = kept.value
    base = _base(value, name, digest=kept.digest, records=kept.records)
    try:
        manifest = opened(kept)
    except (FileMissing, PlumblineError) as error:
        return ValueReport(**base, problems=(error.sentence,))
    problems = [*_against_value(manifest, kept), *_again(manifest, value)]
    gone, changed = altered_lines(manifest, kept_at=kept.frozen_at)
    amended = corrected(changed, manifest, kept_at=kept.frozen_at)
    changed = [line for line in changed if line not in amended]
    # a value that was replaced said so with a reason; one that was taken early is taken again by itself
    is_final = value.state == IndicatorValue.State.CURRENT and kept.frozen_at >= end(manifest.head.day)
    added = late.of(manifest, value.indicator_line) if is_final else []
    named = [
        *_named(gone, "gone"), *_named(changed, "altered"), *_named(added, "late"),
        *_named(amended, "amended"),
    ]  # fmt: skip
    return ValueReport(
        **base, problems=tuple(problems), gone=len(gone), changed=len(changed), late=len(added),
        amended=len(amended), altered=tuple(named[:MOST_NAMED]),
    )  # fmt: skip


def _base(value: IndicatorValue, name: str, *, digest: str, records: int) -> dict[str, Any]:
    return {
        "value": value.pk, "line": value.indicator_line_id, "checkpoint_id": value.checkpoint_id,
        "indicator": name, "checkpoint": value.checkpoint.title, "metric": value.metric,
        "figure": _("未能测量") if value.unmeasured else value_text(value),
        "current": value.state == IndicatorValue.State.CURRENT, "digest": digest, "records": records,
    }  # fmt: skip


def opened(kept: EvidenceSet) -> Manifest:
    """The manifest of a frozen value, whole.

    Raises:
        FileMissing: it is not there, or was changed on the disk.
        ManifestError: it cannot be read.
    """
    if kept.digest != kept.file.digest:
        raise FileMissing(_("佐证清单登记的摘要与文件不符。"), where=kept.file.name)
    demand_intact(kept.file)
    with open_file(kept.file) as content:
        return read(content.read())


def _against_value(manifest: Manifest, kept: EvidenceSet) -> list[str]:
    """What the rows of the database say otherwise than the manifest."""
    head, value, found = manifest.head, kept.value, []
    facts, point = head.facts, value.checkpoint
    if (facts.get("plan"), facts.get("indicator_key"), facts.get("checkpoint")) != (
        str(point.plan_id), str(value.indicator_line.key), point.day.isoformat(),
    ):  # fmt: skip
        found.append(_("清单是另一个指标或另一个监控节点的"))
    if not _same_unit(head.unit, value.unit):
        found.append(
            _("现在保存的计量单位“%(now)s”与清单中的“%(then)s”不同") % {"now": value.unit, "then": head.unit}
        )
    if (head.value, head.numerator, head.denominator) != (value.value, value.numerator, value.denominator):
        found.append(
            _("现在保存的值 %(now)s 与清单中的 %(then)s 不同")
            % {"now": _number(value.value), "then": _number(head.value)}
        )
    if bool(head.unmeasured) != bool(value.unmeasured):
        found.append(_("“未能测量”的状态与清单不同"))
    if (kept.records, kept.counted) != (len(manifest.lines), manifest.counted):
        found.append(_("登记的佐证记录数与清单不同"))
    return found


def _same_unit(then: str, now: str) -> bool:
    """Whether a figure means the same in both: 场 for 次, but never 万元 for 元."""
    if then == now:
        return True
    return bool(then and now) and in_unit(Decimal(1), then, now) is None and comparable(then, now)


def _again(manifest: Manifest, value: IndicatorValue) -> list[str]:
    try:
        again = replay(manifest)
    except PlumblineError as error:
        return [error.sentence]
    head = manifest.head
    if (again.value, again.numerator, again.denominator) != (head.value, head.numerator, head.denominator):
        return [
            _("按清单复算得 %(again)s，与取值时的 %(then)s 不同")
            % {"again": _number(again.value), "then": _number(head.value)}
        ]
    return []


def altered_lines(manifest: Manifest, *, kept_at: datetime) -> tuple[list[Line], list[Line]]:
    """Records that are gone, and records whose facts as of the value's day are not what they were.

    Args:
        kept_at: when the value was taken; what came later on the same day is no alteration.
    """
    gone: list[Line] = []
    changed: list[Line] = []
    days = {operand.name: operand.period.end for operand in manifest.operands}
    wanted: dict[tuple[str, date], set[str]] = defaultdict(set)
    for line in manifest.lines:
        wanted[line.kind, days[line.operand]].add(line.key)
    now: Mapping[tuple[str, date], dict[str, str]] = {
        (kind, day): (
            KINDS.get(kind).digests(
                sorted(keys, key=int), as_of=day, stop=kept_at if kept_at < end(day) else None
            )
            if kind in KINDS
            else {}
        )
        for (kind, day), keys in wanted.items()
    }
    for line in manifest.lines:
        digest = now[line.kind, days[line.operand]].get(line.key)
        if digest is None:
            gone.append(line)
        elif digest != line.sm3:
            changed.append(line)
    return gone, changed


def _named(lines: list[Line], how: str) -> list[Altered]:
    """Records with their names, as far as they are still there."""
    found = []
    for line in lines[:MOST_NAMED]:
        kind = KINDS.get(line.kind) if line.kind in KINDS else None
        row = None
        if kind is not None and how != "gone":
            rows = kind.prepared(kind.model._default_manager.filter(pk=int(line.key)), date.today())
            row = rows.first()
        label = kind.label(row) if kind and row is not None else line.key
        url = kind.url(row) if kind and row is not None else ""
        title = str(kind.title) if kind else line.kind
        found.append(Altered(line.kind, title, line.key, label, url, how == "gone", how))
    return found


def _score(evaluation: Evaluation) -> ScoreReport:
    project = evaluation.project_line.versions.order_by("-version__number").first()
    base = {
        "evaluation": evaluation.pk, "project": project.name if project else "", "number": evaluation.number,
        "total": str(evaluation.total or ""),
    }  # fmt: skip
    try:
        found = replay_score(evaluation)
    except ScoringError as error:
        return ScoreReport(**base, same=False, differences=(error.sentence,))
    return ScoreReport(**base, same=found.same, differences=tuple(found.differences))


def _number(value: Any) -> str:
    return _("（无）") if value is None else f"{value.normalize():f}"
