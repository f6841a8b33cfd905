"""A compiled pack in a file, so that the next start need not compile.

The file is named by a digest of everything that the outcome hangs on: rules, settings, this library's and
Hyperscan's version, and the machine's kind. A file that is damaged or from elsewhere is compiled anew.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import hyperscan
import orjson

from plumbline.kernel.detection import expressions
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.expressions import MANY, ONE, Pattern, Test
from plumbline.kernel.detection.logsources import LogSource
from plumbline.kernel.detection.matching import FieldMatcher
from plumbline.kernel.detection.pack import Pack, Source
from plumbline.kernel.detection.rules import Compiled, Document, Info, Problem, RuleFile

#: raised whenever a pack of the same rules would be built differently
FORMAT: Final = 3
_MAGIC: Final = b"PLUMBPACK\n"


def digest_of(files: Iterable[RuleFile], settings: object) -> str:
    """A name for the pack that these files and settings make on this machine (hex, 32 digits).

    `settings` is told from others by its repr, with sets in order: theirs differs from start to start.
    """
    state = hashlib.sha256()
    parts = [str(FORMAT), version("hyperscan"), platform.machine(), platform.processor(), _abilities()]
    parts += [version("pysigma"), repr(_ordered(settings))]
    for part in parts:
        state.update(part.encode() + b"\0")
    for file in files:
        state.update(file.name.encode("utf-8", "surrogatepass") + b"\0")
        state.update(hashlib.sha256(file.content).digest())
    return state.hexdigest()[:32]


@cache
def _abilities() -> str:
    """What Hyperscan makes use of in this processor: another may not take its databases."""
    database = hyperscan.Database()
    database.compile(expressions=[b"a"], ids=[0], flags=[0])
    return str(database.info())


def _ordered(thing: Any) -> Any:
    """The same with sets as sorted lists."""
    if isinstance(thing, (set, frozenset)):
        return ["set", *sorted(map(repr, thing))]
    if is_dataclass(thing):
        return [
            type(thing).__name__,
            *[(one.name, _ordered(getattr(thing, one.name))) for one in fields(thing)],
        ]
    if isinstance(thing, (list, tuple)):
        return [_ordered(one) for one in thing]
    return thing


def dump(compiled: Compiled) -> bytes:
    """Everything of a compiled pack, with the databases of all fields; the pack has them from then on."""
    databases: dict[int, bytes] = {}
    for number in range(len(compiled.pack.fields)):
        matcher = FieldMatcher(compiled.pack, number)
        if (database := matcher.database_bytes()) is not None:
            databases[number] = database
    compiled.pack.databases = databases  # to compile them once more would take seconds
    pack = compiled.pack
    head = orjson.dumps(
        {
            "fields": pack.fields,
            "atoms": [[owner, _plain(test)] for owner, test in pack.atoms],
            "predicates": pack.predicates,
            "rules": pack.rules,
            "logsources": [_values(source) for source in pack.logsources],
            "sources": [
                [_values(one.source), one.shapes, one.when, one.heads, one.alias] for one in pack.sources
            ],
            "rule_sources": pack.rule_sources,
            "infos": [asdict(info) for info in compiled.rules],
            "problems": [asdict(problem) for problem in compiled.problems],
            "correlations": [[one.kind, asdict(one.info), one.data] for one in compiled.correlations],
            "databases": [[number, len(content)] for number, content in databases.items()],
        },
        default=str,
    )
    body = len(head).to_bytes(8, "big") + head + b"".join(databases.values())
    return _MAGIC + hashlib.sha256(body).digest() + body


def load(content: bytes) -> Compiled:
    """What `dump` wrote.

    Raises:
        PackError: damaged, or of another format.
    """
    start = len(_MAGIC)
    body = memoryview(content)[start + 32 :]
    damaged = PackError("编译后的规则包已损坏", advice="删除后会自动重新编译")
    if content[:start] != _MAGIC or hashlib.sha256(body).digest() != content[start : start + 32]:
        raise damaged
    try:
        return _loaded(body)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise damaged from error


def _loaded(body: memoryview) -> Compiled:
    size = int.from_bytes(body[:8], "big")
    head: dict[str, Any] = orjson.loads(body[8 : 8 + size])
    databases: dict[int, bytes] = {}
    place = 8 + size
    for number, length in head["databases"]:
        databases[number] = bytes(body[place : place + length])
        place += length
    pack = Pack(
        fields=head["fields"],
        atoms=[(owner, _test(plain)) for owner, plain in head["atoms"]],
        predicates=[(owner, expression) for owner, expression in head["predicates"]],
        rules=head["rules"],
        logsources=[LogSource(*values) for values in head["logsources"]],
        sources=[
            Source(LogSource(*source), tuple(shapes), when, tuple(heads), tuple((a, b) for a, b in alias))
            for source, shapes, when, heads, alias in head["sources"]
        ],
        rule_sources=head["rule_sources"],
        databases=databases,
    )
    return Compiled(
        pack,
        [_info(info) for info in head["infos"]],
        [Problem(**problem) for problem in head["problems"]],
        [Document(kind, _info(info), data) for kind, info, data in head["correlations"]],
    )


def write(folder: Path, name: str, compiled: Compiled, *, keep: int = 4) -> Path:
    """Keep a pack in a folder under a name; the oldest beyond `keep` packs go.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.pack"
    partial = folder / f"{name}.{os.getpid()}.part"
    partial.write_bytes(dump(compiled))
    partial.replace(path)
    others = sorted(folder.glob("*.pack"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in others[keep:]:
        old.unlink(missing_ok=True)
    return path


def _values(thing: Any) -> list[Any]:
    return [getattr(thing, one.name) for one in fields(thing)]


def _plain(test: Test) -> list[Any]:
    if isinstance(test, Pattern):
        # 0 stands for *, 1 for ?
        return [
            "Pattern",
            [0 if part == MANY else 1 if part == ONE else part for part in test.parts],
            test.cased,
        ]
    return [type(test).__name__, *_values(test)]


def _test(plain: list[Any]) -> Test:
    name, *values = plain
    if name == "Pattern":
        parts = tuple(MANY if part == 0 else ONE if part == 1 else part for part in values[0])
        return Pattern(parts, values[1])
    made: Test = getattr(expressions, name)(*values)
    return made


def _info(data: Mapping[str, Any]) -> Info:
    values = dict(data)
    values["logsource"] = LogSource(**values["logsource"])
    for name in ("tags", "falsepositives", "references"):
        values[name] = tuple(values[name])
    return Info(**values)
