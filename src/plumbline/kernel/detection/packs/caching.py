"""A compiled pack from rules on disk: out of the cache where it is there, else compiled and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plumbline.kernel.detection.compiling import Progress, Settings, compile_rules
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.packs.archives import (
    LARGEST_ARCHIVE,
    SUFFIXES,
    Found,
    archive_files,
    rule_files,
)
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Compiled, Problem, RuleFile
from plumbline.kernel.detection.storing import digest_of, load, write


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack ready to run.

    Attributes:
        digest: of rules and settings (hex).
        from_cache: whether it had been compiled before.
        warning: why the compiled pack could not be kept; empty if it was.
    """

    compiled: Compiled
    digest: str
    from_cache: bool
    warning: str = ""


def load_rules(
    paths: Sequence[Path],
    settings: Settings,
    *,
    cache: Path | None,
    progress: Progress | None = None,
) -> Loaded:
    """Compile the rules of folders, archives and files together, or take them from the folder `cache`.

    An archive is known by its bytes and is not unpacked where the cache has its pack.

    Raises:
        PackError: a path cannot be read, or holds no rule at all; a pipeline is not valid.
    """
    sources = [_source(path) for path in paths]
    parts = [file for own, _unpack in sources for file in own]
    # only an exception with a last day lets the outcome hang on the day
    undated = digest_of(parts, replace(settings, today=None))
    dated = digest_of(parts, settings)
    for path in () if cache is None else (cache / f"{undated}.pack", cache / f"{dated}.pack"):
        try:
            return Loaded(load(path.read_bytes()), path.stem, True)
        except (OSError, PackError, ValueError, KeyError, TypeError, IndexError):
            continue  # not there, or damaged: compiled anew
    found = [unpack() for _parts, unpack in sources]
    several = len(paths) > 1
    files = [
        RuleFile(f"{path.name}/{file.name}" if several else file.name, file.content)
        for path, one in zip(paths, found, strict=True)
        for file in one.files
    ]
    if not files:
        raise PackError(
            "没有找到规则",
            where="、".join(map(str, paths)),
            advice="规则是 .yml 文件，或含有它们的 .tar.gz、.zip",
        )
    reading = read(files)
    reading.problems += [
        Problem(name, "", "", "unreadable", why) for one in found for name, why in one.refused
    ]
    compiled = compile_rules(reading, settings, progress=progress)
    expiring = any(one.kind == "filter" and one.data.get("expires") for one in reading.documents)
    digest = dated if expiring else undated
    warning = ""
    if cache is not None:
        try:
            write(cache, digest, compiled)
        except OSError as error:
            warning = f"编译结果没有保存，下次仍需重新编译（{error.strerror}）"
    return Loaded(compiled, digest, False, warning)


def _source(path: Path) -> tuple[list[RuleFile], Callable[[], Found]]:
    """What a path is known by, and a way to get its rules."""
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        try:
            if path.stat().st_size <= LARGEST_ARCHIVE:
                content = path.read_bytes()
                return [RuleFile(path.name, content)], lambda: archive_files(content, where=str(path))
        except OSError as error:
            raise PackError("规则读不出来", where=str(path), advice=error.strerror or "") from error
    found = rule_files(path)
    return found.files, lambda: found
