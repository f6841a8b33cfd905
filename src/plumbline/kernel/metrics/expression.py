"""Expressions over metrics: a small grammar, read into a tree, checked for units, computed exactly.

What may be written: + − × ÷ (also * and /), parentheses, numbers (with a unit: 5次, 98%), metrics by key
or by title in 「」 or quotes, and the functions ratio, min, max, count, cumulative, period. An error names
the column. Units: only like may be added or compared, a number without unit takes the other's; 元 ÷ 次
gives 元/次; like ÷ like gives a bare number, ratio() a percentage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from plumbline.kernel.errors import PlumblineError
from plumbline.kernel.metrics.period import Window

MOST_LENGTH = 500
MOST_DEPTH = 20
MOST_NODES = 100
FUNCTIONS = ("ratio", "min", "max", "count", "cumulative", "period")
_NAMES = {
    "比率": "ratio",
    "最小": "min",
    "最大": "max",
    "计数": "count",
    "累计": "cumulative",
    "本期": "period",
}
#: one character for one, so that columns stay what the person sees
_SAME = str.maketrans({
    "−": "-", "－": "-", "—": "-", "–": "-", "＋": "+", "×": "*", "＊": "*", "✕": "*", "·": "*",
    "÷": "/", "／": "/", "（": "(", "）": ")", "，": ",", "、": ",", "％": "%", "“": '"', "”": '"',
    "＂": '"', "．": ".", "∕": "/", "∗": "*", "　": " ", "『": "「", "』": "」",
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
})  # fmt: skip
Op = Literal["+", "-", "*", "/"]


class ExpressionError(PlumblineError):
    """An expression that cannot be read or does not fit together.

    Attributes:
        column: place of the fault, from 1; 0 for the whole.
    """

    def __init__(self, what: str, *, column: int = 0, advice: str = "") -> None:
        self.column = column
        super().__init__(what, where=f"公式第 {column} 个字符" if column else "公式", advice=advice)


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    unit: str
    column: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A metric: its figure, or with `records` the number of records that count.

    Attributes:
        window: how it counts; None as the binding says.
    """

    key: str
    version: int
    column: int
    records: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Negative:
    inner: Node
    column: int


@dataclass(frozen=True, slots=True)
class Binary:
    op: Op
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """ratio, min or max."""

    name: str
    arguments: tuple[Node, ...]
    column: int


