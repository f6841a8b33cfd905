"""Reading Sigma rules: what each file holds, and why some of it cannot be used.

A broken file or document is a problem with a reason, never a stop. Source: the Sigma specification 2.1.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import yaml
from sigma.exceptions import SigmaError, SigmaRegularExpressionError
from sigma.rule import SigmaRule
from sigma.rule.base import check_alias_expansion

from plumbline.kernel.detection.errors import ODD, RuleError
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.rules import LEVELS, Document, Info, Kind, Problem, Reading, RuleFile

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: bytes; the largest rule of SigmaHQ has 90 kB
LARGEST_FILE: Final = 1_000_000
#: documents in one file, and items (keys, list elements) in one document
MOST_DOCUMENTS: Final = 1_000
MOST_ITEMS: Final = 50_000
DEEPEST: Final = 50
#: brackets and columns
_PLAINLY_SHALLOW: Final = 1_500

# pySigma warns of unusual but valid rules on stderr; what matters of it comes from the linter
logging.getLogger("sigma").setLevel(logging.ERROR)


def read(files: Iterable[RuleFile]) -> Reading:
    """Read every document of every file, in order; the first of two with one id counts."""
    reading = Reading()
    seen: dict[str, str] = {}
    for file in files:
        try:
            found = list(_documents(file))
        except RuleError as error:
            reading.problems.append(Problem(file.name, "", "", "unreadable", error.what, error.advice))
            continue
        for data in found:
            _take(data, file, seen, reading)
    return reading


def _take(data: Any, file: RuleFile, seen: dict[str, str], reading: Reading) -> None:
    try:
        document = _document(data, file)
    except RuleError as error:
        title = str(data.get("title", "")) if isinstance(data, dict) else ""
        key = str(data.get("id", "")) if isinstance(data, dict) else ""
        reading.problems.append(Problem(file.name, title, key, "unreadable", error.what, error.advice))
        return
    info = document.info
    if info.key in seen:
        reading.problems.append(
            Problem(
                file.name,
                info.title,
                info.key,
                "duplicate",
                f"与 {seen[info.key]} 中的规则编号相同",
                "请给其中一条换一个 id（UUID）",
            )
        )
        return
    seen[info.key] = file.name
    reading.documents.append(document)


def _documents(file: RuleFile) -> Iterator[Any]:
    if len(file.content) > LARGEST_FILE:
        raise RuleError(f"规则文件超过 {LARGEST_FILE // 1000} KB", advice="请拆成几个文件")
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(f"第 {error.start} 字节起不是 UTF-8 文字", advice="请另存为 UTF-8 编码") from error
    try:
        _demand_shallow(text)
        for number, data in enumerate(yaml.load_all(text, _LOADER)):
            if number >= MOST_DOCUMENTS:
                raise RuleError(f"一个文件中超过 {MOST_DOCUMENTS} 条规则", advice="请拆成几个文件")
            if data is not None:
                yield data
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行：" if error.problem_mark else ""
        raise RuleError(f"{line}不是有效的 YAML", advice=str(error.problem or error.context or "")) from error
    except (yaml.YAMLError, *ODD) as error:
        raise RuleError("不是有效的 YAML", advice=str(error)[:200]) from error


def _demand_shallow(text: str) -> None:
    """Refuse a text nested so deep that libyaml's loader would overflow the stack and end the process.

    Each level takes a bracket or a further column, so nearly every text is known to be in order at a glance.
    """
    if text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0) <= _PLAINLY_SHALLOW:
        return
    depth = 0
    for event in yaml.parse(text, _LOADER):  # takes no stack
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 2 * DEEPEST:
                raise RuleError("规则过大或嵌套过深", advice="请拆成几条规则")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _document(data: Any, file: RuleFile) -> Document:
    if not isinstance(data, dict):
        raise RuleError("不是一条 Sigma 规则", advice="规则是带有 title、logsource、detection 的 YAML")
    try:
        check_alias_expansion(data)
    except (SigmaError, RecursionError) as error:
        raise RuleError("YAML 引用展开后过大或循环引用") from error
    _demand_size(data)
    kind: Kind
    if "correlation" in data:
        kind = "correlation"
    elif "filter" in data:
        kind = "filter"
    elif "detection" in data:
        kind = "detection"
    else:
        raise RuleError("没有 detection、correlation 或 filter 部分，不是 Sigma 规则")
    return Document(kind, _info(data, file), data)


def _demand_size(data: Any) -> None:
    """Walk with a bound: aliases make a small text large."""
    count, stack = 0, [(data, 0)]
    while stack:
        node, depth = stack.pop()
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        count += len(children)
        if count > MOST_ITEMS or depth > DEEPEST:
            raise RuleError("规则过大或嵌套过深", advice="请拆成几条规则")
        stack += [(child, depth + 1) for child in children]


def _info(data: Mapping[str, Any], file: RuleFile) -> Info:
    digest = hashlib.sha256(repr(data).encode("utf-8", "surrogatepass")).hexdigest()
    title = data.get("title")
    if not isinstance(title, str) or not title.strip():
        raise RuleError("规则没有标题（title）", advice="请补上 title")
    level = str(data.get("level") or "medium").lower()
    return Info(
        key=str(data.get("id") or f"sha256:{digest[:32]}"),
        title=title.strip(),
        level=level if level in LEVELS else "medium",
        status=str(data.get("status") or ""),
        tags=_texts(data.get("tags")),
        logsource=_logsource(data.get("logsource")),
        description=str(data.get("description") or "").strip(),
        author=str(data.get("author") or ""),
        falsepositives=_texts(data.get("falsepositives")),
        references=_texts(data.get("references")),
        date=_day(data.get("date")),
        modified=_day(data.get("modified")),
        name=str(data.get("name") or ""),
        file=file.name,
        digest=digest,
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value if one is not None)
    return () if value is None else (str(value),)


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "").replace("/", "-")


def _logsource(value: Any) -> LogSource:
    if not isinstance(value, dict):
        return LogSource()
    return LogSource(
        *(str(value.get(key) or "").strip().lower() for key in ("product", "category", "service"))
    )


def sigma_rule(document: Document) -> SigmaRule:
    """The pySigma rule of a detection.

    Raises:
        RuleError: pySigma does not take it.
    """
    try:
        return SigmaRule.from_dict(document.data)
    except SigmaRegularExpressionError as error:
        raise RuleError(
            "规则中的正则表达式不受支持", advice=f"不能使用环视和反向引用：{error}"[:300]
        ) from error
    except SigmaError as error:
        raise RuleError("规则不符合 Sigma 规范", advice=str(error)[:300]) from error
    except ODD as error:
        raise RuleError("规则的写法无法识别", advice=f"{type(error).__name__}: {error}"[:300]) from error
