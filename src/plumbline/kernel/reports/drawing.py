"""Setting with typst: data in, PDF or picture out; the fonts come along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from plumbline.kernel.errors import FormError
from plumbline.kernel.reports.content import Bar, Chart

#: names of the family that the set-up fetches; the second serves a machine with its own
FONTS = ("Noto Serif SC", "Noto Serif CJK SC")
#: millimetres of a chart's labels, by the longest of them
_LABELS = ((6, 24), (10, 36), (16, 52))
_WIDEST_LABEL = 60
_PRECISION = 300


def compiled(
    main: str, data: dict[str, Any], *, fonts: Sequence[Path], title: str, picture: bool = False
) -> bytes:
    """What typst makes of the charts' functions and a main file.

    Args:
        main: name of the main file beside this one.
        title: names the report in an error.
        picture: a PNG of 300 dots an inch, of the only page; else a PDF.

    Raises:
        FormError: no font is there, or typst refuses.
    """
    folders = [str(folder) for folder in fonts if any(folder.glob("**/*.[ot]t[fc]"))]
    if not folders:
        raise FormError("没有找到中文字体，不能生成报告", advice="请运行 make setup 补齐字体。")
    here = resources.files("plumbline.kernel.reports")
    source = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in ("charts.typ", main))
    options: dict[str, Any] = {"format": "png", "ppi": _PRECISION} if picture else {}
    try:
        made = typst.compile(
            source.encode(),
            font_paths=folders,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps({"fonts": FONTS, **data}, ensure_ascii=False)},
            **options,
        )
    except typst.TypstError as error:
        raise FormError("报告排版失败", where=title, advice=str(error)) from error
    return bytes(made)


def chart_picture(chart: Chart, *, fonts: Sequence[Path]) -> bytes:
    """A chart as PNG, for a Word document."""
    return compiled(
        "figure.typ", {"chart": chart_data(chart)}, fonts=fonts, title=chart.caption, picture=True
    )


def chart_data(chart: Chart) -> dict[str, Any]:
    """A chart as typst takes it."""
    longest = max((len(bar.label) for bar in chart.bars), default=0)
    return {
        "type": "chart",
        "caption": chart.caption,
        "kind": chart.kind,
        "series": list(chart.series),
        "unit": chart.unit,
        "maximum": _number(chart.maximum),
        "label": next((width for most, width in _LABELS if longest <= most), _WIDEST_LABEL),
        "bars": [_bar(bar) for bar in chart.bars],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {"label": bar.label, "values": [_number(value) for value in bar.values]}


def _number(value: Decimal | int | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
