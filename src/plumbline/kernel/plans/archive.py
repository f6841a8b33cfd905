"""A document packed into bytes and back, so that checks can run again without reading the file again.

What a reader or a layout makes of a file may change with a newer release; the archive keeps what was
read when the plan was imported.
"""

from __future__ import annotations

import zlib
from datetime import date
from decimal import Decimal
from functools import cache

from cattrs import Converter
from cattrs.preconf.json import make_converter

from plumbline.kernel.errors import UnreadableFile
from plumbline.kernel.plans.document import PlanDocument

#: raised when the shape of `PlanDocument` changes in a way that older archives do not fit
VERSION = b"1:"


@cache
def _converter() -> Converter:
    converter = make_converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    return converter


def dump(document: PlanDocument) -> bytes:
    """The whole document, its source lines included, as packed JSON."""
    text: str = _converter().dumps(document, ensure_ascii=False)  # type: ignore[attr-defined]
    return VERSION + zlib.compress(text.encode(), 6)


def load(data: bytes) -> PlanDocument:
    """The document that `dump` packed.

    Raises:
        UnreadableFile: the bytes are no archive of this version.
    """
    if not data.startswith(VERSION):
        raise UnreadableFile("存档的文件内容无法识别", advice="请重新导入原文件。")
    try:
        text = zlib.decompress(data[len(VERSION) :]).decode()
        document: PlanDocument = _converter().loads(text, PlanDocument)  # type: ignore[attr-defined]
    except (zlib.error, ValueError, KeyError, TypeError, ExceptionGroup) as error:
        raise UnreadableFile("存档的文件内容已损坏", advice="请重新导入原文件。") from error
    return document
