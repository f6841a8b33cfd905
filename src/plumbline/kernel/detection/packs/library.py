"""The rules of one installation: a folder that a person may look into and copy.

packs/<name>/<name>.tar.gz     an imported pack as it came, and previous.tar.gz, the one before
packs/<name>/pack.toml         where it came from, when, its digest; previous.toml of the one before
local/                         own rules (.yml)
exceptions/                    exceptions (Sigma filters with `owner` and `expires`)
choice.toml placeholders.toml  which rules run; values for placeholders
pipelines/                     pySigma pipelines (.yml), applied in order of name
sources/                       own log sources (.toml), beside the shipped ones
cache/                         compiled packs
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from plumbline.kernel.detection.compiling import Choice
from plumbline.kernel.detection.errors import PackError
from plumbline.kernel.detection.packs.archives import Found, archive_files, rule_files
from plumbline.kernel.detection.packs.choosing import read_choice, write_choice
from plumbline.kernel.detection.packs.comparing import Difference, difference
from plumbline.kernel.detection.packs.placeholders import read_placeholders
from plumbline.kernel.detection.reading import read
from plumbline.kernel.detection.rules import Problem, Reading, RuleFile

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SUFFIXES: Final = (".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar", ".zip")


@dataclass(frozen=True, slots=True)
class PackRecord:
    """An imported pack. `imported` is a day and time as text; `digest` SHA-256 of the file."""

    name: str
    path: Path
    source: str
    imported: str
    digest: str
    rules: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An import or update that has been looked at but not done.

    Attributes:
        changes: against the pack of this name that is there; everything is added where there is none.
        problems: files and documents that cannot be used.
        is_new: whether there is no pack of this name yet.
    """

    name: str
    suffix: str
    content: bytes
    source: str
    reading: Reading
    changes: Difference
    left_out: int
    is_new: bool

    @property
    def problems(self) -> list[Problem]:
        return self.reading.problems


