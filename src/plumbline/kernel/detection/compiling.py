"""From files of rules to a pack that an engine can run."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import ValueListPlaceholderTransformation
from sigma.rule import SigmaDetections, SigmaRule

from plumbline.kernel.detection.errors import ODD, PackError, PlaceholderError, RuleError
from plumbline.kernel.detection.expressions import Node, Pattern, Regex, all_of
from plumbline.kernel.detection.logsources import Row, load_rows
from plumbline.kernel.detection.naming import named_by, names_of
from plumbline.kernel.detection.pack import Packer
from plumbline.kernel.detection.reading import sigma_rule
from plumbline.kernel.detection.refusing import demand_compilable
from plumbline.kernel.detection.rules import (
    LEVELS,
    Compiled,
    Document,
    Info,
    Problem,
    Reading,
    Why,
    day_of,
)
from plumbline.kernel.detection.translating import expression_of

#: (done, all): called now and then while rules are compiled
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules run. An empty tuple chooses all; a rule must be chosen by each.

    Attributes:
        least: the lowest level.
        statuses, tags, products, categories, services: any of these; a tag that ends in "." means all that
            begin so.
        off: keys of rules that are switched off.
    """

    least: str = "informational"
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()

    def leaves_out(self, info: Info) -> str:
        """Why a rule does not run; "" if it does."""
        if info.key in self.off:
            return "已停用这条规则"
        if LEVELS.index(info.level) < LEVELS.index(self.least):
            return f"级别 {info.level} 低于所选的 {self.least}"
        for what, chosen, own in (
            ("状态", self.statuses, info.status),
            ("产品", self.products, info.logsource.product),
            ("类别", self.categories, info.logsource.category),
            ("服务", self.services, info.logsource.service),
        ):
            if chosen and own not in chosen:
                return f"{what}“{own}”不在所选范围"
        if self.tags and not any(
            tag == chosen or (chosen.endswith(".") and tag.startswith(chosen))
            for tag in info.tags
            for chosen in self.tags
        ):
            return "标签不在所选范围"
        return ""


@dataclass(frozen=True, slots=True)
class Settings:
    """With what rules are compiled.

    Attributes:
        rows: log sources of events.
        choice: which rules run.
        placeholders: name -> values, for `expand`.
        pipelines: pySigma pipelines (YAML), applied in order to every rule.
        today: the day by which exceptions have expired.
    """

    rows: Sequence[Row] = ()
    choice: Choice = Choice()
    placeholders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pipelines: Sequence[str] = ()
    today: date | None = None


def compile_rules(
    reading: Reading, settings: Settings | None = None, *, progress: Progress | None = None
) -> Compiled:
    """Compile the detections of a reading; its exceptions (Sigma filters) are built into the rules they name.

    Raises:
        PackError: a pipeline is not valid; rules that cannot be compiled are problems instead.
    """
    settings = settings or Settings(rows=load_rows())
    problems = list(reading.problems)
    pipeline = _pipeline(settings)
    exceptions = Exceptions(reading, settings, problems)
    packer = Packer()
    infos: list[Info] = []
    checked: dict[Regex | Pattern, str] = {}
    documents = [document for document in reading.documents if document.kind == "detection"]
    choice = settings.choice
    named = named_by((one for one in reading.documents if one.kind == "correlation"), choice.leaves_out)
    for done, document in enumerate(documents):
        if progress is not None and done % 50 == 0:
            progress(done, len(documents))
        info = document.info
        if (why := choice.leaves_out(info)) and (info.key in choice.off or not names_of(info) & named):
            problems.append(_problem(document, "disabled", why))
            continue
        try:
            rule = sigma_rule(document)
            node = all_of([translated(rule, pipeline), *exceptions.of(rule, info, pipeline)])
            demand_compilable(node, checked)
        except RuleError as error:
            kind: Why = "placeholder" if isinstance(error, PlaceholderError) else "unsupported"
            problems.append(_problem(document, kind, error.what, error.advice))
            continue
        packer.add_rule(node, info.logsource)
        infos.append(info)
    packer.add_rows(settings.rows)
    if progress is not None:
        progress(len(documents), len(documents))
    return Compiled(packer.pack, infos, problems, list(_correlations(reading, problems)))


