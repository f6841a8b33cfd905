"""Rule files out of an archive or a folder, with limits: an archive may come from anywhere.

What is not a rule (a licence, tests, regression data) is left out; what is refused is told by name.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.reading import LARGEST_FILE
from plumbline.kernel.detection.rules import RuleFile, readable_name

#: bytes of an archive, bytes of everything in it, entries in it; SigmaHQ's repository has 0.1 GB and 15,000
LARGEST_ARCHIVE: Final = 200_000_000
LARGEST_CONTENT: Final = 500_000_000
MOST_ENTRIES: Final = 100_000
#: a text that unpacks to more than this many times its size is a trap (SigmaHQ: about 9)
HIGHEST_RATIO: Final = 200
SUFFIXES: Final = (".yml", ".yaml")
#: folders of SigmaHQ's repository that hold YAML but no rules for use
LEFT_OUT: Final = frozenset(
    ("tests", "regression_data", "deprecated", "unsupported", "images", "documentation")
)


@dataclass(slots=True)
class Found:
    """The rule files of an archive or folder, in order of name.

    Attributes:
        files: with their folders in the name; a common outermost folder is taken off.
        refused: (name, why) of entries that were not taken though they look like rules.
        left_out: YAML files in folders that hold no rules for use (tests, deprecated …).
    """

    files: list[RuleFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    left_out: int = 0


def rule_files(path: Path) -> Found:
    """The rule files of a folder, of an archive (.tar.gz, .tar, .zip) or of one YAML file.

    Raises:
        PackError: there is nothing, it cannot be read, or it goes beyond a limit.
    """
    if path.is_dir():
        return _sorted(_from_folder(path))
    try:
        size = path.stat().st_size
        if size > LARGEST_ARCHIVE:
            raise PackError(
                f"规则包超过 {LARGEST_ARCHIVE // 1_000_000} MB", where=str(path), advice="请只保留需要的规则"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise PackError("没有这个规则文件或目录", where=str(path), advice="请检查路径") from None
    except OSError as error:
        raise PackError("规则读不出来", where=str(path), advice=error.strerror or "") from error
    if path.suffix.lower() in SUFFIXES:
        return Found([RuleFile(path.name, content)])
    return archive_files(content, where=str(path))


def archive_files(content: bytes, *, where: str = "") -> Found:
    """The rule files of an archive's bytes; its kind is told by its content.

    Raises:
        PackError: it is no archive, is damaged, or goes beyond a limit.
    """
    try:
        if content[:2] == b"PK":
            return _sorted(_from_zip(content))
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
            return _sorted(_from_tar(archive, len(content)))
    except PackError as error:
        raise PackError(error.what, where=where, advice=error.advice) from error
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        raise PackError(
            "不是有效的规则包，或者文件已损坏", where=where, advice="请使用 .tar.gz 或 .zip 格式的规则包"
        ) from error
    except (RuntimeError, ValueError) as error:  # an encrypted .zip; a header that is nonsense
        raise PackError(
            "规则包打不开（可能设有密码）", where=where, advice="请换成没有密码的压缩包"
        ) from error


def _from_folder(folder: Path) -> Found:
    found = Found()
    total = 0
    for count, path in enumerate(sorted(folder.rglob("*")), 1):
        if count > MOST_ENTRIES:
            raise PackError(
                f"目录中超过 {MOST_ENTRIES:,} 个文件", where=str(folder), advice="请指向规则所在的目录"
            )
        if path.suffix.lower() not in SUFFIXES:
            continue
        name = readable_name(path.relative_to(folder).as_posix())
        if path.is_symlink() or any(parent.is_symlink() for parent in _within(path, folder)):
            found.refused.append((name, "是链接，没有读取"))
            continue
        if _is_left_out(name, found) or not path.is_file():
            continue
        try:
            size = path.stat().st_size
            if size > LARGEST_FILE:
                found.refused.append((name, f"超过 {LARGEST_FILE // 1000} KB"))
                continue
            content = path.read_bytes()
        except OSError as error:
            found.refused.append((name, f"读不出来（{error.strerror}）"))
            continue
        total += len(content)
        if total > LARGEST_CONTENT:
            raise PackError("规则文件总量过大", where=str(folder), advice="请指向规则所在的目录")
        found.files.append(RuleFile(name, content))
    return found


def _within(path: Path, folder: Path) -> Iterator[Path]:
    for parent in path.parents:
        if parent == folder:
            return
        yield parent


def _from_tar(archive: tarfile.TarFile, packed: int) -> Found:
    found = Found()
    total = 0
    most = max(packed * HIGHEST_RATIO, 10_000_000)
    for count, member in enumerate(archive, 1):
        total += member.size
        _demand_limits(count, total, most)
        if not member.name.lower().endswith(SUFFIXES):
            continue
        if not member.isfile():
            if not member.isdir():
                found.refused.append((readable_name(member.name), "是链接或特殊文件，没有读取"))
            continue
        if _is_taken(member.name, member.size, found):
            stream = archive.extractfile(member)
            if stream is None:
                continue
            found.files.append(RuleFile(_clean(member.name), stream.read(LARGEST_FILE + 1)))
    return found


def _from_zip(content: bytes) -> Found:
    found = Found()
    total = 0
    most = max(len(content) * HIGHEST_RATIO, 10_000_000)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for count, entry in enumerate(archive.infolist(), 1):
            total += entry.file_size
            _demand_limits(count, total, most)
            name = entry.filename
            if entry.is_dir() or not name.lower().endswith(SUFFIXES):
                continue
            if (entry.external_attr >> 16) & 0o170000 == 0o120000:
                found.refused.append((name, "是链接或特殊文件，没有读取"))
                continue
            if _is_taken(name, entry.file_size, found):
                # what the directory says of the size need not be true
                with archive.open(entry) as stream:
                    text = stream.read(LARGEST_FILE + 1)
                if len(text) > LARGEST_FILE:
                    found.refused.append((name, f"超过 {LARGEST_FILE // 1000} KB"))
                    continue
                found.files.append(RuleFile(_clean(name), text))
    return found


def _demand_limits(count: int, total: int, most: int) -> None:
    if count > MOST_ENTRIES:
        raise PackError(f"规则包中超过 {MOST_ENTRIES:,} 个文件", advice="请只保留需要的规则")
    if total > min(most, LARGEST_CONTENT):
        raise PackError("规则包解压后过大，没有读取", advice="请确认它确实是规则包；只保留需要的规则")


def _is_taken(name: str, size: int, found: Found) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        found.refused.append((readable_name(name), "路径指向规则包之外，没有读取"))
        return False
    if _is_left_out(_clean(name), found):
        return False
    if size > LARGEST_FILE:
        found.refused.append((readable_name(name), f"超过 {LARGEST_FILE // 1000} KB"))
        return False
    return True


def _clean(name: str) -> str:
    return str(PurePosixPath(name.replace("\\", "/")))


def _is_left_out(name: str, found: Found) -> bool:
    """Whether a file lies in a folder of no use: a hidden one, or one that SigmaHQ keeps near its top."""
    folders = PurePosixPath(name).parts[:-1]
    if any(part.startswith(".") for part in folders) or LEFT_OUT & set(folders[:2]):
        found.left_out += 1
        return True
    return False


def _sorted(found: Found) -> Found:
    """In order of name, without an outermost folder that all share (as GitHub's archives have)."""
    tops = {PurePosixPath(file.name).parts[0] for file in found.files}
    if len(tops) == 1 and all("/" in file.name for file in found.files):
        prefix = f"{tops.pop()}/"
        if prefix not in ("rules/",):
            found.files = [RuleFile(file.name.removeprefix(prefix), file.content) for file in found.files]
    found.files.sort(key=lambda file: file.name)
    return found
