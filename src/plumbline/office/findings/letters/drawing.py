"""A template and words make a document."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from docxtpl.listing import Listing
from jinja2 import TemplateError
from lxml import etree

from plumbline.office.files.kinds import KINDS, ContentRefused
from plumbline.office.findings.letters.placeholders import trial
from plumbline.office.findings.letters.sandbox import LetterEnvironment, TemplateRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: bytes of an uploaded template; a letter is far smaller
LARGEST = 5 * 1024 * 1024
#: characters that XML 1.0 does not know; a scan report may hold them
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTENT_TYPES = "[Content_Types].xml"
#: a link is followed by who clicks it; everything else outside is fetched when the document is opened
_LINK = "/relationships/hyperlink"
#: a target with a scheme, of another machine, or on a drive
_ELSEWHERE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|[/\\\\]{2})", re.IGNORECASE)
#: what reading a damaged or hostile file ends in; all of it is one sentence to the person
_DAMAGED = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, RuntimeError,
    zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError, etree.LxmlError,
    PythonDocxError, OpcError,
)  # fmt: skip


def draw(template: bytes, words: Mapping[str, object]) -> bytes:
    """The document as .docx.

    Args:
        words: as `placeholders.trial` shows them; texts may hold line breaks.

    Raises:
        TemplateRefused: the template is damaged, or uses a word or a way of writing that is not allowed.
    """
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(_clean(dict(words)), jinja_env=LetterEnvironment(), autoescape=True)
        buffer = io.BytesIO()
        document.save(buffer)
    except TemplateRefused:
        raise
    except TemplateError as error:
        raise TemplateRefused(
            _("模板中的占位符写法有误：%(text)s。") % {"text": _around(error)},
            advice=_("请检查花括号是否成对、每个 for 是否有 endfor、每个 if 是否有 endif。"),
        ) from error
    except _DAMAGED as error:
        raise _unreadable() from error
    return buffer.getvalue()


def try_out(template: bytes) -> bytes:
    """The template drawn with invented data.

    Raises:
        TemplateRefused: it cannot be drawn, or refers to something outside of itself.
    """
    _demand_closed(template)
    return draw(template, trial())


def _demand_closed(template: bytes) -> None:
    """Pictures and templates from elsewhere would be fetched by whoever opens the document."""
    try:
        # a swollen package is refused before any part of it is unpacked
        KINDS["docx"].check(io.BytesIO(template))
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".rels")]
            is_open = any(_leads_out(archive.read(name)) for name in names)
            content = archive.read(_CONTENT_TYPES)
    except (ContentRefused, *_DAMAGED) as error:
        raise _unreadable() from error
    if is_open:
        raise TemplateRefused(
            _("模板引用了文件以外的内容（例如网络图片或远程模板）。"),
            advice=_("请把图片插入到文档中，并断开与其他文件的链接。"),
        )
    if b"macroEnabled" in content:
        raise TemplateRefused(
            _("文件含有宏，为安全起见不能接收。"), advice=_("请另存为不含宏的 .docx 文件。")
        )


def _leads_out(relationships: bytes) -> bool:
    """Whether a part of relationships names anything but parts of the file, links to click left out.

    Raises:
        SyntaxError: it is no XML (lxml's XMLSyntaxError is one).
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(relationships, parser)
    if root.getroottree().docinfo.doctype:
        return True
    for entry in root.iter(etree.Element):
        said = {etree.QName(name).localname.lower(): value for name, value in entry.attrib.items()}
        is_outside = said.get("targetmode", "").strip().lower() == "external"
        is_outside = is_outside or _ELSEWHERE.match(said.get("target", "")) is not None
        if is_outside and not said.get("type", "").strip().endswith(_LINK):
            return True
    return False


def _unreadable() -> TemplateRefused:
    return TemplateRefused(
        _("模板无法作为 Word 文档打开。"), advice=_("请用 Word 或 WPS 另存为 .docx 后再上传。")
    )


def _clean(value: Any) -> Any:
    """Texts without characters that XML refuses; those of several lines keep their breaks."""
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, str):
        value = _CONTROL.sub("", value.replace("\r\n", "\n"))
        return Listing(value) if "\n" in value else value
    return value


def _around(error: TemplateError) -> str:
    """The line of the template at which Jinja stopped, without XML; what Jinja said where it told none."""
    lines = getattr(error, "docx_context", None) or []
    text = re.sub(r"<[^>]*>", "", " ".join(str(line) for line in lines))
    return re.sub(r"\s+", " ", text).strip()[:120] or str(error.message or error)[:120]
