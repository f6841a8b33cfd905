"""How much of a file is read before it is refused. All limits stand here.

The figures leave ample room for a county's plan (some 20 pages) and for the yearly plan of a whole
county (1,000 projects, 10 MB), and stop what would fill the memory of an office machine.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one reading.

    Attributes:
        bytes: size of the file.
        zip_entries: entries of a .docx/.xlsx archive.
        zip_ratio: unpacked size over packed size of an entry larger than `zip_free`.
        zip_free: unpacked bytes of one entry that need no ratio (small entries pack well).
        zip_bytes: unpacked size of all entries together.
        lines: lines of text, cells included.
        rows: rows of one table or sheet.
        cells: cells of all tables together.
        sheets: sheets of a workbook.
        pages: pages of a .pdf.
        seconds: time that LibreOffice may take for one conversion.
    """

    bytes: int = 50 * 1024 * 1024
    zip_entries: int = 5_000
    zip_ratio: int = 200
    zip_free: int = 8 * 1024 * 1024
    zip_bytes: int = 600 * 1024 * 1024
    lines: int = 1_500_000
    rows: int = 200_000
    cells: int = 1_500_000
    sheets: int = 2_000
    pages: int = 400
    seconds: int = 60


DEFAULT_LIMITS = Limits()