class Library:
    """A folder of rules; it need not exist before something is put in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def packs(self) -> list[PackRecord]:
        """The imported packs in order of name."""
        records = []
        for path in sorted((self.folder / "packs").glob("*/pack.toml")):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            archive = path.parent / str(data.get("file", ""))
            records.append(
                PackRecord(
                    path.parent.name,
                    archive,
                    str(data.get("source", "")),
                    str(data.get("imported", "")),
                    str(data.get("digest", "")),
                    int(data.get("rules", 0)),
                )
            )
        return records

    def sources(self) -> list[Path]:
        """Everything that holds rules: own rules first, so that of two with one id the own one counts."""
        own = [self.folder / name for name in ("local", "exceptions")]
        return [path for path in own if any(path.rglob("*.y*ml"))] + [pack.path for pack in self.packs()]

    def reading(self) -> Reading:
        """All rules of all sources, with the names that results call their files."""
        files: list[RuleFile] = []
        refused: list[Problem] = []
        for path in self.sources():
            found = rule_files(path)
            files += [RuleFile(f"{path.name}/{file.name}", file.content) for file in found.files]
            refused += _refused(found)
        reading = read(files)
        reading.problems += refused
        return reading

    def plan(self, name: str, path: Path) -> Plan:
        """Look at an archive or folder: what would importing it as `name` change?

        Raises:
            PackError: the name is not usable, the archive cannot be read or holds no rule.
        """
        if not _NAME.fullmatch(name) or name in ("previous", "pack"):
            raise PackError(f"规则包不能叫“{name}”", advice="名称用小写字母、数字、- 和 _，不超过 40 个字符")
        found = rule_files(path)
        if not found.files:
            raise PackError("没有找到规则", where=str(path), advice="规则包中应当有 .yml 规则文件")
        reading = read(found.files)
        reading.problems += _refused(found)
        suffix = next((one for one in _SUFFIXES if path.name.lower().endswith(one)), "")
        if path.is_file() and suffix:
            content = path.read_bytes()
        else:
            content, suffix = _packed(found.files), ".tar.gz"
        old = next((pack for pack in self.packs() if pack.name == name), None)
        before = read(archive_files(old.path.read_bytes(), where=str(old.path)).files) if old else Reading()
        changes = difference(before, reading)
        return Plan(name, suffix, content, str(path), reading, changes, found.left_out, old is None)

    def apply(self, plan: Plan, *, moment: str) -> PackRecord:
        """Do what was planned; the pack before is kept as `previous`.

        Raises:
            PackError: the folder cannot be written to.
        """
        folder = self.folder / "packs" / plan.name
        digest = hashlib.sha256(plan.content).hexdigest()
        path = folder / f"{plan.name}{plan.suffix}"
        record = PackRecord(plan.name, path, plan.source, moment, digest, len(plan.reading.documents))
        text = "".join(
            f"{key} = {_quoted(value)}\n"
            for key, value in (
                ("file", path.name),
                ("source", plan.source),
                ("imported", moment),
                ("digest", digest),
            )
        )
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            arriving = folder / "arriving"
            write_atomically(arriving, plan.content)  # whole before the pack that is there is touched
            self._set_aside(folder)
            arriving.replace(path)
            write_atomically(folder / "pack.toml", f"{text}rules = {record.rules}\n".encode())
        except OSError as error:
            raise PackError("规则包保存不了", where=str(folder), advice=error.strerror or "") from error
        return record

    def _set_aside(self, folder: Path) -> None:
        """Make the pack that is there the previous one; it is the only previous one."""
        now = [path for path in folder.glob(f"{folder.name}.*") if path.name.endswith(_SUFFIXES)]
        if not now:
            return
        for path in folder.glob("previous.*"):
            path.unlink()
        for path in now:
            path.replace(folder / f"previous{path.name.removeprefix(folder.name)}")
        (folder / "pack.toml").replace(folder / "previous.toml")

    def previous(self, name: str) -> Path | None:
        """The archive of the pack before this one, if there is one."""
        found = (self.folder / "packs" / name).glob("previous.*")
        return next((path for path in sorted(found) if path.name.endswith(_SUFFIXES)), None)

    def plan_back(self, name: str) -> Plan:
        """Look at the pack before this one: what would going back to it change? The other is kept in turn.

        Raises:
            PackError: there is no such pack, or none before it, or it cannot be read.
        """
        self._demand(name)
        path = self.previous(name)
        if path is None:
            raise PackError(f"规则包“{name}”没有上一版", advice="更新过一次之后才有上一版")
        told = path.parent / "previous.toml"
        source = str(tomllib.loads(_text(told)).get("source", "")) if told.is_file() else ""
        return replace(self.plan(name, path), source=source or str(path))

    def _demand(self, name: str) -> Path:
        folder = self.folder / "packs" / name
        if not _NAME.fullmatch(name) or not (folder / "pack.toml").is_file():
            raise PackError(
                f"没有叫“{name}”的规则包", advice="用 plumbline rules list --packs 查看已导入的规则包"
            )
        return folder

    def remove(self, name: str) -> None:
        """Take a pack out.

        Raises:
            PackError: there is none of this name.
        """
        folder = self._demand(name)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()

    def choice(self) -> Choice:
        """Which rules run; all where nothing has been chosen."""
        path = self.folder / "choice.toml"
        return read_choice(_text(path), where=str(path)) if path.is_file() else Choice()

    def save_choice(self, choice: Choice) -> None:
        """Keep a choice."""
        self._write("choice.toml", write_choice(choice))

    def placeholders(self) -> dict[str, tuple[str, ...]]:
        """The values given for placeholders."""
        path = self.folder / "placeholders.toml"
        return read_placeholders(_text(path), where=str(path)) if path.is_file() else {}

    def pipelines(self) -> list[str]:
        """The texts of the pipelines in order of name."""
        return [_text(path) for path in sorted((self.folder / "pipelines").glob("*.y*ml"))]

    def save_exception(self, file: str, text: str) -> Path:
        """Keep an exception as a file of its own.

        Raises:
            PackError: there is one of this name, or the folder cannot be written to.
        """
        path = self.folder / "exceptions" / file
        if path.exists():
            raise PackError("同名的例外已经存在", where=str(path), advice="请先查看它，或换一个名称")
        self._write(f"exceptions/{file}", text)
        return path

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(path, text.encode())
        except OSError as error:
            raise PackError("文件保存不了", where=str(path), advice=error.strerror or "") from error


def write_atomically(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _refused(found: Found) -> list[Problem]:
    return [Problem(name, "", "", "unreadable", why) for name, why in found.refused]


def _packed(files: Sequence[RuleFile]) -> bytes:
    """Rule files as an archive; the same files make the same bytes."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=6) as archive:
        for file in files:
            entry = tarfile.TarInfo(file.name)
            entry.size = len(file.content)
            entry.mode = 0o600
            archive.addfile(entry, io.BytesIO(file.content))
    return content.getvalue()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("文件读不出来，或不是 UTF-8 文字", where=str(path), advice=str(error)) from error


def _quoted(text: str) -> str:
    escaped = text.encode("utf-8", "replace").decode().replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else "?" for c in escaped) + '"'