Node = Number | Reference | Negative | Binary | Call


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression needs to know of a metric that may be named in it."""

    key: str
    title: str
    unit: str
    version: int


Vocabulary = Callable[[str], Known | None]
"""Finds a metric by key or title; None where there is none."""


def parse(text: str, *, known: Vocabulary) -> Node:
    """Read an expression.

    Args:
        known: finds metrics by key or title.

    Raises:
        ExpressionError: empty, too long, too deep, not understood, or naming something unknown.
    """
    if not text.strip():
        raise ExpressionError(
            "公式是空的", advice="请写成如“ratio(「完成检查次数」, 「计划检查次数」)”的形式。"
        )
    if len(text) > MOST_LENGTH:
        raise ExpressionError(f"公式超过 {MOST_LENGTH} 个字符", advice="请拆成较短的公式。")
    plain = _plain(text)
    _demand_depth(plain)
    try:
        tree = _grammar().parse(plain)
        node: Node = _Reader(known).transform(tree)
    except UnexpectedInput as error:
        raise _unread(error, plain) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    if sum(1 for _ in walk(node)) > MOST_NODES:
        raise ExpressionError(f"公式多于 {MOST_NODES} 项", advice="请拆成较短的公式。")
    return node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    if isinstance(node, Negative):
        yield from walk(node.inner)
    elif isinstance(node, Binary):
        yield from walk(node.left)
        yield from walk(node.right)
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from walk(argument)


def references(node: Node) -> list[Reference]:
    """The metrics that an expression names, each use once, in the order of the text."""
    found = {r: None for r in walk(node) if isinstance(r, Reference)}
    unique = {(r.key, r.version, r.window, r.records): r for r in found}
    return list(unique.values())


@cache
def _grammar() -> Lark:
    text = files(__package__).joinpath("expression.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True)


def _plain(text: str) -> str:
    """One way of writing each sign, character for character; titles in 「」 or quotes stay as they are."""
    found: list[str] = []
    until = ""
    for character in text:
        same = character.translate(_SAME)
        if until:
            closes = same == until
            found.append(same if closes else character)
            until = "" if closes else until
            continue
        until = {"「": "」", '"': '"'}.get(same, "")
        found.append(same)
    return "".join(found)


def _demand_depth(text: str) -> None:
    depth = 0
    for column, character in enumerate(text, 1):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > MOST_DEPTH:
            raise ExpressionError(
                f"括号多于 {MOST_DEPTH} 层", column=column, advice="请简化公式，或拆成几个指标。"
            )


def _unread(error: UnexpectedInput, text: str) -> ExpressionError:
    column = getattr(error, "column", 0) or 0
    position = getattr(error, "pos_in_stream", None)
    if position is None or position >= len(text.rstrip()) or getattr(error, "token", None) == "":
        return ExpressionError(
            "公式没有写完",
            column=len(text.rstrip()) + 1,
            advice="请补上运算符后面的指标或数字，并检查括号是否成对。",
        )
    found = text[position]
    what = f"这里不能写“{found}”"
    advice = "请写成如“ratio(「完成检查次数」, 「计划检查次数」)”的形式；指标名称写在「」中。"
    if found == ")":
        advice = "请检查括号是否成对。"
    elif "\u4e00" <= found <= "\u9fff":
        what, advice = (
            f"看不懂“{text[position : position + 8]}”",
            "指标名称请写在「」中，如「完成检查次数」。",
        )
    return ExpressionError(what, column=column, advice=advice)


@v_args(inline=True)
class _Reader(Transformer[Token, Node]):
    """The grammar's tree as nodes."""

    def __init__(self, known: Vocabulary) -> None:
        super().__init__()
        self._known = known

    def start(self, node: Node) -> Node:
        return node

    def number(self, value: Token, unit: Token | None = None) -> Number:
        return Number(Decimal(value), str(unit or ""), _column(value))

    def sum(self, *parts: Any) -> Node:
        return self._chain(parts)

    def product(self, *parts: Any) -> Node:
        return self._chain(parts)

    def negative(self, sign: Token, inner: Node) -> Negative:
        return Negative(inner, _column(sign))

    def by_key(self, name: Token) -> Reference:
        return self._reference(str(name), name)

    def by_title(self, title: Token) -> Reference:
        return self._reference(str(title)[1:-1], title)

    def records_by_key(self, name: Token, _records: Token) -> Reference:
        return replace(self._reference(str(name), name), records=True)

    def records_by_title(self, title: Token, _records: Token) -> Reference:
        return replace(self._reference(str(title)[1:-1], title), records=True)

    def reference(self, node: Reference) -> Reference:
        return node

    def call(self, name: Token, *arguments: Any) -> Node:
        column, key = _column(name), _NAMES.get(str(name), str(name).lower())
        if key not in FUNCTIONS:
            raise ExpressionError(
                f"没有名为“{name}”的函数", column=column, advice=f"可用的函数：{'、'.join(FUNCTIONS)}。"
            )
        if key in ("count", "cumulative", "period"):
            return self._on_metric(key, arguments, column)
        if key == "ratio" and len(arguments) != 2:
            raise ExpressionError("ratio 要有两项", column=column, advice="请写成 ratio(分子, 分母)。")
        if key != "ratio" and len(arguments) < 2:
            raise ExpressionError(f"{key} 至少要有两项", column=column, advice=f"请写成 {key}(甲, 乙)。")
        return Call(key, tuple(arguments), column)

    def _on_metric(self, key: str, arguments: tuple[Any, ...], column: int) -> Reference:
        if len(arguments) != 1 or not isinstance(arguments[0], Reference):
            raise ExpressionError(
                f"{key} 的括号里只能写一个指标口径", column=column, advice=f"请写成 {key}(「完成检查次数」)。"
            )
        inner = arguments[0]
        if key == "count":
            return replace(inner, records=True)
        return replace(inner, window="cumulative" if key == "cumulative" else "period")

    def _chain(self, parts: tuple[Any, ...]) -> Node:
        node = parts[0]
        for sign, right in zip(parts[1::2], parts[2::2], strict=True):
            node = Binary(str(sign), node, right, _column(sign))  # type: ignore[arg-type]
        return node  # type: ignore[no-any-return]

    def _reference(self, name: str, token: Token) -> Reference:
        found = self._known(name.strip())
        if found is None:
            raise ExpressionError(
                f"没有名为“{name}”的指标口径", column=_column(token), advice="请从“指标口径”页复制名称或键。"
            )
        return Reference(found.key, found.version, _column(token))


def _column(token: Token) -> int:
    return token.column or 0
