"""Which metric computed a measure, and how many records it rests on: for evaluations and official forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plumbline.kernel.metrics.measure import Measure
from plumbline.kernel.metrics.metric import METRICS
from plumbline.office.targets.models import EvidenceSet


@dataclass(frozen=True, slots=True)
class Source:
    """Where a computed value comes from.

    Attributes:
        title: of the metric; "公式" for an expression.
        version: 0 for an expression.
    """

    title: str
    version: int
    records: int
    counted: int
    digest: str

    @property
    def words(self) -> str:
        """In one sentence part, as a form cites it."""
        name = _("“%(title)s”（第 %(version)d 版）") % {"title": self.title, "version": self.version}
        if not self.version:
            name = self.title
        return _("由%(name)s自动取值，佐证记录 %(records)d 条，计入 %(counted)d 条") % {
            "name": name, "records": self.records, "counted": self.counted,
        }  # fmt: skip


def sources_of(measures: Mapping[str, Measure | None]) -> dict[str, Source]:
    """The sources of those measures that were computed, by the same keys; one query."""
    computed = {key: measure for key, measure in measures.items() if measure is not None and measure.metric}
    digests = {key: digest for key, m in computed.items() if (digest := manifest_digest(m))}
    rows = EvidenceSet.objects.filter(digest__in=set(digests.values())) if digests else []
    kept = {row.digest: row for row in rows}
    return {key: _source(computed[key], kept[digest]) for key, digest in digests.items() if digest in kept}


def manifest_digest(measure: Measure) -> str:
    """SM3 of the manifest that a measure rests on; "" where it has none."""
    return next((e.digest for e in measure.evidence if e.kind == "manifest"), "")


def cited(names: Iterable[tuple[str, str]], found: Mapping[str, Source]) -> str:
    """All sources as one note below a form: (key, name) of its rows, in order."""
    parts = [f"{name}{_('：')}{found[key].words}" for key, name in names if key in found]
    return _("实际完成值来源：%(parts)s。") % {"parts": _("；").join(parts)} if parts else ""


def _source(measure: Measure, kept: EvidenceSet) -> Source:
    key, _at, version = measure.metric.partition("@")
    versions = METRICS.versions(key)
    if key == "expression" or not versions:
        return Source(_("公式"), 0, kept.records, kept.counted, kept.digest)
    return Source(str(versions[0].title), int(version), kept.records, kept.counted, kept.digest)
