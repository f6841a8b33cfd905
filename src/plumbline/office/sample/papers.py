"""Papers that would back what the sample says, as small .docx files."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile
from docx import Document

_TEXT = "word/document.xml"
_TITLE, _LINE, _LAST = "标题在此", "正文在此", "本文件是示例县的虚构材料。"


def paper(title: str, *lines: str, name: str = "") -> ContentFile:
    """A one-page document.

    Args:
        name: of the file, without its ending; the title where it is "".
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, data in _form():
            package.writestr(entry, _filled(data, title, lines) if entry.filename == _TEXT else data)
    return ContentFile(content.getvalue(), name=f"{name or title}.docx")


@cache
def _form() -> list[tuple[zipfile.ZipInfo, bytes]]:
    """The parts of a document with a title and one line: reading the writer's own form anew for each of
    two hundred papers would take a fifth of the loading."""
    document: Any = Document()
    document.add_heading(_TITLE, level=1)
    for text in (_LINE, _LAST):
        document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    with zipfile.ZipFile(content) as package:
        return [(entry, package.read(entry)) for entry in package.infolist()]


def _filled(data: bytes, title: str, lines: tuple[str, ...]) -> bytes:
    """The text with its title, and its line repeated for each of the lines."""
    text = data.decode()
    place = text.index(_LINE)
    start, end = text.rindex("<w:p>", 0, place), text.index("</w:p>", place) + len("</w:p>")
    line = text[start:end]
    body = "".join(line.replace(_LINE, escape(one)) for one in lines)
    return (text[:start] + body + text[end:]).replace(_TITLE, escape(title)).encode()
