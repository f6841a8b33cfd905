"""Forms as PDF, set by typst from data (never from markup) with the fonts that come along."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

import typst

from plumbline.kernel.errors import FormError
from plumbline.kernel.plans.forms.grid import Form

#: names of the family that the set-up fetches; the second serves a machine with its own
FONTS = ("Noto Serif SC", "Noto Serif CJK SC")


def write_pdf(
    forms: Sequence[Form],
    *,
    fonts: Sequence[Path],
    front: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """One PDF, each form on a page of its own.

    Args:
        fonts: folders with the Chinese fonts.
        front: paragraphs before the forms (the prose of part one), if any.
        progress: called with the number of forms done.

    Raises:
        FormError: no font is there, or typst refuses the form.
    """
    folders = [str(folder) for folder in fonts if any(folder.glob("**/*.[ot]t[fc]"))]
    if not folders:
        raise FormError(
            "没有找到中文字体，不能生成 PDF", advice="请运行 make setup 补齐字体，或改为导出 Word。"
        )
    template = resources.files("plumbline.kernel.plans.forms").joinpath("forms.typ")
    data = {"fonts": FONTS, "front": list(front), "forms": [_plain(form) for form in forms]}
    with resources.as_file(template) as path:
        try:
            pdf = typst.compile(
                str(path),
                font_paths=folders,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            )
        except typst.TypstError as error:
            raise FormError("PDF 排版失败", where=forms[0].title, advice=str(error)) from error
    if progress:
        progress(len(forms))
    return bytes(pdf)


def _plain(form: Form) -> dict[str, object]:
    return {
        "title": form.title,
        "left": form.left,
        "right": form.right,
        "landscape": form.landscape,
        "widths": form.widths,
        "notes": form.notes,
        "cells": [
            {
                "row": p.row,
                "column": p.column,
                "rows": p.cell.rows,
                "columns": p.cell.columns,
                "role": p.cell.role,
                "text": p.cell.text,
            }
            for p in form.placed()
        ],
    }
