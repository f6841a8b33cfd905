"""Papers that would back what the sample says, as small .docx files."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from docx import Document


def paper(title: str, *lines: str, name: str = "") -> ContentFile:
    """A one-page document.

    Args:
        name: of the file, without its ending; the title where it is "".
    """
    document: Any = Document()
    document.add_heading(title, level=1)
    for text in lines:
        document.add_paragraph(text)
    document.add_paragraph("本文件是示例县的虚构材料。")
    content = io.BytesIO()
    document.save(content)
    return ContentFile(content.getvalue(), name=f"{name or title}.docx")
