"""Reader of plain text: one Line a line of the file."""

from __future__ import annotations

import re

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.limits import Limits
from plumbline.kernel.plans.readers.encoding import decode
from plumbline.kernel.plans.source import Line, Source

# Only real line ends: a form feed or U+2028 inside a line would shift every number after it
_LINE_END = re.compile(r"\r\n|\n|\r")


def read_txt(name: str, data: bytes, *, limits: Limits) -> Source:
    """The lines of a text file; `Line.number` is the line number that an editor shows.

    Raises:
        UnreadableFile: no text, or too many lines.
    """
    text, encoding, notes = decode(data, name=name)
    parts = _LINE_END.split(text)
    if parts and parts[-1] == "":
        parts.pop()
    if len(parts) > limits.lines:
        raise UnreadableFile(
            f"文件有 {len(parts)} 行，超过上限 {limits.lines} 行。", where=name, advice="请拆分后再导入。"
        )
    lines = tuple(Line(number, part, f"第{number}行") for number, part in enumerate(parts, 1))
    return Source(name=name, format="txt", lines=lines, encoding=encoding, notes=notes)
