"""A report as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plumbline.kernel.reports.content import Block, Chart, Paragraph, Report, long_day, numeral
from plumbline.kernel.reports.drawing import chart_data, compiled


def write_pdf(report: Report, *, fonts: Sequence[Path]) -> bytes:
    """Set the report; its charts are drawn as lines, not as pictures.

    Raises:
        FormError: no font is there, or typst refuses.
    """
    data = {
        "title": report.title,
        "addressee": report.addressee,
        "opening": list(report.opening),
        "sections": [
            {
                "heading": f"{numeral(place)}、{section.heading}",
                "blocks": [_block(block) for block in section.blocks],
            }
            for place, section in enumerate(report.sections, start=1)
        ],
        "issuer": report.issuer,
        "day": long_day(report.day),
        "definitions": list(report.definitions),
    }
    return compiled("report.typ", data, fonts=fonts, title=report.title)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "text": block.text}
    if isinstance(block, Chart):
        return chart_data(block)
    return {
        "type": "table",
        "caption": block.caption,
        "heads": list(block.heads),
        "rows": [list(row) for row in block.rows],
        "widths": list(block.widths),
        "align": list(block.align),
    }
