"""Which reader takes a file.

read_checklist("检查表.xlsx", data) -> ChecklistDraft, with its problems and notes
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plumbline.kernel.checklists.checking import checked
from plumbline.kernel.checklists.draft import ChecklistDraft
from plumbline.kernel.checklists.trees import demand_size
from plumbline.kernel.errors import ChecklistError
from plumbline.kernel.registry import Registry

Read = Callable[[str, bytes], ChecklistDraft]
Takes = Callable[[str, bytes], bool]


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Attributes:
        key: of the format. title: what people call it. suffixes: endings of its files.
        takes: whether a file of such an ending is of this format.
        read: raises `ChecklistError` (or another `PlumblineError`) and nothing else.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    takes: Takes
    read: Read


READERS: Registry[Reader] = Registry("检查表格式")


def reader(
    key: str, *, title: str, suffixes: tuple[str, ...], takes: Takes = lambda name, data: True
) -> Callable[[Read], Read]:
    """Register a reading function."""

    def add(read: Read) -> Read:
        READERS.add(key, Reader(key, title, suffixes, takes, read))
        return read

    return add


def suffixes() -> tuple[str, ...]:
    """Endings of all formats."""
    _load()
    return tuple(sorted({suffix for entry in READERS for suffix in entry.suffixes}))


def read_checklist(name: str, data: bytes) -> ChecklistDraft:
    """Read a checklist of any known format, and check it.

    Args:
        name: the file's name; its ending chooses the reader.

    Raises:
        ChecklistError: no reader takes it, or the file cannot be read at all. What can be mended in the
            file is not raised but stands in `problems`.
    """
    _load()
    demand_size(name, data)
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    fitting = [entry for entry in READERS if suffix in entry.suffixes]
    if not fitting:
        raise ChecklistError(
            "不认识这种检查表文件。", where=name, advice=f"可导入：{'、'.join(suffixes())}。"
        )
    for entry in fitting:
        if entry.takes(name, data):
            return checked(entry.read(name, data))
    raise ChecklistError(
        "文件内容不是可识别的检查表。",
        where=name,
        advice=f"这种扩展名可导入：{'、'.join(entry.title for entry in fitting)}。",
    )


def _load() -> None:
    from plumbline.kernel.checklists import readers

    READERS.load(readers)
