"""Inputs and results as canonical JSON, so that a score can be computed again years later.

Canonical: keys sorted, no spaces, Decimals as plain strings without trailing zeros, days and times
in ISO form. The digest is SM3 over the UTF-8 bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from plumbline.kernel.errors import RegistryError, ScoringError
from plumbline.kernel.plans.rulesets import ruleset
from plumbline.kernel.plans.scoring.engine import score
from plumbline.kernel.plans.scoring.inputs import EvaluationInputs, EvaluationResult
from plumbline.kernel.plans.scoring.numbers import plain

#: raised whenever `score` computes something else from the same inputs; old numbers stay readable
METHOD = 1


def canonical(value: object) -> str:
    """Canonical JSON of a dataclass."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SM3 of a text, hex."""
    return hashlib.new("sm3", text.encode()).hexdigest()


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        # what takes no part in comparisons (the query for a measure's records) is no part of the score
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.compare}
    raise ScoringError(f"不能存入快照的值：{value!r}")


@dataclass(frozen=True, slots=True)
class RowText:
    """What people wrote beside a row; `key` as in `RowResult`."""

    key: str
    deduction_reason: str
    improvement: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Inputs with the ruleset they were scored by, and the texts, as kept in a frozen evaluation."""

    method: int
    ruleset_key: str
    ruleset_version: int
    ruleset_digest: str
    inputs: EvaluationInputs
    goal_result: str = ""
    texts: tuple[RowText, ...] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """What computing a frozen evaluation again gave.

    Attributes:
        same: inputs, ruleset and result are all as they were when it was frozen.
        differences: what is not, Chinese sentences.
        result: the result now; None where it could not be computed.
    """

    same: bool
    differences: tuple[str, ...]
    result: EvaluationResult | None


def read_snapshot(text: str) -> Snapshot:
    """The snapshot of a canonical text.

    Raises:
        ScoringError: it is not one.
    """
    value = _typed(Snapshot, text)
    if not isinstance(value, Snapshot):
        raise ScoringError("快照内容不完整", advice="请从备份恢复。")
    return value


def read_result(text: str) -> EvaluationResult:
    """The result of a canonical text.

    Raises:
        ScoringError: it is not one.
    """
    value = _typed(EvaluationResult, text)
    if not isinstance(value, EvaluationResult):
        raise ScoringError("定稿的结果不完整", advice="请从备份恢复。")
    return value


def _typed(kind: Any, text: str) -> Any:
    """A canonical text as `kind`: the reverse of `canonical`, guided by the annotations."""
    try:
        return _convert(kind, json.loads(text))
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as error:
        raise ScoringError("快照内容与格式不符，已损坏", where=str(error), advice="请从备份恢复。") from error


def _convert(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if data is None:
            return None
        return _convert(next(part for part in get_args(kind) if part is not type(None)), data)
    if origin is tuple:
        parts = get_args(kind)
        if parts[-1] is Ellipsis:
            return tuple(_convert(parts[0], item) for item in data)
        return tuple(_convert(part, item) for part, item in zip(parts, data, strict=True))
    if kind is Decimal:
        return Decimal(data)
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is date:
        return date.fromisoformat(data)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _convert(hints[name], data[name]) for name in hints if name in data})
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def replay(*, snapshot: str, snapshot_digest: str, result: str) -> Replay:
    """Compute a frozen evaluation again from its snapshot and compare.

    Args:
        snapshot, result: canonical texts as they were frozen.
        snapshot_digest: SM3 of the snapshot as it was frozen.
    """
    differences = [] if digest(snapshot) == snapshot_digest else ["评分依据的快照被改动过（SM3 摘要不符）。"]
    try:
        kept = read_snapshot(snapshot)
        rules = ruleset(kept.ruleset_key, kept.ruleset_version)
    except (ScoringError, RegistryError) as error:
        return Replay(False, (*differences, str(error)), None)
    if rules.digest != kept.ruleset_digest:
        differences.append("评分规则文件被改动过（SM3 摘要不符）。")
    if kept.method != METHOD:
        differences.append(f"快照由计分方法第 {kept.method} 版算出，现为第 {METHOD} 版。")
    try:
        again = score(kept.inputs, rules)
    except ScoringError as error:
        return Replay(False, (*differences, str(error)), None)
    if canonical(again) != result:
        differences.append("重新计算的得分与定稿时不同。")
    return Replay(not differences, tuple(differences), again)