def translated(rule: SigmaRule, pipeline: ProcessingPipeline | None) -> Node:
    """The rule's expression after the pipeline.

    Raises:
        RuleError: it cannot be applied.
    """
    if pipeline is not None:
        try:
            pipeline.apply(rule)
        except (SigmaError, *ODD) as error:
            raise RuleError("处理管道无法用于这条规则", advice=str(error)[:300]) from error
    try:
        return expression_of(rule)
    except ODD as error:  # pySigma looks at some things only now
        raise RuleError("规则的写法无法识别", advice=f"{type(error).__name__}: {error}"[:300]) from error


def _correlations(reading: Reading, problems: list[Problem]) -> Iterator[Document]:
    """The correlations, with their data as it comes out of a pack that was kept in a file."""
    for document in reading.documents:
        if document.kind == "correlation":
            try:
                plain = orjson.loads(orjson.dumps(document.data, default=_plain))
            except orjson.JSONEncodeError as error:
                advice = f"名称须是文字，数字不能过大：{error}"
                problems.append(_problem(document, "unreadable", "关联规则的写法无法识别", advice))
            else:
                yield replace(document, data=plain)


def _plain(value: object) -> str:
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


class Exceptions:
    """Sigma filters: what an office has decided to let pass, each with an owner and a last day.

    A filter's document may hold `owner` and `expires` (a day) beside what the specification asks for. One
    that has expired no longer applies; it becomes a problem, so that the reader sees it.
    """

    def __init__(self, reading: Reading, settings: Settings, problems: list[Problem]) -> None:
        self._filters: list[tuple[Document, SigmaFilter]] = []
        self._problems = problems
        self._told: set[str] = set()
        self._checked: dict[Regex | Pattern, str] = {}
        for document in reading.documents:
            if document.kind != "filter":
                continue
            try:
                expires = _expiry(document.data.get("expires"))
                if expires is not None and settings.today is not None and expires < settings.today:
                    problems.append(_problem(document, "disabled", f"例外已于 {expires} 到期，不再生效"))
                    continue
                self._filters.append((document, SigmaFilter.from_dict(document.data)))
            except RuleError as error:
                problems.append(_problem(document, "unreadable", error.what, error.advice))
            except (SigmaError, TypeError, ValueError, AttributeError, KeyError) as error:
                problems.append(_problem(document, "unreadable", "例外不符合 Sigma 规范", str(error)[:300]))

    def of(self, rule: SigmaRule, info: Info, pipeline: ProcessingPipeline | None) -> list[Node]:
        """What the filters that name the rule, or name all rules of its log source, add to its condition."""
        nodes = []
        for document, found in self._filters:
            named = found.filter.rules
            applies = isinstance(named, str) or any(
                reference.reference in (info.key, info.name) for reference in named if reference.reference
            )
            if applies and rule.logsource in found.logsource:
                try:
                    stand_in = SigmaRule(
                        title=document.info.title,
                        logsource=rule.logsource,
                        detection=SigmaDetections(
                            dict(found.filter.detections), list(found.filter.condition)
                        ),
                    )
                    node = translated(copy.deepcopy(stand_in), pipeline)
                    demand_compilable(node, self._checked)
                except RuleError as error:  # the rule goes on without: rather one finding too many
                    self._tell(document, error)
                except SigmaError as error:
                    self._tell(document, RuleError("例外不符合 Sigma 规范", advice=str(error)[:300]))
                else:
                    nodes.append(node)
        return nodes

    def _tell(self, document: Document, error: RuleError) -> None:
        """Once for each exception, whatever the number of rules that it is for."""
        if document.info.key not in self._told:
            self._told.add(document.info.key)
            self._problems.append(_problem(document, "unsupported", error.what, error.advice))


def _problem(document: Document, kind: Why, what: str, advice: str = "") -> Problem:
    info = document.info
    return Problem(info.file, info.title, info.key, kind, what, advice)


def _expiry(value: Any) -> date | None:
    day = day_of(value)
    if day is None and value is not None:
        raise RuleError(f"例外的到期日 {value} 不是日期", advice="请写成 2026-12-31 的形式")
    return day


def _pipeline(settings: Settings) -> ProcessingPipeline | None:
    pipeline: ProcessingPipeline | None = None
    for text in settings.pipelines:
        try:
            more = ProcessingPipeline.from_yaml(text)
        except (SigmaError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise PackError("处理管道文件无法使用", advice=str(error)[:300]) from error
        pipeline = more if pipeline is None else pipeline + more
    if settings.placeholders:
        values = ProcessingPipeline(
            items=[ProcessingItem(ValueListPlaceholderTransformation(include=sorted(settings.placeholders)))],
            vars={name: list(given) for name, given in settings.placeholders.items()},
        )
        pipeline = values if pipeline is None else pipeline + values
    return pipeline
